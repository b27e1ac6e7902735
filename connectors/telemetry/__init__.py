"""Traces in the form of OpenTelemetry; imported only where an endpoint is set."""
