"""Edit distances on python-Levenshtein, with a neighbouring swap counted as one slip, and look-up of near words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

import Levenshtein
import numpy as np


def near(left: str, right: str, limit: int = 1) -> int | None:
    """How many slips apart two words are, up to ``limit``; None when further. A swap of neighbours is one slip."""
    if abs(len(left) - len(right)) > limit:
        return None
    apart = Levenshtein.distance(left, right, score_cutoff=limit + 1)
    if apart <= limit:
        return apart
    return 1 if is_swap(left, right) else None


def is_swap(left: str, right: str) -> bool:
    """Whether two words differ by two neighbouring letters changing places."""
    if len(left) != len(right):
        return False
    differing = [place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other]
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and left[differing[0]] == right[differing[1]]
        and left[differing[1]] == right[differing[0]]
    )


class NearWords:
    """Words of a vocabulary that lie within a few slips of a given one, with the same first or the same last letter."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._known = frozenset(vocabulary)
        self._words = sorted(self._known, key=lambda word: (len(word), word))
        self._used = np.array([_letters(word) for word in self._words], dtype=np.uint64)
        self._lengths = [len(word) for word in self._words]

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def nearest(self, word: str, limit: int = 1) -> list[str]:
        """The nearest words, all equally far; empty when none is within ``limit`` slips."""
        if word in self._known:
            return [word]
        best: list[str] = []
        closest = limit
        for other in self._candidates(word, limit):
            apart = near(word, other, closest)
            if apart is None:
                continue
            if apart < closest:
                closest, best = apart, []
            best.append(other)
        return best

    def _candidates(self, word: str, limit: int) -> Iterator[str]:
        """Words of about this length that have about these letters: a slip changes at most two of the letters in use."""
        start, end = bisect_left(self._lengths, len(word) - limit), bisect_right(self._lengths, len(word) + limit)
        differing = self._used[start:end] ^ np.uint64(_letters(word))
        for _ in range(2 * limit):
            differing &= differing - _ONE
        for place in (differing == 0).nonzero()[0]:
            other = self._words[start + place]
            if other[0] == word[0] or other[-1] == word[-1]:
                yield other


_ONE = np.uint64(1)


def _letters(word: str) -> int:
    """The characters of a word as bits; two characters may share one, which costs time and never a word."""
    found = 0
    for char in word:
        found |= 1 << ord(char) % 64
    return found
