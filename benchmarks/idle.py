"""Windows that are open and silent: how many one process holds, what each costs in memory, and that nothing else suffers.

So many WebSockets are opened to one ``okienko serve``, each of a conversation of its own with its greeting received. Then, with all of them
open: the memory of each (of the server process, before and after), the share of a processor that the silence takes, how long a turn takes in
another conversation beside the same before they came, and whether a word from a consultant's side (kept by another process) reaches a
window chosen by chance. Exits 1 above ``--kilobytes`` a window, above ``--share`` of one processor, or when the word does not come.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import random
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench import CONVERSATIONS, ENVIRONMENT, PYTHON, begin, free_port, wait_for  # noqa: E402

SILENCE = 30.0


TEXT, PING, PONG = 1, 9, 10


def frame(kind: int, body: bytes) -> bytes:
    """A masked frame, as a browser sends it; for less than 126 bytes."""
    mask = secrets.token_bytes(4)
    head = bytes([0x80 | kind, 0x80 | len(body)])
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))


async def received(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next frame of the server: its kind and its body."""
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length >= 126:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
    return first & 0x0F, await reader.readexactly(length)


class Window:
    """One silent widget, on plain streams: ten thousand clients of a library would cost more than what is measured."""

    def __init__(self, name: str, token: str) -> None:
        self.name, self.token = name, token

    async def open(self, port: int) -> None:
        """Connect, prove who it is, receive the greeting."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port, limit=2**16)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.writer.write(
            f"GET /api/v1/conversations/{self.name}/socket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await self.reader.readuntil(b"\r\n\r\n")
        self.writer.write(frame(TEXT, json.dumps({"token": self.token, "after": 0}).encode()))
        assert json.loads((await received(self.reader))[1])["messages"]
        self.pinged = asyncio.create_task(self._stay())
        self.news: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def _stay(self) -> None:
        """Answer the server's pings and keep what it sends."""
        while True:
            kind, body = await received(self.reader)
            if kind == PING:
                self.writer.write(frame(PONG, body))
            elif kind == TEXT:
                self.news.put_nowait(json.loads(body))


async def turns(url: str, client: aiohttp.ClientSession, count: int) -> float:
    """Milliseconds of a turn, the median."""
    spent = []
    while len(spent) < count:
        send = await begin(url, False, client)
        for text in CONVERSATIONS[len(spent) % len(CONVERSATIONS)]:
            started = time.perf_counter()
            await send(text)
            spent.append(1000 * (time.perf_counter() - started))
    return statistics.median(spent)


async def open_all(url: str, port: int, count: int, client: aiohttp.ClientSession) -> list[Window]:
    windows: list[Window] = []
    gate = asyncio.Semaphore(50)

    async def one() -> None:
        async with gate:
            async with client.post(f"{url}/api/v1/conversations", json={"channel": "widget"}) as response:
                begun = await response.json()
            window = Window(begun["id"], begun["token"])
            await window.open(port)
            windows.append(window)

    await asyncio.gather(*(one() for _ in range(count)))
    return windows


def say_elsewhere(database: str, name: str) -> None:
    """Another process keeps a word in a conversation."""
    from bot.clock import Clock
    from bot.counter.ports import NewMessage
    from bot.dialogue import replies
    from bot.store.engine import connect
    from bot.store.sql import SqlStore

    store = SqlStore(connect(database))
    kept = store.read(name)
    assert kept is not None
    store.keep_turn(kept, kept.session, [NewMessage("bot", replies.text("Dzień dobry, jestem."))], Clock().now())


async def run(count: int, port: int, process: subprocess.Popen[bytes], database: str) -> dict[str, float]:
    url, server = f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    await wait_for(f"{url}/readyz", 120, process)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as client:
        await turns(url, client, 40)
        alone, before = await turns(url, client, 60), server.memory_info().rss
        started = time.perf_counter()
        windows = await open_all(url, port, count, client)
        opening = time.perf_counter() - started
        memory = (server.memory_info().rss - before) / count / 1000
        await asyncio.sleep(2)
        used, started = sum(server.cpu_times()[:2]), time.perf_counter()
        await asyncio.sleep(SILENCE)
        share = (sum(server.cpu_times()[:2]) - used) / (time.perf_counter() - started)
        beside = await turns(url, client, 60)
        chosen = random.choice(windows)
        started = time.perf_counter()
        await asyncio.to_thread(say_elsewhere, database, chosen.name)
        try:
            await asyncio.wait_for(chosen.news.get(), 15)
            word = time.perf_counter() - started
        except asyncio.TimeoutError:
            word = float("inf")
        still = sum(not window.pinged.done() for window in windows)
        for window in windows:
            window.pinged.cancel()
            window.writer.close()
    return {"open": len(windows), "still": still, "opening": opening, "memory": memory, "share": share, "alone": alone, "beside": beside, "word": word}


def main() -> int:
    """Open them and look."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=float, default=100.0, help="memory of one that is allowed")
    parser.add_argument("--share", type=float, default=0.25, help="share of one processor that silence may take")
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < arguments.windows + 500:
        print(f"at most {hard} open files are allowed here; raise the limit (ulimit -Hn) or lower --windows")
        return 2
    with tempfile.TemporaryDirectory(prefix="okienko-") as folder:
        database, port = f"sqlite:///{folder}/okienko.db", free_port()
        environment = {**ENVIRONMENT, "OKIENKO_DATABASE_URL": database, "OKIENKO_LOG_LEVEL": "ERROR", "OKIENKO_LIMITS": "0", "OKIENKO_PORT": str(port), "OKIENKO_SECRET_KEY": "bench"}
        process = subprocess.Popen([PYTHON, "-W", "ignore", "-m", "bot", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            found = asyncio.run(run(arguments.windows, port, process, database))
        finally:
            process.terminate()
            process.wait(60)
    print(f"{found['open']:.0f} windows opened in {found['opening']:.0f} s, {found['still']:.0f} still open at the end, load average {os.getloadavg()[0]:.1f}")
    print(f"memory of each: {found['memory']:.1f} kB; silence takes {100 * found['share']:.1f} % of one processor")
    print(f"a turn beside them: {found['beside']:.1f} ms, without them {found['alone']:.1f} ms (medians)")
    print(f"a word kept by another process was in a window after {found['word']:.1f} s")
    fine = found["still"] == arguments.windows and found["memory"] <= arguments.kilobytes and found["share"] <= arguments.share and found["word"] < 15
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
