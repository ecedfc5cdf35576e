"""Clients of chat platforms on SQL; see ``bot.channels.port.PeerStore``."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, Row

from bot.channels.port import Arrival, Peer
from bot.store.common import aware, naive, transaction
from bot.store.tables import arrivals, conversations, peers

NEVER = datetime(9999, 1, 1)
"""Not before the client writes."""
LONG = timedelta(minutes=1)
"""A shorter rest is what the platform asked for, and the client's writing does not end it."""


class PeersSql:
    """Peers and arrivals in the database of the conversations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert: Any = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def keep(self, channel: str, arrived: Sequence[Arrival], now: datetime) -> int:
        new = 0
        with transaction(self._engine) as connection:
            for arrival in arrived:
                peer = self._peer(connection, channel, arrival, now)
                values = {"channel": channel, "event": event_key(arrival.event), "peer_id": peer, "at": naive(arrival.at),
                          "body": msgspec.json.encode(arrival).decode(), "received_at": naive(now)}  # fmt: skip
                done = connection.execute(self._insert(arrivals).values(**values).on_conflict_do_nothing())
                if done.rowcount:
                    new += 1
                    connection.execute(update(peers).where(peers.c.id == peer, peers.c.heard_at < naive(arrival.at)).values(heard_at=naive(arrival.at)))
        return new

    def due(self, channel: str, now: datetime, limit: int) -> list[Peer]:
        arrived = exists().where(arrivals.c.peer_id == peers.c.id, arrivals.c.body.is_not(None))
        behind = and_(or_(peers.c.not_before.is_(None), peers.c.not_before <= naive(now)), conversations.c.cursor > peers.c.delivered)
        free = or_(peers.c.held_until.is_(None), peers.c.held_until <= naive(now))
        query = (
            select(peers).outerjoin(conversations, conversations.c.id == peers.c.conversation_id)
            .where(peers.c.channel == channel, free, or_(arrived, behind)).order_by(peers.c.heard_at).limit(limit)
        )  # fmt: skip
        with transaction(self._engine) as connection:
            return [_peer_of(row) for row in connection.execute(query)]

    def claim(self, peer: Peer, now: datetime, until: datetime) -> Peer | None:
        free = or_(peers.c.held_until.is_(None), peers.c.held_until <= naive(now))
        if peer.held_until is not None:
            free = or_(free, peers.c.held_until == naive(peer.held_until))
        with transaction(self._engine) as connection:
            done = connection.execute(update(peers).where(peers.c.id == peer.id, free).values(held_until=naive(until)))
            if not done.rowcount:
                return None
            row = connection.execute(select(peers).where(peers.c.id == peer.id)).one()
            waiting = connection.execute(
                select(arrivals.c.body).where(arrivals.c.peer_id == peer.id, arrivals.c.body.is_not(None)).order_by(arrivals.c.at, arrivals.c.id)
            )
            return _peer_of(row, tuple(msgspec.json.decode(item.body, type=Arrival) for item in waiting))

    def begun(self, peer: Peer, conversation_id: str) -> None:
        self._set(peer, conversation_id=conversation_id, delivered=0, part=0)

    def taken(self, peer: Peer, arrival: Arrival, now: datetime) -> None:
        with transaction(self._engine) as connection:
            connection.execute(update(arrivals).where(arrivals.c.channel == peer.channel, arrivals.c.event == event_key(arrival.event)).values(body=None))
            mine = update(peers).where(peers.c.id == peer.id)
            connection.execute(mine.values(knocked=False))
            connection.execute(mine.where(peers.c.not_before > naive(now + LONG)).values(attempts=0, not_before=None))

    def progress(self, peer: Peer, delivered: int, part: int) -> None:
        self._set(peer, delivered=delivered, part=part, attempts=0, not_before=None)

    def rest(self, peer: Peer, attempts: int, not_before: datetime | None, *, knocked: bool = False) -> None:
        self._set(peer, attempts=attempts, not_before=NEVER if not_before is None else naive(not_before), knocked=knocked)

    def release(self, peer: Peer) -> None:
        with transaction(self._engine) as connection:
            mine = (peers.c.id == peer.id, peers.c.held_until == naive(peer.held_until)) if peer.held_until else (peers.c.id == peer.id,)
            connection.execute(update(peers).where(*mine).values(held_until=None))

    def forget(self, peer: Peer) -> None:
        with transaction(self._engine) as connection:
            connection.execute(update(arrivals).where(arrivals.c.peer_id == peer.id).values(body=None))
            connection.execute(delete(peers).where(peers.c.id == peer.id))

    def forget_arrivals(self, before: datetime) -> int:
        with transaction(self._engine) as connection:
            return int(connection.execute(delete(arrivals).where(arrivals.c.received_at < naive(before), arrivals.c.body.is_(None))).rowcount)

    def _set(self, peer: Peer, **values: Any) -> None:
        with transaction(self._engine) as connection:
            connection.execute(update(peers).where(peers.c.id == peer.id).values(**values))

    def _peer(self, connection: Connection, channel: str, arrival: Arrival, now: datetime) -> str:
        """The id of the client's row, made when there is none."""
        query = select(peers.c.id).where(peers.c.channel == channel, peers.c.address == arrival.peer)
        known = connection.execute(query).scalar()
        if known is None:
            values = {"id": secrets.token_hex(16), "channel": channel, "address": arrival.peer, "heard_at": naive(arrival.at), "created_at": naive(now)}
            connection.execute(self._insert(peers).values(**values).on_conflict_do_nothing())
            known = connection.execute(query).scalar_one()
        return str(known)


def event_key(event: str) -> str:
    """The platform's id of an event in one length; ids of some platforms are longer than a key should be."""
    return hashlib.sha256(event.encode()).hexdigest()


def _peer_of(row: Row[Any], waiting: tuple[Arrival, ...] = ()) -> Peer:
    rests, held = (aware(moment) if moment else None for moment in (row.not_before, row.held_until))
    return Peer(
        row.id, row.channel, row.address, aware(row.heard_at), row.conversation_id, row.delivered, row.part, row.knocked, row.attempts, rests, held, waiting
    )
