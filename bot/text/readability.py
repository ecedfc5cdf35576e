"""How hard a Polish text is to read: FOG-PL, and the longest sentence.

FOG-PL is the Polish form of Gunning's index: 0.4 × (words in a sentence + hundredth part of words of four or more
syllables); its value is about the number of school years a reader needs.
"""

from __future__ import annotations

import re

HARD_SYLLABLES = 4
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[\"„A-ZĄĆĘŁŃÓŚŹŻ0-9])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ABBREVIATION = re.compile(r"\b(art|ust|pkt|poz|np|tzn|tj|m\.in|ok|ul|nr|godz|tys|mln)\.", re.IGNORECASE)
_VOWELS = re.compile(r"[aeouyąęó]|i(?![aeouyąęó])")


def sentences(text: str) -> list[str]:
    """The sentences of a text; abbreviations such as "art." do not end one."""
    masked = _ABBREVIATION.sub(lambda match: match.group().replace(".", "\u2024"), text)
    return [part.replace("\u2024", ".") for part in _SENTENCE_END.split(masked.strip()) if part.strip()]


def syllables(word: str) -> int:
    """Syllables of a Polish word: its vowels, ``i`` before another vowel only softening."""
    return max(1, len(_VOWELS.findall(word.lower())))


def fog_pl(text: str) -> float:
    """The FOG-PL index of a text; 0 for one without words. Upper-case symbols of forms are not hard words."""
    parts = sentences(text)
    found = [word for part in parts for word in _WORD.findall(part)]
    if not found:
        return 0.0
    hard = sum(1 for word in found if not word.isupper() and syllables(word) >= HARD_SYLLABLES)
    return 0.4 * (len(found) / len(parts) + 100 * hard / len(found))


def longest_sentence(text: str) -> int:
    """Words in the longest sentence."""
    return max((len(_WORD.findall(part)) for part in sentences(text)), default=0)
