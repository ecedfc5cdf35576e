"""The public API on a scripted engine: what it promises, and what it makes of bad input."""

from __future__ import annotations

import asyncio
import html
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient

from bot.cases.knowledge import Knowledge
from bot.counter.counter import Chosen, Counter
from bot.counter.ports import StaleError
from bot.engine.scripted import ScriptedEngine
from tests.web.conftest import begin


async def say(client: TestClient, path: str, headers: dict[str, str], **body: Any) -> dict[str, Any]:
    response = await client.post(f"{path}/messages", json=body, headers=headers)
    assert response.status == 200, await response.text()
    return await response.json()


async def test_a_conversation_is_begun_continued_read_and_erased(client: TestClient) -> None:
    path, headers, begun = await begin(client, profile="platnik", page="/sprawy", channel="widget")
    assert set(begun) == {"id", "token", "replies", "cursor"}
    turn = await say(client, path, headers, text="zatrudniłam studentkę na zlecenie")
    question = next(reply for reply in turn["replies"] if reply["kind"] == "choices")
    assert question["question"] == "student"
    turn = await say(client, path, headers, choice=question["choices"][1]["id"])
    assert turn["replies"][-1]["question"] == "wlasny_pracownik"
    response = await client.get(f"{path}/messages", params={"after": begun["cursor"]}, headers=headers)
    said = await response.json()
    assert [message["author"] for message in said["messages"]][:2] == ["client", "bot"]
    assert said["cursor"] == turn["cursor"]
    response = await client.delete(path, headers=headers)
    receipt = (await response.json())["receipt"]
    assert {item["what"]: item["count"] for item in receipt["items"]}["messages"] == turn["cursor"]
    assert (await client.get(f"{path}/messages", headers=headers)).status == 404


async def test_the_same_client_id_twice_changes_nothing_and_gets_the_same_answer(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    first = await say(client, path, headers, text="zatrudniłam studentkę na zlecenie", client_id="m-1")
    again = await say(client, path, headers, text="zatrudniłam studentkę na zlecenie", client_id="m-1")
    assert again == first


async def test_two_messages_at_once_are_taken_one_after_another(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    turns = await asyncio.gather(*(say(client, path, headers, text=f"wiadomość {number}", client_id=f"m{number}") for number in range(12)))
    assert len({turn["cursor"] for turn in turns}) == 12
    said = await (await client.get(f"{path}/messages", headers=headers)).json()
    assert [message["seq"] for message in said["messages"]] == list(range(1, said["cursor"] + 1))


async def test_when_the_engine_fails_the_client_gets_an_apology_and_the_offer_of_a_person(client: TestClient, engine: ScriptedEngine) -> None:
    path, headers, _ = await begin(client)
    engine.failing = True
    turn = await say(client, path, headers, text="zatrudniłam studentkę na zlecenie")
    assert turn["replies"][0]["kind"] == "notice"
    accept = turn["replies"][-1]["choices"][0]["id"]
    engine.failing = False
    turn = await say(client, path, headers, choice=accept)
    assert turn["replies"][-1]["kind"] == "ticket"


async def test_while_the_engine_fails_buttons_commands_and_names_still_work(client: TestClient, engine: ScriptedEngine) -> None:
    path, headers, _ = await begin(client)
    engine.failing = True
    assert (await say(client, path, headers, text="ZUS Z-3"))["replies"][0]["kind"] == "card"
    assert (await say(client, path, headers, text="konsultant", client_id="k1"))["replies"][-1]["kind"] == "ticket"
    again = await say(client, path, headers, text="konsultant", client_id="k1")
    assert again["replies"][-1]["kind"] == "ticket"
    path, headers, opened = await begin(client)
    profile = opened["replies"][-1]["choices"][0]["id"]
    assert (await say(client, path, headers, choice=profile))["replies"][-1]["kind"] == "choices"


async def test_a_ticket_shows_its_state_to_who_has_the_code(client: TestClient) -> None:
    response = await client.post("/api/v1/tickets", json={"question": "Gdzie jest mój PIT? PESEL 44051401359"})
    assert response.status == 201
    ticket = await response.json()
    state = await client.get(f"/api/v1/tickets/{ticket['number']}", params={"code": ticket["code"].lower().replace("-", " ")})
    assert (await state.json())["status"] == "open"
    for params in ({"code": "AAAA-AAAA"}, {}):
        assert (await client.get(f"/api/v1/tickets/{ticket['number']}", params=params)).status == 404
    assert (await client.get("/api/v1/tickets/OK-0000-00000", params={"code": ticket["code"]})).status == 404


async def test_understanding_keeps_nothing_and_has_the_fixed_shape(client: TestClient) -> None:
    found = await (await client.post("/api/v1/ask", json={"text": "zatrudniłam studentkę na zlecenie", "profile": "platnik"})).json()
    assert set(found) == {"text", "kind", "id", "confidence", "alternatives", "corrections", "entities"}
    assert (found["kind"], found["id"]) == ("case", "zgloszenie_zleceniobiorcy")
    assert found["alternatives"][0]["id"] == "zgloszenie_pracownika"
    outside = await (await client.post("/api/v1/ask", json={"text": "jaka pogoda"})).json()
    assert (outside["kind"], outside["id"]) == ("out_of_scope", None)
    form = await (await client.post("/api/v1/ask", json={"text": "rca"})).json()
    assert (form["kind"], form["id"]) == ("form", "ZUS RCA")


async def test_the_knowledge_is_served(client: TestClient) -> None:
    listed = (await (await client.get("/api/v1/cases", params={"profile": "lekarz"})).json())["cases"]
    assert {"lekarz_ezla_wystawienie", "lekarz_ezla_korekta"} <= {case["id"] for case in listed}
    whole = await (await client.get("/api/v1/cases/poswiadczenie_zycia_za_granica")).json()
    assert whole["id"] == "poswiadczenie_zycia"
    assert "to_check" not in whole
    assert "{figure" not in str(await (await client.get("/api/v1/cases/zasilek_pogrzebowy")).json())
    assert (await client.get("/api/v1/cases/nie_ma")).status == 404
    forms = (await (await client.get("/api/v1/forms", params={"symbol": "z3"})).json())["forms"]
    assert forms[0]["symbol"] == "Z-3"
    terms = (await (await client.get("/api/v1/terms", params={"q": "kapital poczatkowy"})).json())["terms"]
    assert terms[0]["id"] == "kapital_poczatkowy"
    offices = (await (await client.get("/api/v1/offices", params={"city": "w Białymstoku"})).json())["offices"]
    assert offices[0]["address"] == "ul. Młynowa 29"
    results = (await (await client.get("/api/v1/search", params={"q": "pogrzeb"})).json())["results"]
    assert "zasilek_pogrzebowy" in [hit["id"] for hit in results[:3]]


BAD_BODIES = [b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe\x00", b'{"text": 5}', b'{"text": null}', b'{"text": "a", "choice": "b"}', b"\x00" * 100,
              b'{"text": "a", "client_id": ""}', b'{"text": "' + b"a" * 30_000 + b'"}', b'{"choice": {}}']  # fmt: skip


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:24]))
async def test_a_bad_body_gets_one_shape_of_error_and_changes_nothing(client: TestClient, body: bytes) -> None:
    path, headers, begun = await begin(client)
    response = await client.post(f"{path}/messages", data=body, headers={**headers, "Content-Type": "application/json"})
    assert response.status == 400
    error = (await response.json())["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert "Traceback" not in error["message"]
    said = await (await client.get(f"{path}/messages", headers=headers)).json()
    assert said["cursor"] == begun["cursor"]


@pytest.mark.parametrize("text", ["", " ", "\u202e\u200b", "/restart", '/intent{"slot":"x"}', '/choice{"choice":"c1"}', "a" * 19_000, "\u0000\u0001", "🙃" * 200, "<script>alert(1)</script>"], ids=lambda text: repr(text[:24]))
async def test_strange_words_get_a_sensible_reply(client: TestClient, text: str) -> None:
    path, headers, _ = await begin(client)
    turn = await say(client, path, headers, text=text)
    assert turn["replies"]
    assert all(reply["kind"] != "step" for reply in turn["replies"])


async def test_a_hundred_kilobytes_are_refused_with_a_sentence(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    response = await client.post(f"{path}/messages", json={"text": "a" * 100_000}, headers=headers)
    assert response.status == 413
    assert (await response.json())["error"]["code"] == "too_large"


async def test_a_wrong_token_another_ones_conversation_and_an_unknown_one_are_answered_alike(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    _, other, _ = await begin(client)
    answers = [
        await client.get(f"{path}/messages", headers=other),
        await client.get(f"{path}/messages"),
        await client.post("/api/v1/conversations/nie-ma/messages", json={"text": "x"}, headers=headers),
        await client.delete(path, headers={"Authorization": "Bearer x"}),
    ]
    assert {answer.status for answer in answers} == {404}


async def test_a_choice_of_another_conversation_changes_nothing(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    turn = await say(client, path, headers, text="zatrudniłam studentkę na zlecenie")
    choice = turn["replies"][-1]["choices"][0]["id"]
    other, others, _ = await begin(client)
    turn = await say(client, other, others, choice=choice)
    assert "już nie działa" in turn["replies"][0]["text"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nie-ma", 404), ("PUT", "/api/v1/ask", 405), ("GET", "/api/v1/search", 400),
                                                        ("POST", "/api/v1/ask", 400), ("GET", "/api/v1/conversations/x/socket", 400), ("GET", "/widget/../app.py", 404)])  # fmt: skip
async def test_every_refusal_has_the_one_shape(client: TestClient, method: str, path: str, status: int) -> None:
    response = await client.request(method, path)
    assert response.status == status
    assert set((await response.json())["error"]) == {"code", "message", "request_id"}


async def test_a_page_of_a_stranger_may_not_call(client: TestClient) -> None:
    response = await client.post("/api/v1/conversations", json={}, headers={"Origin": "https://evil.example"})
    assert response.status == 403
    path, headers, _begun = await begin(client)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.ws_connect(f"{path}/socket", headers={**headers, "Origin": "https://evil.example"})


async def test_the_socket_speaks_both_ways_and_resumes_by_cursor(client: TestClient) -> None:
    path, headers, begun = await begin(client)
    async with client.ws_connect(f"{path}/socket") as socket:
        await socket.send_json({"token": begun["token"], "after": 0})
        history = await socket.receive_json()
        assert (history["type"], history["cursor"]) == ("messages", begun["cursor"])
        await socket.send_json({"text": "zatrudniłam studentkę na zlecenie", "client_id": "s1"})
        answer = await socket.receive_json()
        assert (answer["type"], answer["client_id"]) == ("replies", "s1")
        for bad in ("[]", "{", '"x"', "{}"):
            await socket.send_str(bad)
            assert (await socket.receive_json())["error"]["code"] == "bad_request"
    async with client.ws_connect(f"{path}/socket", headers=headers) as socket:
        assert len((await socket.receive_json())["messages"]) == answer["cursor"]


async def test_a_socket_with_a_wrong_token_is_closed(client: TestClient) -> None:
    path, _, _ = await begin(client)
    for hello in ({"token": "zly"}, {"text": "x"}, []):
        async with client.ws_connect(f"{path}/socket") as socket:
            await socket.send_json(hello)
            assert (await socket.receive_json())["type"] == "error"
            assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_health_is_told_in_parts(client: TestClient, engine: ScriptedEngine) -> None:
    assert (await client.get("/healthz")).status == 200
    assert await (await client.get("/readyz")).json() == {"status": "ok", "parts": {"model": "ok", "store": "ok"}}
    engine.ready = False
    assert (await client.get("/readyz")).status == 503
    metrics = await (await client.get("/metrics")).text()
    assert 'okienko_requests_total{method="GET",route="/readyz",status="503"} 1.0' in metrics


async def test_pages_carry_the_headers_that_protect_a_browser(client: TestClient) -> None:
    response = await client.get("/")
    assert response.status == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    page = await response.text()
    assert "<script>" not in page
    assert "Co powinieneś zrobić, gdy…" in page
    script = await client.get("/widget/okienko.js")
    assert script.status == 200
    assert (await client.get("/widget/okienko.js", headers={"If-None-Match": script.headers["ETag"]})).status == 304


async def test_every_entry_has_a_page_that_needs_no_script(client: TestClient, knowledge: Knowledge) -> None:
    for entry in knowledge.entries.values():
        path = f"/sprawy/{entry.id}" if entry.kind == "case" else f"/platnik/{entry.id}"
        response = await client.get(path)
        assert response.status == 200, path
        text = await response.text()
        assert html.escape(entry.title, quote=False) in html.unescape(text) or entry.title in html.unescape(text)
        assert "{figure" not in text
        assert len(text) < 60_000
        assert (await client.get(path, headers={"If-None-Match": response.headers["ETag"]})).status == 304
    moved = await client.get("/sprawy/poswiadczenie_zycia_za_granica", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, "/sprawy/poswiadczenie_zycia")
    assert (await client.get("/sprawy/nie_ma")).status == 404


async def test_the_openapi_document_is_valid_and_names_every_route(client: TestClient) -> None:
    from openapi_spec_validator import validate_spec

    document = await (await client.get("/api/v1/openapi.json")).json()
    validate_spec(document)
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    served = {
        (route.method, route.resource.canonical)
        for route in client.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/v1") and route.method != "HEAD"
    }
    assert described == served


async def test_a_matter_is_chosen_in_the_window_though_another_turn_was_first(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, keep, stale = counter.open(), counter.store.keep_turn, [StaleError("x")]

    def second(*arguments: Any, **more: Any) -> int:
        if stale:
            raise stale.pop()
        return keep(*arguments, **more)

    monkeypatch.setattr(counter.store, "keep_turn", second)
    answered = counter.choose(opened.id, Chosen("open", "zgloszenie_zleceniobiorcy"))
    assert not stale and any(reply.get("understood", {}).get("id") == "zgloszenie_zleceniobiorcy" for reply in answered.replies)
    kept = counter.store.read(opened.id)
    assert kept is not None and [frame.entry for frame in kept.session.stack] == ["zgloszenie_zleceniobiorcy"]


async def test_open_matters_and_the_profile_are_told_and_chosen(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    await client.post(f"{path}/messages", json={"text": "zatrudniłam studentkę na zlecenie"}, headers=headers)
    told = await (await client.post(f"{path}/messages", json={"profile": "platnik"}, headers=headers)).json()
    assert told["profile"] == "platnik" and [matter["id"] for matter in told["matters"]] == ["zgloszenie_zleceniobiorcy"]
    told = await (await client.post(f"{path}/messages", json={"open": "zasilek_pogrzebowy"}, headers=headers)).json()
    assert [matter["id"] for matter in told["matters"]] == ["zasilek_pogrzebowy", "zgloszenie_zleceniobiorcy"] and told["matters"][1]["standing"]
    for wrong in ({"open": "nie_ma"}, {"profile": "nikt"}, {"open": "zasilek_pogrzebowy", "text": "x"}):
        assert (await client.post(f"{path}/messages", json=wrong, headers=headers)).status == 400
