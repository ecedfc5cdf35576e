"""Spelling against the service's own vocabulary; a word that exists is never corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.text.distance import NearWords
from bot.text.lemmas import is_word
from bot.text.normalise import fold, normalise, words

SHORTEST = 5
"""Shorter words have too many neighbours to be corrected safely."""
LONG = 9
"""From this length two slips are allowed."""
MOST_WORDS = 120
"""Words of a message that are looked at; the cost of a long message stays bounded."""


@dataclass(frozen=True)
class Spelled:
    """A normalised text with its corrections, in order."""

    text: str
    corrections: tuple[tuple[str, str], ...] = ()


class Speller:
    """Corrects unknown words to the nearest word that the service knows."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = dict(counts)
        self._by_fold: dict[str, str] = {}
        for word, _count in sorted(self.counts.items(), key=lambda item: (item[1], item[0])):
            self._by_fold[fold(word)] = word
        self._near = NearWords(folded for folded in self._by_fold if len(folded) >= SHORTEST - 1)

    def correct(self, text: str) -> Spelled:
        """The text with unknown words replaced, and what was replaced."""
        plain = normalise(text)
        corrections: list[tuple[str, str]] = []
        for word in words(plain)[:MOST_WORDS]:
            better = self._better(word)
            if better is not None and (word, better) not in corrections:
                corrections.append((word, better))
        for written, better in corrections:
            plain = " ".join(better if word == written else word for word in plain.split(" ")) if written in plain.split(" ") else plain.replace(written, better)
        return Spelled(plain, tuple(corrections))

    def _better(self, word: str) -> str | None:
        folded = fold(word)
        if len(word) < SHORTEST or not word.isalpha() or folded in self._by_fold or is_word(word):
            return None
        near = self._near.nearest(folded, 2 if len(word) >= LONG else 1)
        if not near:
            return None
        best = max(near, key=lambda name: (self.counts[self._by_fold[name]], name))
        return self._by_fold[best]


def vocabulary(texts: Iterable[str], known: Iterable[str] = ()) -> dict[str, int]:
    """The words of our texts with their counts; words that no dictionary has count only when seen more than once.

    ``known`` are words that we vouch for (symbols, names) however rare.
    """
    counts = Counter(word for text in texts for word in words(normalise(text)) if word.isalpha())
    vouched = {word for text in known for word in words(normalise(text)) if word.isalpha()}
    kept = {word: count for word, count in counts.items() if count > 2 or is_word(word)}
    return {**kept, **{word: counts.get(word, 0) + 1 for word in vouched}}
