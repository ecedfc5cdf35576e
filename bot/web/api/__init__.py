"""The public API, ``/api/v1``; one concern a module."""
