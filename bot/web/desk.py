"""Conversations as the web sees them: one turn at a time in each, repeats answered alike, failures never silent."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot import tracing
from bot.cluster.lock import Locks, NoLocks
from bot.counter.counter import Answered, Chosen, Counter
from bot.counter.hand import Hand, at_hand
from bot.dialogue.turn import Pressed, Said
from bot.dialogue.understanding import Heard, decide
from bot.engine.port import Engine, Incoming
from bot.errors import NotAllowedError, TemporaryError, UsageError
from bot.web.metrics import Metrics

log = logging.getLogger(__name__)
MAX_CLIENT_ID = 64
MAX_TEXT = 20_000
"""Characters of one message; longer ones are refused with a sentence, not cut in silence."""


Taken = Callable[[str, Answered], None]
"""Called after each turn that was kept, with the conversation and what was answered."""


def _nobody_listens(_: str, __: Answered) -> None:
    """Without listeners nobody is told."""


class ConversationDesk:
    """Takes messages to the engine, in order within each conversation."""

    def __init__(self, counter: Counter, engine: Engine, metrics: Metrics, taken: Taken = _nobody_listens, locks: Locks = NoLocks()) -> None:
        self._counter = counter
        self._taken = taken
        self._engine = engine
        self._metrics = metrics
        self._shared = locks
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def _alone(self, conversation_id: str) -> AsyncIterator[None]:
        """Hold the conversation, here in order of arrival, then among all processes; the lock lives only while somebody holds or waits for it."""
        lock, users = self._locks.get(conversation_id, (asyncio.Lock(), 0))
        self._locks[conversation_id] = (lock, users + 1)
        try:
            async with lock, self._shared.held(conversation_id):
                yield
        finally:
            lock, users = self._locks[conversation_id]
            if users == 1:
                del self._locks[conversation_id]
            else:
                self._locks[conversation_id] = (lock, users - 1)

    async def close(self) -> None:
        """Let go of what is shared with other processes."""
        await self._shared.close()

    async def take(self, conversation_id: str, incoming: Incoming) -> Answered:
        """One message: its replies, or those given before to the same client id, or an apology."""
        check(incoming)
        answered = await self._answer(conversation_id, incoming)
        if not answered.repeated:
            self._taken(conversation_id, answered)
        return answered

    async def choose(self, conversation_id: str, chosen: Chosen, client_id: str | None = None) -> Answered:
        """Something chosen in the window; no engine is needed. Raises UsageError."""
        check(Incoming(client_id=client_id))
        async with self._alone(conversation_id):
            answered = self._counter.choose(conversation_id, chosen, client_id=client_id)
        if not answered.repeated:
            self._taken(conversation_id, answered)
        return answered

    async def _answer(self, conversation_id: str, incoming: Incoming) -> Answered:
        async with self._alone(conversation_id):
            kept, known = self._counter.look(conversation_id, incoming.client_id)
            if known is not None:
                return known
            with at_hand(kept) as hand:
                if kept.session.person is not None:
                    return self._counter.take(conversation_id, Pressed(incoming.choice) if incoming.choice else Said(Heard(incoming.text)), client_id=incoming.client_id)
                return await self._by_engine(conversation_id, incoming, hand)

    async def _by_engine(self, conversation_id: str, incoming: Incoming, hand: Hand) -> Answered:
        if self._engine.starting:
            raise TemporaryError("Okienko dopiero się uruchamia. Wyślij to samo ponownie za chwilę.")
        started = time.perf_counter()
        outcome = "answered"
        try:
            with tracing.span("turn", conversation=conversation_id):
                turn = await self._engine.turn(conversation_id, incoming)
            answered = Answered(turn.replies, turn.cursor, session=hand.after)
        except NotAllowedError:
            raise
        except (TemporaryError, OSError):
            log.exception("the engine failed", extra={"conversation": conversation_id})
            outcome = "failed"
            answered = self._without_engine(conversation_id, incoming)
        self._metrics.turns.labels(outcome).inc()
        self._metrics.turn_seconds.observe(time.perf_counter() - started)
        self._metrics.tickets.inc(sum(reply["kind"] == "ticket" for reply in answered.replies))
        return answered

    def _without_engine(self, conversation_id: str, incoming: Incoming) -> Answered:
        """A button, a command ("konsultant") or a name is done all the same; anything else gets an apology and the offer of a person."""
        known = self._counter.repeated(conversation_id, incoming.client_id)
        if known is not None:
            return known
        if incoming.choice:
            return self._counter.take(conversation_id, Pressed(incoming.choice), client_id=incoming.client_id)
        heard = Heard(incoming.text)
        if decide(heard, self._counter.desk.knowledge, self._counter.desk.finder).kind != "unclear":
            return self._counter.take(conversation_id, Said(heard), client_id=incoming.client_id)
        return self._counter.apologise(conversation_id, incoming.text, client_id=incoming.client_id)


def check(incoming: Incoming) -> None:
    """Raises UsageError for a message that cannot be taken."""
    if incoming.client_id is not None and not 0 < len(incoming.client_id) <= MAX_CLIENT_ID:
        raise UsageError(f"Pole „client_id” ma mieć od 1 do {MAX_CLIENT_ID} znaków.")
    if len(incoming.text) > MAX_TEXT:
        raise UsageError(f"Wiadomość jest za długa (najwyżej {MAX_TEXT} znaków). Podziel ją albo skróć.")
