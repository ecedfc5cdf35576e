"""A platform at work: webhook calls are kept and answered at once; behind them each client is served alone, in order.

Arrivals are in the database before the platform gets its 200, and are taken with their own ids, so that neither a process
that dies nor a platform that delivers twice loses or doubles anything. A client is held by one process at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.channels.delivering import Delivery, LostError
from bot.channels.pace import PacedTurnstile
from bot.channels.port import Arrival, Channel, ClosedError, GoneError, LaterError, Peer, PeerStore, RefusedError
from bot.channels.taking import Taker, Taking
from bot.counter.counter import Counter
from bot.ending import end
from bot.errors import TemporaryError

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
"""So long a client is held without a sign of life of the process that serves them."""
LOOK = 2.0
"""Seconds between two looks although nobody told anything: retries, and processes that died."""
GATHER = 0.05
"""Seconds in which several wakings count as one."""
AT_ONCE = 32
"""Clients served at once in one process."""
REMEMBERED = timedelta(days=7)
"""Platforms deliver again for a day and a half at most (Meta: 36 hours; Telegram: 24 hours)."""
FORGET_EVERY = timedelta(hours=1)


class ChannelService:
    """One platform, served beside the web service."""

    def __init__(self, channel: Channel, store: PeerStore, counter: Counter, taker: Taker, begun: Callable[[], None] = lambda: None) -> None:
        """``begun`` is called with every conversation that begins."""
        self.channel = channel
        self._store, self._counter = store, counter
        self._taking = Taking(channel, store, counter, taker, begun)
        self._turnstile = PacedTurnstile(channel.pace)
        self._woken = asyncio.Event()
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._forgotten_at: datetime | None = None

    def receive(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Keep what a webhook call tells; returns how much of it was new. Raises UnsignedError, MalformedError, TemporaryError."""
        arrivals = self.channel.arrivals(body, headers)
        new = self._store.keep(self.channel.name, arrivals, self._now()) if arrivals else 0
        if new:
            self.wake()
        return new

    def wake(self, _topic: str = "") -> None:
        """Look soon: something arrived, or was said."""
        self._woken.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        try:
            while True:
                try:
                    self._look()
                except TemporaryError:
                    log.warning("the clients of a platform could not be read; trying again", extra={"channel": self.channel.name})
                await self._rest()
        finally:
            await self._stop()

    async def settled(self) -> None:
        """Wait until nobody is being served; for tests and for a calm stop."""
        while self._serving:
            await asyncio.gather(*self._serving.values(), return_exceptions=True)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), LOOK)
            await asyncio.sleep(GATHER)
        except asyncio.TimeoutError:
            pass
        self._woken.clear()

    def _look(self) -> None:
        now = self._now()
        free = AT_ONCE - len(self._serving)
        for peer in self._store.due(self.channel.name, now, AT_ONCE) if free > 0 else ():
            if peer.id not in self._serving and len(self._serving) < AT_ONCE:
                task = asyncio.create_task(self._serve(peer))
                self._serving[peer.id] = task
                task.add_done_callback(lambda _, name=peer.id: self._served(name))
        if self._forgotten_at is None or now - self._forgotten_at > FORGET_EVERY:
            self._store.forget_arrivals(now - REMEMBERED)
            self._forgotten_at = now

    def _served(self, name: str) -> None:
        self._serving.pop(name, None)
        self.wake()

    async def _serve(self, peer: Peer) -> None:
        holder = _Holder(self._store, peer, self._now)
        try:
            while holder.hold() and await self._serve_once(holder):
                continue
        except LostError:
            log.warning("another process serves a client meanwhile", extra={"channel": self.channel.name, "peer": peer.id})
        except TemporaryError:
            log.warning("a client of a platform has to wait", extra={"channel": self.channel.name, "peer": peer.id})
            await asyncio.sleep(1)
        except Exception:
            log.exception("a client of a platform could not be served", extra={"channel": self.channel.name, "peer": peer.id})
            await asyncio.sleep(LOOK)
        finally:
            holder.let_go()

    async def _serve_once(self, holder: _Holder) -> bool:
        """Take the first thing that waits; when nothing does, deliver what is new and may go. True while there may be more."""
        peer = holder.peer
        if peer.waiting:
            await self._take(peer, peer.waiting[0])
            return True
        if peer.conversation_id is not None and (peer.not_before is None or peer.not_before <= self._now()):
            await Delivery(self.channel, self._store, self._counter, self._turnstile, peer, self._now(), holder.hold_on).run()
        return False

    async def _take(self, peer: Peer, arrival: Arrival) -> None:
        noticing = asyncio.create_task(self.channel.noticed(arrival))
        try:
            await self._taking.take(peer, arrival)
        except (LaterError, RefusedError, ClosedError, GoneError):
            log.warning("the receipt of an erasure was not taken", extra={"channel": self.channel.name})
        finally:
            await asyncio.gather(noticing, return_exceptions=True)

    async def _stop(self) -> None:
        await end(list(self._serving.values()))
        await self.channel.stop()

    def _now(self) -> datetime:
        return self._counter.desk.clock.now()


class _Holder:
    """Holds a client for this process, and remembers them as they were last read."""

    def __init__(self, store: PeerStore, peer: Peer, now: Callable[[], datetime]) -> None:
        self.peer, self._store, self._now = peer, store, now
        self._held = False

    def hold(self) -> bool:
        """Hold the client from now on, read anew; False when another process has them, or they are gone."""
        found = self._store.claim(self.peer, self._now(), self._now() + LEASE)
        self._held = found is not None
        self.peer = found or self.peer
        return self._held

    def hold_on(self) -> None:
        """Hold a little longer where less than half of the lease is left. Raises LostError."""
        until = self.peer.held_until
        if (until is None or until - self._now() < LEASE / 2) and not self.hold():
            raise LostError

    def let_go(self) -> None:
        """Let others serve the client; a store that is away keeps them until the lease ends."""
        if self._held:
            try:
                self._store.release(self.peer)
            except TemporaryError:
                log.warning("a client of a platform stays held until the lease ends", extra={"peer": self.peer.id})
