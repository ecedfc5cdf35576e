"""Edit distances on python-Levenshtein, with a neighbouring swap counted as one slip, and look-up of near words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import Levenshtein


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
    """Words of a vocabulary that lie within a few slips of a given one; bounded by length and first letters."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._known = frozenset(vocabulary)
        for word in sorted(self._known):
            self._by_length[len(word)].append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def nearest(self, word: str, limit: int = 1) -> list[str]:
        """The nearest words, all equally far; empty when none is within ``limit`` slips."""
        if word in self._known:
            return [word]
        best: list[str] = []
        closest = limit + 1
        for length in range(len(word) - limit, len(word) + limit + 1):
            for other in self._by_length.get(length, ()):
                if other[0] != word[0] and other[-1] != word[-1]:
                    continue
                apart = near(word, other, limit)
                if apart is None or apart > closest:
                    continue
                if apart < closest:
                    closest, best = apart, []
                best.append(other)
        return best
