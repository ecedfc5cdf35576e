"""Pasted messages, error codes and log lines of Płatnik: which problem they belong to, slips of typing and noise around and all."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.cases.model import Problem
from bot.text.distance import NearWords
from bot.text.normalise import fold, normalise, words

MOST_WORDS = 400
"""Words of a pasted text that are read; the cost of a long log stays bounded."""
MIN_CHARS = 12
"""A message shorter than this tells only when it is a code."""
LONG_MESSAGE = 4
"""Words from which a message is telling by itself, also without Płatnik being named."""
COVERED = 0.8
"""Share of a message's weight that has to be found close together."""
TINY = 1e-6
SHORTEST_MISTYPED = 5
LONGEST_CERTAIN = 9


@dataclass(frozen=True)
class Message:
    """A known message: its words, and the entry that it opens."""

    said: tuple[str, ...]
    entry: str

    @cached_property
    def codes(self) -> frozenset[str]:
        """The words that are error codes: four characters or more with a digit among them."""
        return frozenset(word for word in self.said if is_code(word))


def is_code(word: str) -> bool:
    """Whether a word looks like an error code: "1603", "0x80090016", "ora12154"; a year does not."""
    plain_year = word.isdigit() and len(word) == 4 and word[:2] in ("19", "20")
    return len(word) >= 4 and any(char.isdigit() for char in word) and not plain_year


def _needed(message: Message) -> float:
    """The share of a message's weight that has to be found."""
    return COVERED if len(message.said) > LONG_MESSAGE else 1.0


class Messages:
    """All known messages, looked up by a pasted text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._all = [Message(tuple(words(fold(normalise(text)))), entry.id) for entry in problems for text in entry.messages]
        self._of_word: dict[str, list[int]] = defaultdict(list)
        for place, message in enumerate(self._all):
            for word in set(message.said):
                self._of_word[word].append(place)
        entries = {word: len({self._all[place].entry for place in places}) for word, places in self._of_word.items()}
        whole = max(1, len({message.entry for message in self._all}))
        self._weight = {word: math.log(1 + whole / count) for word, count in entries.items()}
        self._whole = [sum(self._weight[word] for word in set(message.said)) for message in self._all]
        self._enough = [_needed(message) * whole - TINY for message, whole in zip(self._all, self._whole, strict=True)]
        self._near = NearWords(word for word in self._of_word if len(word) >= SHORTEST_MISTYPED and not is_code(word))

    def find(self, text: str) -> tuple[str, ...]:
        """The entries whose message is quoted in the text, likeliest alone; several only when they are equally likely."""
        said = words(fold(normalise(text)))[:MOST_WORDS]
        heard = self._heard(said)
        scores: dict[str, float] = {}
        named = "platnik" in said or "platnika" in said or "platniku" in said
        for place in self._worth_a_look(heard):
            message = self._all[place]
            score = self._score(place, heard, said, named=named)
            if score > scores.get(message.entry, 0.0):
                scores[message.entry] = score
        if not scores:
            return ()
        best = max(scores.values())
        return tuple(sorted(name for name, score in scores.items() if score >= best - TINY))

    def _worth_a_look(self, heard: Iterable[str]) -> list[int]:
        """The messages enough of which was heard anywhere in the text."""
        covered: dict[int, float] = defaultdict(float)
        for word in heard:
            for place in self._of_word[word]:
                covered[place] += self._weight[word]
        return [place for place, weight in covered.items() if weight >= self._enough[place]]

    def _heard(self, said: list[str]) -> dict[str, list[int]]:
        """The known words heard in the text, each with its places; a slip of typing is forgiven, except in codes."""
        heard: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(said):
            if word in self._of_word:
                heard[word].append(place)
            elif len(word) >= SHORTEST_MISTYPED and not is_code(word):
                for known in self._near.nearest(word, 2 if len(word) >= LONGEST_CERTAIN else 1):
                    heard[known].append(place)
        return heard

    def _score(self, place: int, heard: dict[str, list[int]], said: list[str], *, named: bool) -> float:
        """How much of the message was quoted (its weight); 0 when too little or when it would tell nothing."""
        message = self._all[place]
        if message.codes and not message.codes <= heard.keys():
            return 0.0
        found = self._closest(message, heard)
        covered = sum(self._weight[word] for word in found)
        if covered < self._enough[place]:
            return 0.0
        alone = len(said) <= len(message.said) + 1
        long = len(message.said) >= LONG_MESSAGE or bool(message.codes)
        if len(" ".join(message.said)) < MIN_CHARS and not message.codes:
            return 0.0
        return covered if alone or long or named else 0.0

    def _closest(self, message: Message, heard: dict[str, list[int]]) -> set[str]:
        """The most words of the message that stand together in the text."""
        wanted = set(message.said)
        places = sorted((place, word) for word in wanted for place in heard.get(word, ()))
        reach = len(message.said) + max(2, len(message.said) // 2)
        best: set[str] = set()
        start = 0
        inside: Counter[str] = Counter()
        for place, word in places:
            inside[word] += 1
            while place - places[start][0] >= reach:
                inside[places[start][1]] -= 1
                start += 1
            present = {name for name, count in inside.items() if count}
            if sum(self._weight[name] for name in present) > sum(self._weight[name] for name in best):
                best = present
        return best
