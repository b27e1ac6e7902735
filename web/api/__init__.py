"""The routes of the portal API, one file per subject."""
