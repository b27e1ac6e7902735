"""Measures of the whole product on the sandbox. ``./loonbrug bench``; README.md tells how to read them."""
