"""A service that is killed again and again in the middle of handoffs: no ticket is lost, none is doubled."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.engine import connect
from bot.store.sql import SqlStore
from tests.web.conftest import Server

HANDOFFS = 100
KILLS = 4
PATIENCE = 120.0


@pytest.fixture
def mortal(root: Path, model: Path, tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Server(root, tmp_path, port)
    found.start()
    yield found
    found.stop(kill=True)


def post(server: Server, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    """As a patient client: the same message again until it is answered."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    deadline = time.monotonic() + PATIENCE
    while True:
        request = urllib.request.Request(f"{server.url}/api/v1{path}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code < 500 or time.monotonic() > deadline:
                raise
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def kill_at_random(server: Server, done: threading.Event) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        if done.wait(chance.uniform(0.3, 1.5)):
            return
        server.stop(kill=True)
        server.start()


@pytest.mark.training
def test_a_hundred_handoffs_survive_kills(mortal: Server) -> None:
    done = threading.Event()
    killer = threading.Thread(target=kill_at_random, args=(mortal, done))
    killer.start()
    told: list[str] = []
    for place in range(HANDOFFS):
        begun = post(mortal, "/conversations", {})
        said = {"text": "chcę rozmawiać z konsultantem", "client_id": f"kill-{place}"}
        answered = post(mortal, f"/conversations/{begun['id']}/messages", said, begun["token"])
        numbers = [reply["number"] for reply in answered["replies"] if reply["kind"] == "ticket"]
        again = post(mortal, f"/conversations/{begun['id']}/messages", said, begun["token"])
        assert [reply["number"] for reply in again["replies"] if reply["kind"] == "ticket"] == numbers
        told += numbers
    done.set()
    killer.join()
    kept = [ticket.number for ticket in SqlStore(connect(f"sqlite:///{mortal.var / 'okienko.db'}")).tickets(limit=1000)]
    assert len(told) == HANDOFFS
    assert sorted(told) == sorted(set(told)) == sorted(kept)
