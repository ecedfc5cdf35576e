"""Several ``okienko serve`` on PostgreSQL and Redis while one of them is killed every few seconds: is anything lost, doubled or out of order?

Clients talk like widgets: each message carries an id of its own and is sent again, to any process, until it is answered; afterwards the conversation is read back.
Prints turns a second, p50 and p99 (waiting for a killed process included), kills, messages sent again, and how many were lost, doubled or out of order;
exits 1 when any was. Needs PostgreSQL and Redis at their standard local ports and a trained model.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench import CONVERSATIONS, ENVIRONMENT, PYTHON, free_port, fresh_postgres, wait_for  # noqa: E402

REDIS = "redis://127.0.0.1:6379/8"


@dataclass
class Site:
    """The processes, of which some may be dead at any moment."""

    database: str
    ports: list[int]
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0
    redis: str = REDIS

    def start(self, port: int) -> None:
        common = {**ENVIRONMENT, "OKIENKO_DATABASE_URL": self.database, "OKIENKO_REDIS_URL": self.redis, "OKIENKO_LIMITS": "0", "OKIENKO_SECRET_KEY": "load", "OKIENKO_LOG_LEVEL": "CRITICAL"}
        self.processes[port] = subprocess.Popen([PYTHON, "-W", "ignore", "-m", "bot", "serve"], cwd=ROOT, env={**common, "OKIENKO_PORT": str(port)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def ready(self, port: int) -> None:
        await wait_for(f"http://127.0.0.1:{port}/readyz", 120, self.processes[port])

    async def torment(self, every: float, until: float, dice: random.Random) -> None:
        """Kill one, start it again, and only then the next: the machine has two cores, and a start takes most of one."""
        while time.perf_counter() + every < until:
            await asyncio.sleep(every)
            port = dice.choice(self.ports)
            self.processes[port].send_signal(signal.SIGKILL)
            await asyncio.to_thread(self.processes[port].wait)
            self.kills += 1
            self.start(port)
            await self.ready(port)

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()


@dataclass
class Tally:
    """What clients saw."""

    spent: list[float] = field(default_factory=list)
    again: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    conversations: int = 0


async def call(client: aiohttp.ClientSession, site: Site, tally: Tally, method: str, path: str, dice: random.Random, **more: Any) -> Any:
    """One call, again at another process until it is answered."""
    for attempt in range(200):
        port = dice.choice(site.ports)
        try:
            async with client.request(method, f"http://127.0.0.1:{port}/api/v1{path}", **more) as response:
                if response.status < 500 and response.status != 429:
                    response.raise_for_status()
                    return await response.json()
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, asyncio.TimeoutError):
            pass
        tally.again += 1
        await asyncio.sleep(min(1.0, 0.05 * 2**min(attempt, 5)) * (0.5 + dice.random()))
    raise SystemExit("a call was never answered")


async def talk(client: aiohttp.ClientSession, site: Site, tally: Tally, number: int, until: Callable[[], float]) -> None:
    """Conversation after conversation, each read back at its end; ``until`` gives the moment after which none begins."""
    dice = random.Random(number)
    while time.perf_counter() < until():
        words = CONVERSATIONS[dice.randrange(len(CONVERSATIONS))]
        begun = await call(client, site, tally, "POST", "/conversations", dice, json={"channel": "widget"})
        headers, path = {"Authorization": f"Bearer {begun['token']}"}, f"/conversations/{begun['id']}"
        answered = 0
        for place, text in enumerate(words):
            started = time.perf_counter()
            turn = await call(client, site, tally, "POST", f"{path}/messages", dice, json={"text": f"{text} ", "client_id": f"{place}-{uuid.uuid4().hex}"}, headers=headers)
            tally.spent.append(time.perf_counter() - started)
            answered += bool(turn["replies"])
        said = (await call(client, site, tally, "GET", f"{path}/messages?after=0", dice, headers=headers))["messages"]
        own = [int(message["client_id"].partition("-")[0]) for message in said if message["author"] == "client"]
        tally.conversations += 1
        tally.lost += len(set(range(len(words))) - set(own)) + len(words) - answered
        tally.doubled += len(own) - len(set(own))
        tally.disordered += own != sorted(own) or [message["seq"] for message in said] != list(range(1, len(said) + 1))


async def run(site: Site, clients: int, seconds: float, every: float) -> Tally:
    for port in site.ports:
        site.start(port)
    for port in site.ports:
        await site.ready(port)
    tally, until = Tally(), time.perf_counter() + seconds
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as client:
        await asyncio.gather(site.torment(every, until, random.Random(1)), *(talk(client, site, tally, number, lambda: until) for number in range(clients)))
    return tally


def main() -> int:
    """Run it and say what was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--every", type=float, default=4.0, help="seconds between a process that is ready again and the next kill")
    arguments = parser.parse_args()
    with fresh_postgres() as database:
        if database is None:
            print("no PostgreSQL at its standard local port")
            return 1
        site = Site(database, [free_port() for _ in range(arguments.processes)])
        try:
            tally = asyncio.run(run(site, arguments.clients, arguments.seconds, arguments.every))
        finally:
            site.stop()
    tally.spent.sort()
    count = len(tally.spent)
    print(f"{arguments.processes} processes, {arguments.clients} clients, {arguments.seconds:g} s, load average {os.getloadavg()[0]:.1f}")
    print(f"conversations {tally.conversations}, turns {count} ({count / arguments.seconds:.1f}/s), p50 {1000 * tally.spent[count // 2]:.0f} ms, p99 {1000 * tally.spent[int(count * 0.99)]:.0f} ms")
    print(f"kills -9: {site.kills}, calls sent again: {tally.again}")
    print(f"lost: {tally.lost}, doubled: {tally.doubled}, out of order: {tally.disordered}")
    return 1 if tally.lost or tally.doubled or tally.disordered or not site.kills else 0


if __name__ == "__main__":
    sys.exit(main())
