"""Terms of the glossary inside any text, so that a word can be explained in place without leaving the step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.cases.knowledge import Knowledge
from bot.cases.model import Term
from bot.text.lemmas import lemma
from bot.text.normalise import fold

MOST = 3
"""Terms explained in one text; more would be noise."""
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True)
class Mention:
    """A term in a text: its id, the words as they stand there, and their place."""

    term: str
    said: str
    start: int
    end: int


class Glossary:
    """Look-up of terms in texts over one Knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._terms = knowledge.terms

    @cached_property
    def _keys(self) -> dict[tuple[str, ...], str]:
        return {key: name for name, term in self._terms.items() if term.inline for key in _keys_of(term)}

    @cached_property
    def _longest(self) -> int:
        return max((len(key) for key in self._keys), default=0)

    def mentions(self, text: str, *, without: Iterable[str] = ()) -> list[Mention]:
        """The first mention of each term, in order, the longest reading first; at most MOST of them."""
        said = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
        names = [_key_word(word) for word, _, _ in said]
        found: list[Mention] = []
        taken = set(without)
        place = 0
        while place < len(said) and len(found) < MOST:
            size, name = self._at(names, place)
            if name and name not in taken:
                start, end = said[place][1], said[place + size - 1][2]
                found.append(Mention(name, text[start:end], start, end))
                taken.add(name)
            place += max(1, size)
        return found

    def _at(self, names: list[str], place: int) -> tuple[int, str | None]:
        for size in range(min(self._longest, len(names) - place), 0, -1):
            name = self._keys.get(tuple(names[place : place + size]))
            if name:
                return size, name
        return 0, None


def _keys_of(term: Term) -> Iterable[tuple[str, ...]]:
    """A term by its own name, and by those aliases that are abbreviations; everyday aliases explain nothing."""
    for written in (term.term, *(alias for alias in term.aliases if alias.isupper())):
        key = tuple(_key_word(word) for word in _WORD.findall(written))
        if key:
            yield key


def _key_word(word: str) -> str:
    """A word as it is compared: an abbreviation as it stands, any other by its lemma."""
    return word if word.isupper() and len(word) > 1 else fold(lemma(word.lower()))
