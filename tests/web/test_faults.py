"""What breaks, and what clients then get: a sentence, nothing confirmed lost, nothing doubled, and all well again afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

import bot.web.api.socket as socket_module
from bot.clock import Clock
from bot.counter.counter import Counter
from bot.counter.turns import take_turn
from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard
from bot.engine.port import Incoming, Outgoing
from bot.engine.remote import RemoteEngine
from bot.engine.scripted import ScriptedEngine
from bot.errors import ConfigurationError, TemporaryError
from bot.logs import NoForeignBytes
from bot.settings import Settings
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.web.app import create_app
from tests.web.conftest import SCRIPT, begin

FIRST = "zatrudniłam studentkę na zlecenie"


class Jumping(Clock):
    """A clock that somebody sets."""

    off = timedelta()

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.off


def scripted(counter: Counter) -> ScriptedEngine:
    def take(conversation_id: str, incoming: Incoming, heard: Heard) -> Outgoing:
        answered = take_turn(counter, conversation_id, incoming.text, heard, incoming.choice, incoming.client_id)
        return Outgoing(answered.replies, answered.cursor)

    return ScriptedEngine(take, SCRIPT)


@pytest.fixture
def real(desk: Desk, tmp_path: Path) -> Counter:
    """A counter on a SQLite file."""
    url = f"sqlite:///{tmp_path / 'o.db'}"
    upgrade(url)
    return Counter(Desk(desk.knowledge, Jumping(desk.clock.day)), SqlStore(connect(url)))


@pytest.fixture
async def site(real: Counter) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(create_app(Settings(), real, scripted(real)))) as client:
        yield client


def own_words(counter: Counter, path: str) -> list[str]:
    return [message.body["text"] for message in counter.said(path.rpartition("/")[2]) if message.author == "client"]


async def test_the_store_is_away_for_a_while(site: TestClient, real: Counter) -> None:
    path, headers, _ = await begin(site)
    here = real.store._engine  # type: ignore[attr-defined]
    real.store._engine = connect("postgresql://nobody@127.0.0.1:1/nowhere")  # type: ignore[attr-defined]
    away = await site.post(f"{path}/messages", json={"text": FIRST, "client_id": "1"}, headers=headers)
    assert away.status == 503 and "Spróbuj ponownie" in (await away.json())["error"]["message"]
    assert (await site.get("/readyz")).status == 503 and (await site.get("/healthz")).status == 200
    real.store._engine = here  # type: ignore[attr-defined]
    for _ in range(2):
        assert (await site.post(f"{path}/messages", json={"text": FIRST, "client_id": "1"}, headers=headers)).status == 200
    assert own_words(real, path) == [FIRST]


async def test_the_disk_is_full(site: TestClient, real: Counter) -> None:
    path, headers, _ = await begin(site)
    assert (await site.post(f"{path}/messages", json={"text": FIRST, "client_id": "1"}, headers=headers)).status == 200
    engine = real.store._engine  # type: ignore[attr-defined]
    engine.dispose()
    from sqlalchemy import event

    def full(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA max_page_count=1")
        cursor.close()

    event.listen(engine, "connect", full)
    long = "nie rozumiem " * 1000
    refused = await site.post(f"{path}/messages", json={"text": long, "client_id": "2"}, headers=headers)
    assert refused.status == 503
    assert own_words(real, path) == [FIRST]
    event.remove(engine, "connect", full)
    engine.dispose()
    assert (await site.post(f"{path}/messages", json={"text": long, "client_id": "2"}, headers=headers)).status == 200
    assert len(own_words(real, path)) == 2


async def test_the_clock_jumps(site: TestClient, real: Counter) -> None:
    path, headers, _ = await begin(site)
    for hours, text in ((0, FIRST), (-48, "nie"), (72, "wstecz"), (-1, "konsultant")):
        real.desk.clock.off = timedelta(hours=hours)  # type: ignore[attr-defined]
        assert (await site.post(f"{path}/messages", json={"text": text}, headers=headers)).status == 200
    assert own_words(real, path) == [FIRST, "nie", "wstecz", "konsultant"]
    sequence = [message.seq for message in real.said(path.rpartition("/")[2])]
    assert sequence == list(range(1, len(sequence) + 1))


async def test_an_engine_apart_that_is_stuck_or_away(real: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiohttp import web

    async def stuck(request: web.Request) -> web.Response:
        if request.path != "/":
            await asyncio.sleep(3)
        return web.json_response([])

    rasa = web.Application()
    rasa.router.add_route("*", "/{tail:.*}", stuck)
    monkeypatch.setattr("bot.engine.remote.TURN_SECONDS", 0.2)
    async with TestServer(rasa) as server:
        for address in (str(server.make_url("")), "http://127.0.0.1:1"):
            engine = RemoteEngine(address)
            async with TestClient(TestServer(create_app(Settings(), real, engine))) as client:
                path, headers, _ = await begin(client)
                answered = await client.post(f"{path}/messages", json={"text": "coś, czego nikt nie zna", "client_id": "1"}, headers=headers)
                assert answered.status == 200
                replies = (await answered.json())["replies"]
                assert any(choice["label"].startswith("Tak") for reply in replies for choice in reply.get("choices", ())), replies
                assert own_words(real, path) == ["coś, czego nikt nie zna"]


async def test_a_half_open_socket_is_let_go(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_module, "HEARTBEAT", 0.1)
    path, headers, _ = await begin(site)
    async with site.ws_connect(f"{path}/socket", headers=headers, autoping=False) as silent:
        await silent.receive()
        for _ in range(60):
            metrics = await (await site.get("/metrics")).text()
            if "okienko_sockets 0.0" in metrics:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the socket of a client that is gone stays open")


def test_a_damaged_database_and_one_that_is_away_are_told_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    upgrade(f"sqlite:///{path}")
    path.write_bytes(b"not a database, " * 4096)
    with pytest.raises(ConfigurationError, match="okienko db restore"):
        upgrade(f"sqlite:///{path}")
    with pytest.raises(TemporaryError, match="OKIENKO_DATABASE_URL"):
        upgrade("postgresql://nobody@127.0.0.1:1/nowhere")


@pytest.mark.training
async def test_a_damaged_model_is_told_and_the_window_still_hands_over(real: Counter, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from actions import services
    from actions.server import action_server
    from bot.engine.embedded import EmbeddedEngine

    broken = tmp_path / "okienko-broken.tar.gz"
    broken.write_bytes(b"\x1f\x8b broken")
    services.use(real)
    with caplog.at_level(logging.ERROR):
        async with TestClient(TestServer(create_app(Settings(), real, EmbeddedEngine(lambda: broken, action_server())))) as client:
            for _ in range(400):
                if "did not start" in caplog.text:
                    break
                await asyncio.sleep(0.05)
            assert "did not start" in caplog.text
            assert (await client.get("/readyz")).status == 503
            path, headers, _ = await begin(client)
            answered = await (await client.post(f"{path}/messages", json={"text": "konsultant"}, headers=headers)).json()
            assert any(reply["kind"] == "ticket" for reply in answered["replies"])
    services.use(None)


async def test_what_went_wrong_is_logged_without_the_clients_words(site: TestClient, real: Counter, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    path, headers, _ = await begin(site)
    secret = "sekretnesłowoklienta"
    with caplog.at_level(logging.DEBUG):
        for number, text in enumerate((f"{secret} jaka pogoda", f"{FIRST} {secret}", secret)):
            await site.post(f"{path}/messages", json={"text": text, "client_id": f"a{number}"}, headers=headers)
        here = real.store._engine  # type: ignore[attr-defined]
        with here.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE messages RENAME TO gone")
        refused = await site.post(f"{path}/messages", json={"text": secret, "client_id": "b"}, headers=headers)
        assert refused.status == 503
        monkeypatch.setattr("bot.counter.counter.take_turn", lambda *_: (_ for _ in ()).throw(RuntimeError("a fault of ours")))
        await site.post(f"{path}/messages", json={"text": secret, "client_id": "c"}, headers=headers)
        await site.post("/api/v1/tickets", json={"question": secret})
    assert caplog.records
    formatter = logging.Formatter("%(message)s")
    assert not any(secret in formatter.format(record) or secret in str(vars(record).get("args")) for record in caplog.records)


async def test_what_is_no_http_is_logged_without_what_was_sent(site: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    server, secret = logging.getLogger("aiohttp.server"), "sekretnesłowoklienta"
    kept = NoForeignBytes()
    server.addFilter(kept)
    try:
        for sent in (f"GET /{secret} HTTP/9.9\r\n\r\n", f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: {secret}\0\r\n\r\n", f"{secret}\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
            writer.write(sent.encode())
            assert b" 400 " in await reader.readline()
            writer.close()
    finally:
        server.removeFilter(kept)
    lines = [logging.Formatter().format(record) for record in caplog.records if record.name == "aiohttp.server"]
    assert len(lines) >= 2 and not any(secret in line for line in lines)
