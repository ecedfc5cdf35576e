"""The description is complete and true: every example is sent and its answer validated; every reply of long talks fits its kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator, RefResolver

from bot.counter.counter import Counter
from bot.web.api.openapi import document
from tests.web.conftest import begin

DOCUMENT = document("https://okienko.example.org")
METHODS = ("get", "post", "delete")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def check(value: Any, schema: Any) -> None:
    resolver = RefResolver("", {"components": DOCUMENT["components"]})
    Draft202012Validator(schema, resolver=resolver).validate(value)


def test_every_operation_is_named_summed_up_and_says_how_it_fails() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    for _, path, operation in operations():
        assert operation["summary"] and operation["tags"]
        if path != "/api/v1/openapi.json":
            assert {"429", "503"} <= set(operation["responses"]) or "socket" in path


@pytest.mark.parametrize(("method", "path", "operation"), list(operations()), ids=lambda item: item if isinstance(item, str) else "")
def test_examples_fit_their_schemas(method: str, path: str, operation: dict[str, Any]) -> None:
    contents = [answer["content"]["application/json"] for answer in operation["responses"].values() if "content" in answer]
    contents += [operation["requestBody"]["content"]["application/json"]] if "requestBody" in operation else []
    for content in contents:
        if "example" in content:
            check(content["example"], content["schema"])


async def test_each_example_is_taken_and_answered_as_described(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    for method, described, operation in operations():
        if described.endswith(("/socket", "/openapi.json", "/export")) or method == "delete":
            continue
        address = described.replace("/api/v1/conversations/{id}", path).replace("/cases/{id}", "/cases/zgloszenie_zleceniobiorcy")
        if "{number}" in address:
            made = await (await client.post("/api/v1/tickets", json={"question": "x"})).json()
            address = f"/api/v1/tickets/{made['number']}?code={made['code']}"
        body = operation["requestBody"]["content"]["application/json"]["example"] if "requestBody" in operation else None
        query = {item["name"]: str(item["example"]) for item in operation.get("parameters", ()) if item["in"] == "query" and "example" in item and "{number}" not in described}
        answered = await client.request(method, address, json=body, headers=headers, params=query)
        status, answer = next((int(code), item) for code, item in operation["responses"].items() if isinstance(item, dict) and "headers" in item)
        assert answered.status == status, (address, await answered.text())
        check(await answered.json(), answer["content"]["application/json"]["schema"])
        assert answered.headers["X-Request-ID"]
    erased = await client.delete(path, headers=headers)
    check(await erased.json(), DOCUMENT["paths"]["/api/v1/conversations/{id}"]["delete"]["responses"]["200"]["content"]["application/json"]["schema"])


async def test_every_fault_has_the_one_shape(client: TestClient) -> None:
    path, headers, _ = await begin(client)
    for answered, status in (
        (await client.post(f"{path}/messages", json={}, headers=headers), 400),
        (await client.post(f"{path}/messages", data="[" * 20_000, headers=headers), 400),
        (await client.post(f"{path}/messages", json={"text": "x"}), 404),
        (await client.put("/api/v1/ask"), 405),
        (await client.post("/api/v1/ask", data=b"x" * 70_000), 413),
    ):
        assert answered.status == status
        check(await answered.json(), DOCUMENT["components"]["schemas"]["Error"])


def test_every_reply_of_long_talks_fits_its_kind(counter: Counter) -> None:
    from bot.dialogue.turn import Pressed, Said
    from bot.dialogue.understanding import Heard, Ranked

    schema, kinds = {"$ref": "#/components/schemas/Reply"}, set()
    matters = ["zgloszenie_zleceniobiorcy", "zasilek_pogrzebowy", "certyfikat_niewidoczny", "konto_ezus"]
    for start in matters:
        opened = counter.open(channel="api")
        replies = [*opened.replies, *counter.take(opened.id, Said(Heard("x", (Ranked(start, 0.95),)))).replies]
        for turn in range(40):
            for reply in replies:
                check(reply, schema)
                kinds.add(reply["kind"])
            options = [choice for reply in replies for choice in reply.get("choices", ())]
            words = ("drukuj", "co to jest ZUS RCA", "konsultant", "placówka w Krakowie", "dziękuję", "wstecz", "nie wiem")
            replies = counter.take(opened.id, Pressed(options[turn % len(options)]["id"]) if options and turn % 4 else Said(Heard(words[turn // 4 % len(words)]))).replies
    assert {"text", "notice", "choices", "step", "card", "checklist", "ticket"} <= kinds


async def test_the_page_for_people_lists_every_call(client: TestClient) -> None:
    page = await (await client.get("/api")).text()
    assert "studentkę" in page and all(f"{method.upper()} {path}" in page for method, path, _ in operations())


def test_the_description_is_the_same_each_time() -> None:
    assert json.dumps(document("x")) == json.dumps(document("x"))
