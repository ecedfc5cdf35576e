"""Statements of every turn, made into the database's own words once.

SQLAlchemy makes a statement anew, or looks for the one made before, at every execution; for a statement of a millisecond's
turn that costs more than the database takes to run it. Parameters travel as always, beside the words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.expression import ClauseElement

Bind = Callable[[Any], Any]


class Prepared:
    """One statement with named parameters. Rows come as the driver gives them: no column of a date or time is to be read with it."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._made: dict[str, tuple[str, list[tuple[str, Bind | None]], bool]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult:
        """Execute it."""
        words, binds, positional = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        given = [(name, values[name] if bind is None else bind(values[name])) for name, bind in binds]
        return connection.exec_driver_sql(words, tuple(value for _, value in given) if positional else dict(given))

    def _make(self, dialect: Dialect) -> tuple[str, list[tuple[str, Bind | None]], bool]:
        compiled: Any = self._statement.compile(dialect=dialect)
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        binds = [(name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
        made = self._made[dialect.name] = (str(compiled), binds, bool(compiled.positional))
        return made
