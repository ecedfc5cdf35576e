"""Text as people type it, brought to one form: Unicode, case, control characters, a view without Polish letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_CHARS = 4000
"""A client's message longer than this is understood by its beginning; the rest is kept but not analysed."""

AT_HAND = 512
"""A turn looks at the same message, and at the same answers of a question, some twenty times."""

_POLISH = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‑": "-", "„": '"', "”": '"', "“": '"', "’": "'", "\u00a0": " "})


def clean(text: str) -> str:
    """The text without control, zero-width and direction characters, in NFC, with single spaces and line breaks."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return re.sub(r"[ \u00a0]+", " ", composed).strip()
    kept = "".join(
        char if unicodedata.category(char) not in _INVISIBLE else ("\n" if char == "\n" else " " if char in "\t\r" else "")
        for char in composed
    )
    kept = unicodedata.normalize("NFC", kept)
    lines = (re.sub(r"[ \u00a0]+", " ", line).strip() for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=AT_HAND)
def fold(text: str) -> str:
    """Lower case, without Polish letters or other accents: ``Składki`` and ``skladki`` become the same."""
    plain = text.translate(_POLISH).lower()
    if plain.isascii():
        return plain
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(_POLISH)).lower())
    return "".join(char for char in plain if not unicodedata.combining(char))


@lru_cache(maxsize=AT_HAND)
def normalise(text: str) -> str:
    """What understanding reads: cleaned, lower case, typographic dashes and quotes made plain, one line."""
    return re.sub(r"\s+", " ", clean(text).translate(_DASHES).lower()).strip()


def words(text: str) -> list[str]:
    """The words of a normalised text: letters and digits, with inner hyphens and slashes split off."""
    return re.findall(r"[^\W_]+", text)


def slug(text: str) -> str:
    """A lower-case ASCII id for a name: ``kapitał początkowy`` → ``kapital_poczatkowy``."""
    return "_".join(re.findall(r"[a-z0-9]+", fold(text)))
