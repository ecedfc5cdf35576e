"""What processes share through a real Redis: one turn at a time, word of what happened; and that all goes on without it."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import pytest
import redis
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

import bot.cluster.lock as lock_module
from bot.cluster.lock import RedisLocks
from bot.cluster.relay import Relay
from bot.counter.counter import Counter
from bot.ending import end
from bot.engine.scripted import ScriptedEngine
from bot.errors import TemporaryError
from bot.settings import Settings
from bot.staff.service import Staff
from bot.web.app import PRESENT, create_app
from bot.web.keys import CONSOLE, FANOUT
from tests.lacking import NO_REDIS, lacking
from tests.staff.conftest import empty, moment, staff, store
from tests.web.conftest import begin
from tests.web.conftest import engine as engine
from tests.web.test_console import do
from tests.web.test_staff_entry import session

__all__ = ["empty", "engine", "moment", "staff", "store"]
URL, NOWHERE = "redis://127.0.0.1:6379/9", "redis://127.0.0.1:1/0"


@pytest.fixture
def there() -> None:
    try:
        redis.Redis.from_url(URL, socket_connect_timeout=1).ping()
    except redis.RedisError:
        lacking(NO_REDIS)


@pytest.mark.services
async def test_two_processes_take_turns(there: None) -> None:
    one, two, name, order = RedisLocks(URL), RedisLocks(URL), uuid.uuid4().hex, []

    async def turn(locks: RedisLocks, who: str) -> None:
        async with locks.held(name):
            order.append(f"{who} in")
            await asyncio.sleep(0.05)
            order.append(f"{who} out")

    await asyncio.gather(*(turn(locks, who) for locks, who in ((one, "a"), (two, "b"), (one, "c"))))
    assert all(order[place].endswith("in") and order[place + 1] == order[place].replace("in", "out") for place in range(0, 6, 2))
    await one.close()
    await two.close()


@pytest.mark.services
async def test_a_lock_that_is_never_given_back_ends_and_meanwhile_one_is_told_to_try_again(there: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_module, "LEASE", 0.4)
    monkeypatch.setattr(lock_module, "PATIENCE", 0.1)
    dead, other, name = RedisLocks(URL), RedisLocks(URL), uuid.uuid4().hex
    block = dead.held(name)
    await block.__aenter__()
    with pytest.raises(TemporaryError):
        async with other.held(name):
            pass
    await asyncio.sleep(0.4)
    async with other.held(name):
        pass
    await dead.close()
    await other.close()


async def test_without_redis_turns_go_on_at_once() -> None:
    locks = RedisLocks(NOWHERE)
    started = time.monotonic()
    for _ in range(50):
        async with locks.held("x"):
            pass
    assert time.monotonic() - started < 2
    await locks.close()


@pytest.mark.services
async def test_word_reaches_the_others_and_not_oneself(there: None) -> None:
    heard: dict[str, list[tuple[list[str], str]]] = {"a": [], "b": []}
    one, two = (Relay(URL, lambda topics, what, name=name: heard[name].append((topics, what))) for name in "ab")
    tasks = [asyncio.create_task(relay.run()) for relay in (one, two)]
    topic = uuid.uuid4().hex
    for _ in range(100):
        one.tell([topic], "news")
        await asyncio.sleep(0.02)
        if any(topic in topics for topics, _ in heard["b"]):
            break
    assert ([topic], "news") in heard["b"] and not any(topic in topics for topics, _ in heard["a"])
    await end(tasks)


@pytest.fixture
async def two_sites(counter: Counter, engine: ScriptedEngine, staff: Staff, there: None) -> AsyncIterator[tuple[TestClient, TestClient]]:
    """Two applications as two processes would be: nothing shared but the store and Redis."""
    settings = Settings(redis_url=URL)
    sites = [TestClient(TestServer(create_app(settings, counter, engine, staff=staff)), cookie_jar=DummyCookieJar()) for _ in range(2)]
    async with sites[0] as one, sites[1] as two:
        await asyncio.sleep(0.2)
        yield one, two


@pytest.mark.services
async def test_a_persons_answer_reaches_a_window_on_another_process_at_once(two_sites: tuple[TestClient, TestClient], staff: Staff) -> None:
    one, two = two_sites
    path, headers, _ = await begin(one, channel="widget")
    for text in ("zatrudniłam studentkę na zlecenie", "konsultant"):
        turn = await (await one.post(f"{path}/messages", json={"text": text}, headers=headers)).json()
    number = next(reply["number"] for reply in turn["replies"] if reply["kind"] == "ticket")
    ewa = session(staff, "consultant")
    async with one.ws_connect(f"{path}/socket?after=999", headers=headers) as socket:
        assert (await socket.receive_json())["type"] == "messages"
        await do(two, number, "wez", ewa)
        await do(two, number, "odpowiedz", ewa, tekst="Proszę o datę umowy.")
        await socket.close()
    async with one.ws_connect(f"{path}/socket?after={turn['cursor']}", headers=headers) as socket:
        frame = await socket.receive_json()
        assert any("datę umowy" in str(message["body"]) for message in frame["messages"])
        started = time.monotonic()
        await do(two, number, "odpowiedz", ewa, tekst="I o miejsce pracy.")
        frame = await asyncio.wait_for(socket.receive_json(), 5)
        assert any("miejsce pracy" in str(message["body"]) for message in frame["messages"])
        assert time.monotonic() - started < 1.5, "it came by looking, not by word"


@pytest.mark.services
async def test_who_is_at_the_desk_is_known_in_every_process(two_sites: tuple[TestClient, TestClient]) -> None:
    one, two = (client.server.app for client in two_sites)  # type: ignore[union-attr]
    others = two[CONSOLE].presence
    assert others.count() == 0
    with one[CONSOLE].presence.here("ewa"):
        one[FANOUT]._pass_on(one[CONSOLE].presence.here_now(), PRESENT)
        for _ in range(100):
            if others.count():
                break
            await asyncio.sleep(0.02)
    assert others.present() == ["ewa"]


async def test_a_task_that_loses_a_cancellation_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.ending.AGAIN", 0.02)
    lost = []

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                if len(lost) == 2:
                    raise
                lost.append(1)

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(end([task]), 2)
    assert task.cancelled() and len(lost) == 2
