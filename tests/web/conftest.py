"""The service in this process on a scripted engine, and a real server process on a trained model."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.counter.counter import Counter
from bot.counter.turns import take_turn
from bot.dialogue.understanding import Heard
from bot.engine.port import Incoming, Outgoing
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.web.app import create_app

SCRIPT = {
    "zatrudniłam studentkę na zlecenie": {"zgloszenie_zleceniobiorcy": 0.93, "zgloszenie_pracownika": 0.04},
    "jaka pogoda": {"out_of_scope": 0.9},
}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture
def engine(counter: Counter) -> ScriptedEngine:
    def take(conversation_id: str, incoming: Incoming, heard: Heard) -> Outgoing:
        answered = take_turn(counter, conversation_id, incoming.text, heard, incoming.choice, incoming.client_id)
        return Outgoing(answered.replies, answered.cursor)

    return ScriptedEngine(take, SCRIPT)


@pytest.fixture
async def client(counter: Counter, engine: ScriptedEngine) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(create_app(Settings(), counter, engine))) as opened:
        yield opened


@dataclass
class Server:
    """A real ``okienko serve``."""

    root: Path
    var: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {**os.environ, "PYTHONWARNINGS": "ignore", "OKIENKO_DATABASE_URL": f"sqlite:///{self.var / 'okienko.db'}",
                       "OKIENKO_DAY": "2026-11-24", "OKIENKO_PORT": str(self.port), **self.environment}  # fmt: skip
        with (self.var / "log.txt").open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "bot", "serve"], cwd=self.root, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as response:
                    if response.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            assert self.process.poll() is None, (self.var / "log.txt").read_text()
        raise AssertionError("the server did not get ready:\n" + (self.var / "log.txt").read_text())

    def stop(self, *, kill: bool = False) -> None:
        if self.process is not None:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(20)


class HostSite:
    """A site of somebody else, on another origin: every address of it answers with one page, under the policy a test gives it."""

    def __init__(self) -> None:
        self.html, self.policy = "", ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if site.policy:
                    self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(site.html.encode())

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()


@pytest.fixture(scope="session")
def host_site() -> Iterator[HostSite]:
    site = HostSite()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def server(root: Path, model: Path, tmp_path_factory: pytest.TempPathFactory, host_site: HostSite) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Server(root, tmp_path_factory.mktemp("server"), port, environment={"OKIENKO_ALLOWED_ORIGINS": host_site.url})
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, for one module: its loop must not meet the loops of other modules' tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


async def begin(client: Any, **body: Any) -> tuple[str, dict[str, str], dict[str, Any]]:
    """A new conversation: its path, the headers with its token, and what was answered."""
    response = await client.post("/api/v1/conversations", json=body)
    assert response.status == 201, await response.text()
    data = await response.json()
    return f"/api/v1/conversations/{data['id']}", {"Authorization": f"Bearer {data['token']}"}, data
