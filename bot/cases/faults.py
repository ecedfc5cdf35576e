"""What ``okienko check`` tells an editor: file, line, what is wrong and what to do, in a Polish sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in the knowledge; a warning does not stop publication."""

    path: Path
    line: int
    message: str
    kind: str = "schema"
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'uwaga: ' if self.warning else ''}{self.message}"


_MESSAGES = (
    (r"Object missing required field `(\w+)`", r"brakuje pola „\1”"),
    (r"Object contains unknown field `([^`]+)`", r"pole „\1” nie istnieje; sprawdź pisownię w knowledge/README.md"),
    (r"Invalid enum value '?([^']*)'?", r"wartość „\1” nie jest dozwolona"),
    (r"Expected `object`, got `(\w+)`", r"tu ma stać odwzorowanie (klucz: wartość), a jest \1"),
    (r"Expected `array`, got `(\w+)`", r"tu ma stać lista, a jest \1"),
    (r"Expected `str`, got `(\w+)`", r"tu ma stać tekst, a jest \1; ujmij wartość w cudzysłów"),
    (r"Expected `(\w+)`, got `(\w+)`", r"tu ma stać \1, a jest \2"),
    (r"Invalid RFC3339 encoded date", r"data ma mieć postać RRRR-MM-DD"),
)


def in_polish(message: str) -> tuple[str, str]:
    """A schema message of msgspec as a Polish sentence, and the place in the document it speaks of."""
    text, _, where = message.partition(" - at ")
    for pattern, sentence in _MESSAGES:
        match = re.search(pattern, text)
        if match:
            return match.expand(sentence), where.strip("`")
    return text, where.strip("`")
