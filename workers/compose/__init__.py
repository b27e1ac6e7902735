"""The one composition root: which concrete thing stands behind each Protocol.

One module per part, so that a command imports only what it needs. ``web`` is for the web process only:
workers and clocks import no web framework.
"""
