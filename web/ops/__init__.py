"""The ops console at ``/ops``: pages rendered here, for a desk, a phone, a screen reader."""
