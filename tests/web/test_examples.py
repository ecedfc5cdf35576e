"""The examples of the documentation run against the service and print what they should."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys

import pytest
from aiohttp.test_utils import TestClient

from tests.conftest import ROOT

EXAMPLES = ROOT / "docs" / "examples"


async def ran(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, faults = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, faults.decode()
    return out.decode()


async def test_the_python_client(client: TestClient) -> None:
    out = await ran(sys.executable, str(EXAMPLES / "client.py"), str(client.make_url("")))
    assert re.search(r"Pytanie: Czy zleceniobiorca jest uczniem.*\nPytanie: .+\nZgłoszenie: OK-\d{4}-\d{5} kod: \S+\nNowe wiadomości: 0\nUsunięto: .*messages: \d+", out, re.DOTALL), out


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
async def test_the_walk_with_curl(client: TestClient) -> None:
    out = await ran("sh", str(EXAMPLES / "walk.sh"), str(client.make_url("")).rstrip("/"))
    for said in ('"id":"zgloszenie_zleceniobiorcy"', "'standing': 'pytanie: ", "X-Request-ID", 'RateLimit: "read";r=', "open", '"receipt"'):
        assert said in out, out
