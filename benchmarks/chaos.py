"""Faults on purpose, one after another, while clients talk: what they see, how soon it is over, and whether anything is lost.

Two ``okienko serve`` on PostgreSQL and Redis, each reached through a relay of ours that can refuse, fall silent, or break what is open. Clients talk
like widgets (``load.py``): every message has an id of its own and is sent again, to any process, until it is answered; each conversation is read back. For
each fault: turns answered while it lasted, calls that had to be sent again, and the seconds after its end until turns go on. Exits 1 when anything was
lost, doubled or out of order, or when turns did not go on within ``--recovery`` seconds. Then come the faults that need no load (disk full, damaged files,
a clock that jumps, a stuck engine, half-open sockets), which are tests. Needs PostgreSQL and Redis at their standard local ports and a trained model.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench import PYTHON, free_port, fresh_postgres  # noqa: E402
from benchmarks.load import Site, Tally, talk  # noqa: E402

TESTED = ("tests/web/test_faults.py", "tests/engine/test_engine.py", "tests/cluster")
HALF_OPEN = 200


@dataclass
class Relay:
    """Passes bytes to a port on; in the other modes nothing gets through: ``refuse`` closes what is open and what comes, ``silent`` keeps all open and still."""

    to: int
    port: int = field(default_factory=free_port)
    mode: str = "pass"
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _pass: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self) -> asyncio.AbstractServer:
        """Begin."""
        self._pass.set()
        return await asyncio.start_server(self._joined, "127.0.0.1", self.port)

    def turn(self, mode: str) -> None:
        """Into another mode."""
        self.mode = mode
        self._pass.set() if mode == "pass" else self._pass.clear()
        if mode == "refuse":
            self.cut()

    def cut(self) -> None:
        """Break what is open."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "refuse":
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        self._open -= {writer, far_writer}

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(65536):
                await self._pass.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@dataclass
class Seen:
    """What one fault did."""

    name: str
    turns: int
    again: int
    recovery: float


class Chaos:
    """The site behind its relays, and the faults."""

    def __init__(self, database: str) -> None:
        self.postgres, self.redis = Relay(5432), Relay(6379)
        self.database = database
        self.site = Site(database.replace(":5432/", f":{self.postgres.port}/"), [free_port(), free_port()], redis=f"redis://127.0.0.1:{self.redis.port}/8")

    @asynccontextmanager
    async def killed(self) -> AsyncIterator[None]:
        """A process is killed, and started again when it is over."""
        port = self.site.ports[0]
        self.site.processes[port].kill()
        await asyncio.to_thread(self.site.processes[port].wait)
        yield
        self.site.start(port)

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """A process stands still, as a machine without memory does."""
        process = self.site.processes[self.site.ports[1]]
        process.send_signal(signal.SIGSTOP)
        yield
        process.send_signal(signal.SIGCONT)

    def relayed(self, relay: Relay, mode: str) -> Callable[[], Any]:
        """A relay in another mode."""

        @asynccontextmanager
        async def fault() -> AsyncIterator[None]:
            relay.turn(mode)
            yield
            relay.turn("pass")

        return fault

    @asynccontextmanager
    async def broken(self) -> AsyncIterator[None]:
        """Everything open to the database breaks, twice a second."""

        async def again() -> None:
            while True:
                self.postgres.cut()
                await asyncio.sleep(0.5)

        task = asyncio.create_task(again())
        yield
        task.cancel()

    @asynccontextmanager
    async def half_open(self) -> AsyncIterator[None]:
        """Clients that begin a call and never end it."""
        opened = []
        for number in range(HALF_OPEN):
            _, writer = await asyncio.open_connection("127.0.0.1", self.site.ports[number % 2])
            writer.write(b"POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
            opened.append(writer)
        yield
        for writer in opened:
            writer.transport.abort()

    def faults(self) -> dict[str, Callable[[], Any]]:
        """By name."""
        return {
            "kill -9 of one process": self.killed,
            "one process stands still": self.frozen,
            "the database refuses": self.relayed(self.postgres, "refuse"),
            "the database falls silent": self.relayed(self.postgres, "silent"),
            "connections to the database break": self.broken,
            "Redis refuses": self.relayed(self.redis, "refuse"),
            "Redis falls silent": self.relayed(self.redis, "silent"),
            f"{HALF_OPEN} half-open connections": self.half_open,
        }


async def recovered(tally: Tally, patience: float) -> float:
    """Seconds until turns go on: five more were answered."""
    started, had = time.perf_counter(), len(tally.spent)
    while len(tally.spent) < had + 5 and time.perf_counter() - started < patience:
        await asyncio.sleep(0.02)
    return time.perf_counter() - started if len(tally.spent) >= had + 5 else float("inf")


async def run(chaos: Chaos, clients: int, lasting: float, patience: float) -> tuple[Tally, list[Seen]]:
    """All faults, one after another; between two, turns must go on and both processes be ready."""
    site, tally, seen = chaos.site, Tally(), []
    servers = [await chaos.postgres.serve(), await chaos.redis.serve()]
    for port in site.ports:
        site.start(port)
    for port in site.ports:
        await site.ready(port)
    until = [time.perf_counter() + 3600]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=8)) as client:
        talking = [asyncio.create_task(talk(client, site, tally, number, lambda: until[0])) for number in range(clients)]
        await asyncio.sleep(2)
        for name, fault in chaos.faults().items():
            turns, again = len(tally.spent), tally.again
            async with fault():
                await asyncio.sleep(lasting)
                turns, again = len(tally.spent) - turns, tally.again - again
            seen.append(Seen(name, turns, again, await recovered(tally, patience)))
            print(f"{name:36} {turns:5} turns, {again:5} calls again, turns go on after {seen[-1].recovery:5.1f} s", flush=True)
            for port in site.ports:
                await site.ready(port)
        until[0] = 0.0
        await asyncio.wait_for(asyncio.gather(*talking), 60)
    for server in servers:
        server.close()
    return tally, seen


def main() -> int:
    """Run them and say what was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--lasting", type=float, default=6.0, help="seconds of each fault")
    parser.add_argument("--recovery", type=float, default=10.0, help="seconds after its end within which turns must go on")
    parser.add_argument("--no-tests", action="store_true", help="only the faults under load")
    arguments = parser.parse_args()
    with fresh_postgres() as database:
        if database is None:
            print("no PostgreSQL at its standard local port")
            return 1
        chaos = Chaos(database)
        try:
            tally, seen = asyncio.run(run(chaos, arguments.clients, arguments.lasting, arguments.recovery))
        finally:
            chaos.site.stop()
    print(f"conversations {tally.conversations}, turns {len(tally.spent)}, load average {os.getloadavg()[0]:.1f}")
    print(f"lost: {tally.lost}, doubled: {tally.doubled}, out of order: {tally.disordered}")
    fine = not (tally.lost or tally.doubled or tally.disordered) and all(item.recovery <= arguments.recovery for item in seen)
    if not arguments.no_tests:
        print("the faults that need no load:", flush=True)
        fine &= subprocess.run([PYTHON, "-W", "ignore", "-m", "pytest", "-vv", "--no-header", *TESTED], cwd=ROOT).returncode == 0
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
