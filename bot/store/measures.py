"""Reading the views for measures; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, Integer, String, column, select, table
from sqlalchemy.engine import Engine, RowMapping
from sqlalchemy.sql import TableClause

from bot.store.common import aware, transaction


def _view(name: str, words: str, counts: str = "", moments: str = "") -> TableClause:
    """A view's columns by type: every one has the day first."""
    return table(
        name, *(column(item, String) for item in ["day", *words.split()]), *(column(item, Integer) for item in counts.split()),
        *(column(item, DateTime) for item in moments.split()),
    )  # fmt: skip


COLUMNS: Mapping[str, TableClause] = {
    "abandoned_steps": _view("abandoned_steps", "channel profile entry step", moments="silent_since"),
    "containment": _view("containment", "channel", "conversations with_ticket finished quiet missed"),
    "handoff_reasons": _view("handoff_reasons", "reason entry", "tickets"),
    "outcomes_by_kind": _view("outcomes_by_kind", "channel profile kind", "turns conversations"),
    "promises": _view("promises", "number promised_on", moments="opened_at first_answer_at closed_at"),
    "ratings_by_entry": _view("ratings_by_entry", "channel entry", "ratings solved partly unsolved scores score_sum"),
    "ticket_waits": _view("ticket_waits", "number team reason entry status", moments="opened_at first_answer_at closed_at"),
}
"""Every view with its columns."""


class MeasuresSql:
    """The rows of the views; see ``bot.measure.service.Views``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, view: str, since: date, until: date) -> list[dict[str, Any]]:
        """The rows of a view whose day is in the period, both days included, oldest first. Raises KeyError for an unknown view."""
        known = COLUMNS[view]
        query = select(known).where(known.c.day >= since.isoformat(), known.c.day <= until.isoformat()).order_by(known.c.day)
        with transaction(self._engine) as connection:
            return [_plain(row) for row in connection.execute(query).mappings()]


def _plain(row: RowMapping) -> dict[str, Any]:
    return {name: aware(value) if isinstance(value, datetime) else value for name, value in row.items()}
