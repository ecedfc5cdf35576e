"""Rasa through our port: embedded on a trained model, and its own use of the newer aiohttp."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.engine.embedded import EmbeddedEngine
from bot.engine.payload import as_rasa_text, outgoing_of
from bot.engine.port import Incoming
from bot.engine.remote import RemoteEngine
from bot.errors import ConfigurationError, TemporaryError

pytestmark = pytest.mark.training


async def silent(_: Any) -> dict[str, Any]:
    return {"events": [], "responses": []}


async def test_a_message_travels_through_rasa_to_the_action_and_back(model: Path) -> None:
    seen: list[dict[str, Any]] = []

    async def action(body: dict[str, Any]) -> dict[str, Any]:
        seen.append(body)
        return {"events": [], "responses": [{"custom": {"okienko": {"replies": [{"kind": "text", "text": "ok"}], "cursor": 3}}}]}

    engine = EmbeddedEngine(lambda: model, action)
    await engine.start()
    assert engine.ready
    turn = await engine.turn("abc", Incoming("zapłaciłam za pogrzeb mamy", client_id="m1"))
    assert (turn.replies[0]["text"], turn.cursor) == ("ok", 3)
    assert seen[0]["sender_id"] == "abc"
    latest = seen[0]["tracker"]["latest_message"]
    assert latest["intent"]["name"] == "zasilek_pogrzebowy"
    assert latest["metadata"]["client_id"] == "m1"
    await engine.turn("abc", Incoming(choice="x1"))
    assert seen[1]["tracker"]["latest_message"]["metadata"]["choice"] == "x1"
    assert len(seen) == 2


async def test_a_silent_engine_is_a_failure_not_silence(model: Path) -> None:
    engine = EmbeddedEngine(lambda: model, silent)
    await engine.start()
    with pytest.raises(TemporaryError):
        await engine.turn("abc", Incoming("cokolwiek"))


async def test_a_model_that_is_let_in_is_swapped_in_while_turns_go_on(model: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    shutil.copy(model, other)
    serving = [model]
    engine = EmbeddedEngine(lambda: serving[0], silent, look_again=0.05)
    await engine.start()
    first = engine._processor
    serving[0] = tmp_path / "damaged.tar.gz"
    serving[0].write_bytes(b"not a model")
    await asyncio.sleep(0.3)
    assert (await engine.understand("zapłaciłam za pogrzeb mamy")).ranking
    serving[0] = other
    for _ in range(200):
        assert (await engine.understand("zapłaciłam za pogrzeb mamy")).ranking[0].id == "zasilek_pogrzebowy"
        if engine._processor is not first:
            break
        await asyncio.sleep(0.05)
    assert engine._processor is not first
    await engine.stop()


async def test_without_a_model_the_engine_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="okienko train"):
        await EmbeddedEngine(lambda: Path("nie-ma.tar.gz"), silent).start()


@pytest.mark.parametrize(("text", "expected"), [("/restart", "restart"), ('/intent{"a":1}', 'intent{"a":1}'), ("// x", "x"), ("", " "), ("\u200b/x", "x")])
def test_a_leading_slash_of_a_client_never_reaches_rasa(text: str, expected: str) -> None:
    assert as_rasa_text(Incoming(text)) == expected


def test_a_choice_travels_as_rasas_own_payload() -> None:
    assert as_rasa_text(Incoming(choice='a"b')) == '/choice{"choice": "a\\"b"}'
    with pytest.raises(TemporaryError):
        outgoing_of([{"text": "x"}])


async def test_rasas_own_http_client_works_with_our_aiohttp() -> None:
    from rasa.utils.endpoints import EndpointConfig

    async def answer(request: web.Request) -> web.Response:
        assert (await request.json()) == {"a": 1}
        return web.json_response({"ok": True})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    async with TestServer(app) as server:
        found = await EndpointConfig(url=str(server.make_url("/webhook"))).request(json={"a": 1}, method="post")
        assert found == {"ok": True}
        assert await EndpointConfig(url=str(server.make_url("/webhook"))).request(json={"a": 1}, method="post", compress=True) == {"ok": True}


async def test_the_engine_apart_is_reached_over_http_and_its_silence_noticed() -> None:
    async def parse(request: web.Request) -> web.Response:
        return web.json_response({"text": "x", "heard": {"ranking": [{"name": "konto_ezus", "confidence": 0.8}]}, "corrections": []})

    async def turn(request: web.Request) -> web.Response:
        body = await request.json()
        replies = [{"kind": "text", "text": body["metadata"]["text"]}]
        return web.json_response([{"custom": {"okienko": {"replies": replies, "cursor": 1}}}] if body["message"] != "cisza" else [])

    app = web.Application()
    app.add_routes([web.get("/", lambda _: web.json_response({})), web.post("/model/parse", parse), web.post("/webhooks/okienko/webhook", turn)])
    async with TestServer(app) as server:
        engine = RemoteEngine(str(server.make_url("/")))
        await engine.start()
        assert (await engine.understand("konto")).ranking[0].id == "konto_ezus"
        assert json.dumps((await engine.turn("a", Incoming("hej"))).replies) == json.dumps([{"kind": "text", "text": "hej"}])
        with pytest.raises(TemporaryError):
            await engine.turn("a", Incoming("cisza"))
        await engine.stop()
    with pytest.raises(ConfigurationError):
        await RemoteEngine("http://127.0.0.1:9").start()
