"""The errors of Okienko: five families, each a sentence that says what to do next."""

from __future__ import annotations


class OkienkoError(Exception):
    """Something went wrong in a way we foresaw; ``str(error)`` is fit to be shown."""

    code = "error"
    status = 500


class UsageError(OkienkoError):
    """The caller sent something we cannot take; sending it again unchanged will not help."""

    code = "bad_request"
    status = 400


class NotAllowedError(OkienkoError):
    """The caller may not see or do this (answers alike for "absent" and "not yours")."""

    code = "not_found"
    status = 404


class HeldError(OkienkoError):
    """What was asked to be removed is kept for a legal proceeding; the wish is noted."""

    code = "held"
    status = 409


class ConfigurationError(OkienkoError):
    """The settings, the knowledge or the model are not fit to start with."""

    code = "configuration"
    status = 500


class TemporaryError(OkienkoError):
    """A part we rely on did not answer; the same call may succeed later."""

    code = "temporarily_unavailable"
    status = 503
