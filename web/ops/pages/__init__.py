"""The pages of the console: one file per page, each with its ``router``."""
