"""The audit log: who did what to what, when, from where. It only grows; a chain of hashes shows a change made behind our back."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Optional, Protocol

NOBODY = "-"
"""The actor of a sign-in with a login that nobody has."""
START = "0" * 64
"""The hash before the first row."""


@dataclass(frozen=True)
class Entry:
    """One act. ``detail`` holds no personal data; ``object`` is a login, a ticket's number and such."""

    at: datetime
    actor: str
    action: str
    object: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    address: str = "-"


@dataclass(frozen=True)
class Row:
    """An entry as kept: numbered from 1 without gaps, with the hash of the chain up to it."""

    seq: int
    entry: Entry
    hash: str


@dataclass(frozen=True)
class Query:
    """Which rows to show; empty fields do not narrow. ``before`` is a row's number, ``until`` is not included."""

    actor: str = ""
    action: str = ""
    since: Optional[datetime] = None
    until: Optional[datetime] = None
    before: Optional[int] = None


class AuditLog(Protocol):
    """Where the log is kept. There is no way to change or remove a row."""

    def append(self, entry: Entry) -> None:
        """Add one act."""

    def rows(self, query: Query, limit: int) -> list[Row]:
        """At most so many rows, newest first."""

    def every_row(self) -> Iterator[Row]:
        """All rows, oldest first."""


@dataclass(frozen=True)
class Verdict:
    """How many rows were good, the hash of the last of them, and the number of the row where the chain is broken."""

    good: int
    head: str
    broken: Optional[int] = None


def digest(previous: str, seq: int, entry: Entry) -> str:
    """The hash of a row: of the row before it and its own content."""
    at = entry.at.astimezone(timezone.utc).isoformat(timespec="microseconds")
    content = json.dumps([previous, seq, at, entry.actor, entry.action, entry.object, dict(entry.detail), entry.address], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def verify(rows: Iterable[Row]) -> Verdict:
    """Go over the whole chain, oldest first. Rows cut off at the end are seen only by who knows an earlier ``head``."""
    head, good = START, 0
    for row in rows:
        if row.seq != good + 1 or row.hash != digest(head, row.seq, row.entry):
            return Verdict(good, head, good + 1)
        head, good = row.hash, row.seq
    return Verdict(good, head)


def as_csv(rows: Iterable[Row]) -> str:
    """The rows as a table for a spreadsheet, with a header."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["nr", "kiedy (UTC)", "kto", "czynność", "czego dotyczy", "szczegóły", "adres", "skrót"])
    for row in rows:
        entry = row.entry
        detail = json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True) if entry.detail else ""
        fields = [entry.at.astimezone(timezone.utc).isoformat(timespec="seconds"), entry.actor, entry.action, entry.object, detail, entry.address, row.hash]
        table.writerow([row.seq, *map(_harmless, fields)])
    return text.getvalue()


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; a lone "-" is only a dash."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and len(text) > 1 else text
