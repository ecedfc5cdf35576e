"""Canned replies: ``knowledge/replies/*.yml``. What a text needs is taken from the ticket or asked of the consultant.

A text holds its parameters in braces: the known ones (KNOWN) are filled from the ticket when it has them, the others stand under
``ask`` with the question to the consultant. A known one that the ticket lacks is asked too, with the question given here.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from bot.cases.faults import Fault, in_polish
from bot.cases.yamlfile import YamlFault, line_of, read_yaml
from bot.errors import ConfigurationError

KNOWN: Mapping[str, str] = {
    "numer": "Numer zgłoszenia",
    "sprawa": "Czego dotyczy sprawa",
    "termin": "Termin dla klienta, na przykład 8 grudnia 2026",
    "formularze": "Formularze, które klient składa",
    "lista": "Adres listy kontrolnej",
    "konsultant": "Jak się podpisać",
}
"""Parameters that a ticket may know, with the question for one that does not."""
LONGEST_ANSWER = 500


class Canned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reply as editors write it; without ``entries`` and ``topics`` it fits every ticket."""

    id: str
    title: str
    text: str
    ask: dict[str, str] = {}
    entries: list[str] = []
    topics: list[str] = []

    @property
    def parameters(self) -> list[str]:
        """What the text needs, in its order."""
        return list(dict.fromkeys(_parameters(self.text)))

    def missing(self, given: Mapping[str, str]) -> dict[str, str]:
        """What is still to be asked: parameter to question."""
        return {name: self.ask.get(name) or KNOWN[name] for name in self.parameters if not given.get(name, "").strip()}

    def fill(self, given: Mapping[str, str]) -> str:
        """The text with its parameters. Raises KeyError while one is missing."""
        return self.text.format(**{name: given[name].strip()[:LONGEST_ANSWER] for name in self.parameters}).strip()

    def fits(self, entry: str | None, topic: str | None) -> bool:
        """Whether it is meant for such a ticket above others."""
        return entry in self.entries or topic in self.topics


def _parameters(text: str) -> Iterator[str]:
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is not None:
            if form or conversion or not name.isidentifier():
                raise ValueError(name)
            yield name


def parse_replies(folder: Path, entries: Collection[str], topics: Collection[str]) -> tuple[list[Canned], list[Fault]]:
    """Every reply by title, and everything that is wrong; ``entries`` and ``topics``: those that there are."""
    found, faults = [], []
    for path in sorted(folder.glob("*.yml")):
        reading = _Reading(path, entries, topics)
        reply = reading.reply()
        found += [reply] if reply is not None and not reading.faults else []
        faults += reading.faults
    return sorted(found, key=lambda reply: reply.title), sorted(faults)


def read_replies(folder: Path, entries: Collection[str], topics: Collection[str]) -> Mapping[str, Canned]:
    """The replies to work with, by id. Raises ConfigurationError with the faults."""
    found, faults = parse_replies(folder, entries, topics)
    if faults:
        raise ConfigurationError("Gotowe odpowiedzi mają błędy; popraw je i uruchom „okienko check”:\n" + "\n".join(map(str, faults)))
    return {reply.id: reply for reply in found}


class _Reading:
    """One file, and what was found wrong in it."""

    def __init__(self, path: Path, entries: Collection[str], topics: Collection[str]) -> None:
        self.path, self.entries, self.topics = path, entries, topics
        self.faults: list[Fault] = []

    def fault(self, where: str, message: str) -> None:
        place = Path(self.path.parent.name) / self.path.name
        self.faults.append(Fault(place, line_of(self.path, where), message, "replies"))

    def reply(self) -> Canned | None:
        """The reply; None when it has no shape."""
        try:
            found = msgspec.convert(read_yaml(self.path), Canned)
        except YamlFault as error:
            self.faults.append(Fault(Path(self.path.parent.name) / self.path.name, error.line, str(error), "replies"))
            return None
        except msgspec.ValidationError as error:
            message, where = in_polish(str(error))
            self.fault(where.lstrip("$"), message)
            return None
        self._check(found)
        return found

    def _check(self, reply: Canned) -> None:
        if reply.id != self.path.stem:
            self.fault("id", f"id „{reply.id}” ma być takie jak nazwa pliku: „{self.path.stem}”")
        if not reply.title.strip() or not reply.text.strip():
            self.fault("title", "tytuł i tekst nie mogą być puste")
        self._check_parameters(reply)
        for name in reply.entries:
            if name not in self.entries:
                self.fault("entries", f"nie ma sprawy „{name}”; popraw jej identyfikator albo usuń ją z listy")
        for name in reply.topics:
            if name not in self.topics:
                self.fault("topics", f"nie ma tematu „{name}”; tematy stoją w phrases/topics.yml")

    def _check_parameters(self, reply: Canned) -> None:
        try:
            used = reply.parameters
        except ValueError:
            self.fault("text", "nawias klamrowy ma obejmować jedną nazwę, na przykład {numer}; zwykły nawias klamrowy napisz dwa razy: {{ albo }}")
            return
        for name in used:
            if name not in reply.ask and name not in KNOWN:
                self.fault("text", f"nie wiadomo, skąd wziąć {{{name}}}; dopisz pytanie w „ask” albo użyj jednej z nazw: {', '.join(KNOWN)}")
        for name, question in reply.ask.items():
            if name not in used:
                self.fault(f"ask.{name}", f"o „{name}” pytamy, ale w tekście nie ma {{{name}}}")
            if not question.strip():
                self.fault(f"ask.{name}", f"brakuje pytania o „{name}”")
