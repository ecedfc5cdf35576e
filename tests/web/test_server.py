"""A real server process on the trained model: the main job, over HTTP and WebSocket, and a restart in the middle."""

from __future__ import annotations

import json
import subprocess
import sys

import aiohttp
import pytest

from tests.web.conftest import Server, begin

pytestmark = pytest.mark.training


async def test_the_main_job_from_the_first_words_to_a_ticket_with_a_restart_in_the_middle(server: Server) -> None:
    async with aiohttp.ClientSession(server.url, connector=aiohttp.TCPConnector(force_close=True)) as client:
        path, headers, _ = await begin(client)

        async def say(text: str) -> list[dict]:
            async with client.post(f"{path}/messages", json={"text": text}, headers=headers) as response:
                assert response.status == 200
                return (await response.json())["replies"]

        replies = await say("zatrudniłam studentkę na zlecenie, co teraz?")
        assert replies[0]["understood"]["id"] == "zgloszenie_zleceniobiorcy"
        assert replies[-1]["question"] == "student"
        await say("nie, już skończyła studia")
        replies = await say("co to jest ZUS RCA")
        assert replies[0]["symbol"] == "ZUS RCA"
        assert replies[-1]["question"] == "wlasny_pracownik"
        await say("nie, osoba z zewnątrz")
        server.stop(kill=True)
        server.start()
        replies = await say("no ma etat")
        assert replies[-1]["question"] == "poczatek"
        replies = await say("wstecz")
        assert replies[0]["question"] == "inny_tytul"
        await say("nie ma innej pracy")
        await say("bez chorobowego")
        replies = await say("od 1 grudnia")
        assert (replies[-1]["position"], replies[-1]["of"]) == (1, 5)
        replies = await say("dalej")
        assert replies[-1]["deadline"]["date"] == "2026-12-08"
        while not any(reply["kind"] == "checklist" for reply in replies):
            replies = await say("dalej")
        await say("to nie to")
        await say("to nie to")
        replies = await say("tak")
        ticket = replies[-1]
        assert ticket["kind"] == "ticket"
        async with client.get(f"/api/v1/tickets/{ticket['number']}", params={"code": ticket["code"]}) as response:
            assert (await response.json())["case"] == "zgloszenie_zleceniobiorcy"
    listed = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot", "tickets"], cwd=server.root, capture_output=True, text=True,
        env={**__import__("os").environ, "OKIENKO_DATABASE_URL": f"sqlite:///{server.var / 'okienko.db'}"},
    )  # fmt: skip
    assert ticket["number"] in listed.stdout


async def test_a_socket_talks_to_the_real_engine(server: Server) -> None:
    async with aiohttp.ClientSession(server.url) as client:
        path, headers, begun = await begin(client)
        async with client.ws_connect(f"{path}/socket", headers=headers) as socket:
            assert (await socket.receive_json())["cursor"] == begun["cursor"]
            await socket.send_json({"text": "zapłaciłam za pogrzeb mamy", "client_id": "a"})
            answer = await socket.receive_json()
            assert answer["replies"][0]["understood"]["id"] == "zasilek_pogrzebowy"


async def test_nothing_a_client_wrote_stands_in_the_log(server: Server) -> None:
    async with aiohttp.ClientSession(server.url) as client:
        path, headers, _ = await begin(client)
        await client.post(f"{path}/messages", json={"text": "tajemnicze słowo grzegżółka 44051401359"}, headers=headers)
        said = await (await client.get(f"{path}/messages", headers=headers)).json()
    assert "[PESEL]" in json.dumps(said, ensure_ascii=False)
    log = (server.var / "log.txt").read_text()
    assert "grzegżółka" not in log
    assert "44051401359" not in log
