"""What every paper takes from a checklist: texts without control characters, and each form and place once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

Checklist = Mapping[str, Any]
"""The reply of ``Presenter.checklist``; empty keys are missing, and inside an item a value may be None."""


PRINTED = ("title", "case", "answers", "needs", "take_along", "items", "outcome", "verified")
"""What belongs on paper; a reply may carry more for the screen, such as buttons."""


def printable(checklist: Checklist) -> dict[str, Any]:
    """What of a checklist belongs on paper, cleaned."""
    return {key: clean(checklist[key]) for key in PRINTED if key in checklist}


def clean(value: Any) -> Any:
    """The same value without control, format and unassigned characters in its texts (a line break stays), at any depth.

    They print as nothing or as a box, turn the direction of writing, and are not allowed in tagged PDF.
    """
    if isinstance(value, str):
        return "".join(char for char in value if char == "\n" or unicodedata.category(char)[0] != "C")
    if isinstance(value, Mapping):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    return value


def forms_of(checklist: Checklist) -> list[dict[str, Any]]:
    """The forms of all steps, ``{"symbol", "title", "url"}``, each once, in the order of first use."""
    return _once(checklist, "forms", "symbol")


def places_of(checklist: Checklist) -> list[dict[str, Any]]:
    """The places of all steps, ``{"id", "label", "text", "url"}``, each once, in the order of first use."""
    return _once(checklist, "where", "id")


def _once(checklist: Checklist, field: str, key: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for item in checklist.get("items", ()):
        for part in item.get(field) or ():
            found.setdefault(part[key], dict(part))
    return list(found.values())
