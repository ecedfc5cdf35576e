"""What a turn works with: the knowledge, the look-ups, the day and the source of opaque ids."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.cases.finder import Finder
from bot.cases.glossary import Glossary
from bot.cases.knowledge import Knowledge
from bot.cases.model import Guide
from bot.clock import Clock
from bot.errors import ConfigurationError


def _opaque() -> str:
    return secrets.token_urlsafe(9)


def _nowhere(_entry: Guide, _answers: Mapping[str, str]) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Desk:
    """The counter: everything that is the same for every conversation."""

    knowledge: Knowledge
    clock: Clock = field(default_factory=Clock)
    new_id: Callable[[], str] = _opaque
    papers: Callable[[Guide, Mapping[str, str]], dict[str, str]] = _nowhere
    """Where a client finds their checklist, by form (``html``, ``pdf``, ``text``, ``calendar``), for an entry and its answers."""
    places: Callable[[str], str] = str
    """Where a code can be opened; by default the code alone."""

    @cached_property
    def finder(self) -> Finder:
        """Look-ups over the knowledge."""
        return Finder(self.knowledge)

    @cached_property
    def glossary(self) -> Glossary:
        """Terms inside texts."""
        return Glossary(self.knowledge)

    @property
    def today(self) -> date:
        """The day for figures and deadlines."""
        return self.clock.today()

    def phrase(self, key: str, turn: int = 0, **values: object) -> str:
        """A sentence of ``knowledge/phrases``, its wordings taken in turn. Raises ConfigurationError for an unknown key."""
        wordings = self.knowledge.phrases.get(key)
        if not wordings:
            raise ConfigurationError(f"W knowledge/phrases brakuje zdania „{key}”.")
        return wordings[turn % len(wordings)].format(**values)
