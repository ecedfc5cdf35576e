"""The whole knowledge, loaded: entries, forms, terms, offices, figures, and look-ups over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import msgspec

from bot.cases.figures import fill
from bot.cases.model import Case, Figure, Form, Guide, News, Office, Problem, Record, Term, TextPage
from bot.text.normalise import slug


class Place(Record, frozen=True, kw_only=True):
    """Where or by which way a step is done; named by key in a step's ``where``."""

    label: str
    text: str
    url: str | None = None


class Collect(Record, frozen=True, kw_only=True):
    """A question about something that people will need; asked once in a conversation."""

    ask: str
    short: str


@dataclass(frozen=True)
class Knowledge:
    """Everything the helpdesk knows. ``entries`` holds cases, problems and procedures by id."""

    entries: Mapping[str, Guide] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    offices: Mapping[str, Office] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    collect: Mapping[str, Collect] = field(default_factory=dict)
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    """The name of each topic, in the order of display."""
    news: Mapping[str, News] = field(default_factory=dict)
    pages: Mapping[str, TextPage] = field(default_factory=dict)
    fingerprint: str = ""
    """Changes when any file of the knowledge changes."""

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Former and sibling ids, each with the id that serves it."""
        return {alias: entry.id for entry in self.entries.values() for alias in entry.aliases}

    def entry(self, name: str) -> Guide | None:
        """The entry of an id or of one of its aliases."""
        return self.entries.get(self.aliases.get(name, name))

    @cached_property
    def cases(self) -> dict[str, Case]:
        """Cases only, without problems and procedures."""
        return {name: entry for name, entry in self.entries.items() if isinstance(entry, Case) and entry.kind == "case"}

    @cached_property
    def platnik(self) -> dict[str, Case | Problem]:
        """Problems and procedures of the program Płatnik."""
        return {name: entry for name, entry in self.entries.items() if entry.kind != "case"}

    def needing_form(self, symbol: str) -> tuple[Guide, ...]:
        """The entries with a step that uses the form."""
        return self._by_form.get(symbol, ())

    @cached_property
    def _by_form(self) -> dict[str, tuple[Guide, ...]]:
        found: dict[str, tuple[Guide, ...]] = {}
        for entry in self.entries.values():
            for symbol in forms_of(entry):
                found[symbol] = (*found.get(symbol, ()), entry)
        return found

    def say(self, text: str, day: date) -> str:
        """A text of the knowledge as shown on the day: figures written out, line breaks folded."""
        return " ".join(fill(text, self.figures, day).split(" ")).strip()


def forms_of(entry: Guide) -> tuple[str, ...]:
    """The symbols of the forms an entry uses, in the order of its steps."""
    if isinstance(entry, Problem):
        return ()
    return tuple(dict.fromkeys(symbol for step in entry.steps for symbol in step.forms))


def is_current(entry: Guide, day: date) -> bool:
    """Whether the entry may be shown as current on the day."""
    return (entry.valid_from is None or entry.valid_from <= day) and (entry.valid_to is None or day <= entry.valid_to)


def texts_of(entry: Record, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text of an entry with its place (``steps[2].do``), for checks and search."""
    yield from _texts(msgspec.to_builtins(entry), where)


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{where}.{key}" if where else str(key))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{index}]")


def form_slug(symbol: str) -> str:
    """The id of a form in addresses: ``zus_rca`` for ZUS RCA."""
    return slug(symbol)
