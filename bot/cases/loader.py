"""Reading ``knowledge/`` into a Knowledge, with a fault for everything that is not as the schema says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bot.cases.conditions import ConditionError, parse_condition
from bot.cases.faults import Fault, in_polish
from bot.cases.knowledge import Collect, Knowledge, Place, form_slug
from bot.cases.model import Case, Figure, Form, Guide, News, Office, Problem, Term, TextPage
from bot.cases.yamlfile import YamlFault, line_of, read_yaml
from bot.errors import ConfigurationError
from bot.text.normalise import slug

T = TypeVar("T")
SERVED = frozenset({"published"})
WITH_DRAFTS = frozenset({"published", "review", "draft"})


class Reader:
    """Reads files and remembers what was wrong with them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.where: dict[str, Path] = {}
        """The file of each entry id."""

    def fault(self, path: Path, where: str, message: str) -> None:
        """Remember a fault at a place of a file."""
        self.faults.append(Fault(path.relative_to(self.root.parent), line_of(path, where), message))

    def raw(self, path: Path) -> Any:
        """The content of a file, or None with a fault."""
        try:
            return read_yaml(path)
        except YamlFault as error:
            self.faults.append(Fault(path.relative_to(self.root.parent), error.line, str(error)))
            return None

    def convert(self, path: Path, data: Any, to: type[T], prefix: str = "") -> T | None:
        """Plain data as a record of the model, or None with a fault."""
        try:
            return msgspec.convert(data, to)
        except msgspec.ValidationError as error:
            message, where = in_polish(str(error))
            self.fault(path, prefix + where.lstrip("$"), message)
            return None

    def entries(self) -> dict[str, Guide]:
        """Every case, problem and procedure, whatever its status."""
        found: dict[str, Guide] = {}
        for path in sorted([*self.root.glob("cases/*/*.yml"), *self.root.glob("platnik/*/*.yml")]):
            data = self.raw(path)
            if data is None:
                continue
            kind = data.get("kind", "case") if isinstance(data, dict) else "case"
            entry: Guide | None = self.convert(path, data, Problem) if kind == "problem" else self.convert(path, data, Case)
            if entry is None or not self._conditions_read(path, data):
                continue
            if entry.id != path.stem:
                self.fault(path, "id", f"id „{entry.id}” nie zgadza się z nazwą pliku „{path.name}”")
            if entry.id in found:
                self.fault(path, "id", f"id „{entry.id}” ma też plik {self.where[entry.id]}")
            found[entry.id] = entry
            self.where[entry.id] = path
        return found

    def _conditions_read(self, path: Path, data: Mapping[str, Any]) -> bool:
        sound = True
        for name in ("steps", "outcome", "cautions", "questions"):
            items = data.get(name) or {}
            for key, item in items.items() if isinstance(items, dict) else enumerate(items):
                try:
                    parse_condition(item.get("if"))
                except ConditionError as error:
                    place = f"{name}.{key}" if isinstance(items, dict) else f"{name}[{key}]"
                    self.fault(path, f"{place}.if", str(error))
                    sound = False
        return sound

    def listed(self, folder: str, to: type[T], name: Callable[[T], str]) -> dict[str, T]:
        """Records from files that each hold a list of them."""
        found: dict[str, T] = {}
        for path in sorted(self.root.glob(f"{folder}/*.yml")):
            for index, data in enumerate(self.raw(path) or []):
                record = self.convert(path, data, to, f"[{index}]")
                if record is None:
                    continue
                if name(record) in found:
                    self.fault(path, f"[{index}]", f"„{name(record)}” jest w katalogu dwa razy")
                found[name(record)] = record
        return found

    def keyed(self, paths: Iterable[Path], to: type[T]) -> dict[str, T]:
        """Records from files that each hold a mapping of them."""
        found: dict[str, T] = {}
        for path in paths:
            for key, data in (self.raw(path) or {}).items():
                record = self.convert(path, data, to, f"{key}")
                if record is not None:
                    found[str(key)] = record
        return found

    def named(self, folder: str, to: type[T]) -> dict[str, T]:
        """Records from files that each hold one, named as the file."""
        found: dict[str, T] = {}
        for path in sorted(self.root.glob(f"{folder}/*.yml")):
            record = self.convert(path, self.raw(path), to)
            if record is None:
                continue
            name = getattr(record, "id", path.stem)
            if name != path.stem:
                self.fault(path, "id", f"id „{name}” nie zgadza się z nazwą pliku „{path.name}”")
            found[path.stem] = record
        return found

    def phrases(self) -> dict[str, tuple[str, ...]]:
        """The sentences that no case owns, by key; each with one or more wordings."""
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(self.root.glob("phrases/*.yml")):
            if path.stem in ("places", "topics"):
                continue
            for key, value in (self.raw(path) or {}).items():
                wordings = value if isinstance(value, list) else [value]
                if not all(isinstance(wording, str) for wording in wordings):
                    self.fault(path, str(key), f"zdanie „{key}” ma być tekstem albo listą tekstów")
                    continue
                found[str(key)] = tuple(" ".join(wording.split(" ")).strip() for wording in wordings)
        return found


def fingerprint(root: Path) -> str:
    """A short hash of every file of the knowledge."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.yml")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_knowledge(root: Path, statuses: frozenset[str] = WITH_DRAFTS) -> tuple[Knowledge, Reader]:
    """Everything under ``root`` that could be read, and the reader with its faults."""
    reader = Reader(root)
    entries = reader.entries()
    knowledge = Knowledge(
        entries={name: entry for name, entry in entries.items() if entry.status in statuses},
        forms=reader.listed("forms", Form, lambda form: form_slug(form.symbol)),
        terms=reader.listed("terms", Term, lambda term: slug(term.term)),
        offices=reader.listed("offices", Office, lambda office: slug(office.name)),
        figures=reader.keyed(sorted(root.glob("figures/*.yml")), Figure),
        places=reader.keyed(root.glob("phrases/places.yml"), Place),
        collect=reader.keyed(root.glob("platnik/collect.yml"), Collect),
        phrases=reader.phrases(),
        topics=reader.keyed(root.glob("phrases/topics.yml"), str),
        news=reader.named("news", News),
        pages=reader.named("pages", TextPage),
        fingerprint=fingerprint(root),
    )
    return knowledge, reader


def load_knowledge(root: Path, *, drafts: bool = False) -> Knowledge:
    """The knowledge to serve. Raises ConfigurationError when any file is not fit."""
    if not root.is_dir():
        raise ConfigurationError(f"Nie ma katalogu wiedzy {root}. Uruchom Okienko w katalogu projektu.")
    knowledge, reader = read_knowledge(root, WITH_DRAFTS if drafts else SERVED)
    if reader.faults:
        first = "\n".join(str(fault) for fault in sorted(reader.faults)[:5])
        raise ConfigurationError(f"Wiedza ma błędy ({len(reader.faults)}); uruchom „okienko check”. Pierwsze:\n{first}")
    return knowledge
