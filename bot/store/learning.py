"""Proposals on SQL, beside the tickets that they come from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.engine import Engine, Row
from sqlalchemy.exc import IntegrityError

from bot.learning.model import Measured, Missed, Proposal, State
from bot.store.common import aware, naive, transaction
from bot.store.sql import _ticket
from bot.store.tables import messages, outcomes, proposals, tickets
from bot.tickets.model import Ticket

OPEN_STATES = ("proposed", "nothing")
"""States that nobody has decided on."""


class LearningSql:
    """See ``bot.learning.model.LearningStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def unlooked(self, limit: int) -> list[Ticket]:
        both = tickets.outerjoin(proposals, proposals.c.ticket == tickets.c.number)
        new = or_(proposals.c.id.is_(None), proposals.c.looked_at < tickets.c.closed_at)
        query = select(tickets).select_from(both).where(tickets.c.status == "closed", tickets.c.resolution.isnot(None), new)
        with transaction(self._engine) as connection:
            return [_ticket(row) for row in connection.execute(query.order_by(tickets.c.closed_at, tickets.c.number).limit(limit))]

    def put(self, proposal: Proposal) -> Proposal | None:
        try:
            with transaction(self._engine) as connection:
                row = connection.execute(select(proposals).where(proposals.c.ticket == proposal.ticket)).one_or_none()
                if row is None:
                    name = connection.execute(insert(proposals).values(**_values(proposal))).inserted_primary_key[0]
                    return replace(proposal, id=name)
                known = _proposal(row)
                after = replace(proposal, id=known.id) if known.state in OPEN_STATES else replace(known, looked_at=proposal.looked_at)
                after = replace(after, version=known.version + 1)
                mine = (proposals.c.id == known.id, proposals.c.version == known.version)
                return after if connection.execute(update(proposals).where(*mine).values(**_values(after))).rowcount else None
        except IntegrityError:
            return None

    def change(self, before: Proposal, after: Proposal) -> bool:
        mine = (proposals.c.id == before.id, proposals.c.version == before.version)
        values = _values(replace(after, version=before.version + 1))
        with transaction(self._engine) as connection:
            return bool(connection.execute(update(proposals).where(*mine).values(**values)).rowcount)

    def proposal(self, name: int) -> Proposal | None:
        with transaction(self._engine) as connection:
            row = connection.execute(select(proposals).where(proposals.c.id == name)).one_or_none()
        return _proposal(row) if row else None

    def proposals(self, state: State, limit: int = 1000, offset: int = 0) -> list[Proposal]:
        query = select(proposals).where(proposals.c.state == state).order_by(proposals.c.id).limit(limit).offset(offset)
        with transaction(self._engine) as connection:
            return [_proposal(row) for row in connection.execute(query)]

    def counts(self) -> dict[str, int]:
        query = select(proposals.c.state, func.count()).group_by(proposals.c.state)
        with transaction(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def untold(self) -> list[Proposal]:
        mine = (proposals.c.state == "taught", proposals.c.kind == "sentence", proposals.c.told_at.is_(None))
        with transaction(self._engine) as connection:
            return [_proposal(row) for row in connection.execute(select(proposals).where(*mine).order_by(proposals.c.id))]

    def unresolved(self, since: datetime, limit: int) -> list[Ticket]:
        missed = tickets.c.resolution.is_(None) & or_(tickets.c.reason == "offered", tickets.c.entry.is_(None))
        query = select(tickets).where(tickets.c.created_at >= naive(since), or_(tickets.c.resolution == "new", missed))
        with transaction(self._engine) as connection:
            return [_ticket(row) for row in connection.execute(query.order_by(tickets.c.created_at.desc(), tickets.c.number).limit(limit))]

    def missed(self, since: datetime, limit: int) -> list[Missed]:
        same_turn = (messages.c.conversation_id == outcomes.c.conversation_id) & (messages.c.created_at == outcomes.c.at)
        handed = select(tickets.c.number).where(tickets.c.conversation_id == outcomes.c.conversation_id).exists()
        query = select(messages.c.body, messages.c.created_at).select_from(messages.join(outcomes, same_turn))
        query = query.where(outcomes.c.kind == "not_understood", outcomes.c.at >= naive(since), messages.c.author == "client", ~handed)
        with transaction(self._engine) as connection:
            found = connection.execute(query.order_by(messages.c.created_at.desc()).limit(limit)).all()
        return [Missed(str(msgspec.json.decode(row.body).get("text", "")), aware(row.created_at)) for row in found]


def _moment(value: datetime | None) -> datetime | None:
    return naive(value) if value else None


def _back(value: datetime | None) -> datetime | None:
    return aware(value) if value else None


def _values(proposal: Proposal) -> dict[str, Any]:
    measured = proposal.measured
    return {
        "ticket": proposal.ticket, "kind": proposal.kind, "state": proposal.state, "text": proposal.text, "entry": proposal.entry,
        "created_at": naive(proposal.created_at), "looked_at": naive(proposal.looked_at),
        "decided_by": proposal.decided_by, "decided_at": _moment(proposal.decided_at),
        "taught_by": proposal.taught_by, "taught_at": _moment(proposal.taught_at),
        "measured_at": naive(measured.at) if measured else None, "understood_as": measured.understood_as if measured else None,
        "confidence": measured.confidence if measured else None, "told_at": _moment(proposal.told_at), "version": proposal.version,
    }  # fmt: skip


def _proposal(row: Row) -> Proposal:
    measured = Measured(aware(row.measured_at), row.understood_as, row.confidence) if row.measured_at else None
    return Proposal(
        row.id, row.ticket, row.kind, row.state, row.text, row.entry, aware(row.created_at), aware(row.looked_at), row.decided_by, _back(row.decided_at),
        row.taught_by, _back(row.taught_at), measured, _back(row.told_at), row.version,
    )  # fmt: skip
