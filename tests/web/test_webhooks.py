"""Where platforms call: checked before anything is kept, answered at once, worked on behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.port import Arrival, MalformedError, UnsignedError
from bot.counter.counter import Counter
from bot.counter.turns import take_turn
from bot.dialogue.desk import Desk
from bot.dialogue.understanding import Heard
from bot.engine.port import Incoming, Outgoing
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.store.channels import PeersSql
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.web.app import Chats, create_app
from bot.web.keys import CHANNELS
from bot.web.webhooks import MAX_WEBHOOK
from tests.channels.conftest import Paper


class SignedPaper(Paper):
    """Takes one line of text, signed with a word."""

    def arrivals(self, body: bytes, headers: Mapping[str, str]) -> list[Arrival]:
        if headers.get("X-Signature") != "paper":
            raise UnsignedError
        if not body.startswith(b"text:"):
            raise MalformedError
        return [Arrival(body.decode(), "anna", datetime.now(timezone.utc), text=body.decode()[5:])]


@pytest.fixture
async def site(desk: Desk, tmp_path: Path) -> AsyncIterator[tuple[TestClient, Paper, PeersSql]]:
    url = f"sqlite:///{tmp_path / 'o.db'}"
    upgrade(url)
    database = connect(url)
    counter = Counter(desk, SqlStore(database))
    paper, store = SignedPaper(), PeersSql(database)

    def take(conversation_id: str, incoming: Incoming, heard: Heard) -> Outgoing:
        answered = take_turn(counter, conversation_id, incoming.text, heard, incoming.choice, incoming.client_id)
        return Outgoing(answered.replies, answered.cursor)

    engine = ScriptedEngine(take, {})
    async with TestClient(TestServer(create_app(Settings(), counter, engine, chats=Chats([paper], store)))) as client:
        yield client, paper, store
    database.dispose()


async def test_a_signed_call_is_kept_and_answered(site: tuple[TestClient, Paper, PeersSql]) -> None:
    client, paper, _ = site
    answered = await client.post("/webhooks/paper", data=b"text:konsultant", headers={"X-Signature": "paper"})
    assert answered.status == 200
    service = client.server.app[CHANNELS]["paper"]
    for _ in range(100):
        if "Okienko" in paper.heard_by("anna"):
            break
        service._look()
        await service.settled()
    assert "Okienko" in paper.heard_by("anna")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"text:x", {}, 403),
        (b"text:x", {"X-Signature": "scissors"}, 403),
        (b"", {"X-Signature": "paper"}, 400),
        (b"\xff\xfe", {"X-Signature": "paper"}, 400),
        (b"text:" + b"x" * MAX_WEBHOOK, {"X-Signature": "paper"}, 413),
    ],
)
async def test_what_is_unsigned_malformed_or_too_large_changes_nothing(site: tuple[TestClient, Paper, PeersSql], body: bytes, headers: dict[str, str], status: int) -> None:
    client, paper, store = site
    answered = await client.post("/webhooks/paper", data=body, headers=headers)
    assert answered.status == status
    assert "error" in await answered.json()
    assert store.due("paper", datetime.now(timezone.utc), 10) == [] and not paper.sent


async def test_a_platform_that_is_not_set_has_no_address_and_the_check_needs_its_word(site: tuple[TestClient, Paper, PeersSql]) -> None:
    client, _, _ = site
    assert (await client.post("/webhooks/telegram", data=b"{}")).status == 404
    assert (await client.get("/webhooks/paper")).status == 403
    checked = await client.get("/webhooks/paper?challenge=1158201444")
    assert (checked.status, await checked.text()) == (200, "1158201444")
    assert checked.headers["X-Content-Type-Options"] == "nosniff"
