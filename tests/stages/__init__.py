"""Stages that tests of several floors play on: small AFASes, stores with something in them, good rows."""
