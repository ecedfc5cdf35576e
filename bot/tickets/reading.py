"""What a client writes of their ticket: its number with the code, or the address for its answer."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\bOK[ -]?(\d{4})[ -]?(\d{5})\b", re.IGNORECASE)
_CODE = re.compile(r"\b([A-HJ-NP-Z2-9]{4})[ -]?([A-HJ-NP-Z2-9]{4})\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@]+@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}")


def find_number(text: str) -> tuple[str, str] | None:
    """The number and the code of a ticket; None unless both are there."""
    number = _NUMBER.search(text)
    if number is None:
        return None
    rest = text[: number.start()] + " " + text[number.end() :]
    codes = [match for match in _CODE.finditer(rest) if not match[0].isalpha() or match[0].isupper()]
    return (f"OK-{number[1]}-{number[2]}", f"{codes[0][1]}-{codes[0][2]}") if codes else None


def find_address(text: str) -> str | None:
    """The one e-mail address in a text; None for none or several."""
    found = _ADDRESS.findall(text)
    return found[0].rstrip(".") if len(found) == 1 else None
