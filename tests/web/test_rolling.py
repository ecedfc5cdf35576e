"""A new version without a gap: a stop is announced and waited out, and behind nginx nobody notices that processes are restarted."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.lacking import lacking
from tests.web.conftest import Server

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
WAIT, TALKERS = 2, 3


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def call(method: str, url: str, body: dict[str, Any] | None = None, token: str = "") -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", "Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


@pytest.fixture
def pair(root: Path, model: Path, tmp_path: Path) -> Iterator[list[Server]]:
    """Two processes on one database."""
    found = [Server(root, tmp_path, free_port(), environment={"OKIENKO_DRAIN_SECONDS": str(WAIT), "OKIENKO_LIMITS": "0", "OKIENKO_SECRET_KEY": "rolling"}) for _ in range(2)]
    for server in found:
        server.start()
    yield found
    for server in found:
        server.stop(kill=True)


@pytest.mark.training
def test_a_stop_is_announced_waited_out_and_clean(pair: list[Server]) -> None:
    server = pair[0]
    _, begun = call("POST", f"{server.url}/api/v1/conversations", {})
    assert server.process is not None
    server.process.terminate()
    time.sleep(0.3)
    status, told = call("GET", f"{server.url}/readyz")
    assert (status, told["parts"]["service"]) == (503, "stopping")
    assert call("GET", f"{server.url}/healthz")[0] == 200
    status, turn = call("POST", f"{server.url}/api/v1/conversations/{begun['id']}/messages", {"text": "dzień dobry"}, begun["token"])
    assert status == 200 and turn["replies"]
    assert server.process.wait(20) == 0


@pytest.fixture
def front(pair: list[Server], tmp_path: Path) -> Iterator[str]:
    """nginx with the file of ``deploy/``, without TLS, before the two."""
    if NGINX is None:
        lacking("no nginx here; on Debian: apt-get install nginx-light")
    port = free_port()
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    site = re.sub(r"^  (?:http2|ssl_certificate\w*) .*\n", "", site, flags=re.MULTILINE).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    for number, server in zip((8081, 8082), pair, strict=True):
        site = site.replace(f"127.0.0.1:{number}", f"127.0.0.1:{server.port}")
    folder = tmp_path / "nginx"
    folder.mkdir()
    paths = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"pid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\nmaster_process off;\nevents {{}}\nhttp {{\n{paths}\n{site}\n}}\n", encoding="utf-8")
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    for _ in range(100):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.mark.training
def test_nobody_notices_that_processes_are_restarted_one_after_another(pair: list[Server], front: str) -> None:
    over, refused, silent, turns = threading.Event(), [], [], [0] * TALKERS

    def talk(number: int) -> None:
        while not over.is_set():
            status, begun = call("POST", f"{front}/api/v1/conversations", {})
            if status != 201:
                refused.append(("begin", status, begun))
                continue
            for text in ("dzień dobry", "zatrudniłam studentkę na zlecenie", "tak", "co to jest ZUS RCA"):
                status, turn = call("POST", f"{front}/api/v1/conversations/{begun['id']}/messages", {"text": text, "client_id": uuid.uuid4().hex}, begun["token"])
                turns[number] += 1
                if status != 200:
                    refused.append((text, status, turn))
                elif not turn["replies"] or "przepraszam" in json.dumps(turn["replies"], ensure_ascii=False).lower():
                    silent.append(turn)

    talkers = [threading.Thread(target=talk, args=(number,)) for number in range(TALKERS)]
    for talker in talkers:
        talker.start()
    for server in pair:
        server.stop()
        server.start()
    over.set()
    for talker in talkers:
        talker.join()
    assert (refused[:3], silent[:3]) == ([], [])
    assert min(turns) > 20
