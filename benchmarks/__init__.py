"""Measures of the whole product on the sandbox. ``./loonbrug bench``; how to read them stands in README.md."""
