"""What every response carries for the browser's protection, route by route, and who may open what from where."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer

from bot.counter.counter import Counter
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.staff.service import Staff
from bot.web.app import create_app
from tests.staff.conftest import empty, moment, staff, store
from tests.web.conftest import begin

__all__ = ["empty", "moment", "staff", "store"]
ALLOWED = "https://urzad.example"
SAMPLES = {"id": "zgloszenie_zleceniobiorcy", "name": "skladka", "number": "OK-2611-00001", "channel": "telegram", "slug": "x", "symbol": "zus_zua", "topic": "zgloszenia", "secret": "x", "act": "wez", "login": "ewa"}


@pytest.fixture
async def site(counter: Counter, engine: ScriptedEngine, staff: Staff) -> AsyncIterator[TestClient]:
    settings = Settings(public_url="https://okienko.example.org", allowed_origins=ALLOWED)
    async with TestClient(TestServer(create_app(settings, counter, engine, staff=staff))) as client:
        yield client


async def test_every_route_protects_the_browser(site: TestClient) -> None:
    seen = 0
    for route in site.app.router.routes():
        pattern = route.resource.canonical if route.resource else ""
        if route.method != "GET" or "socket" in pattern:
            continue
        path = pattern
        for key, value in SAMPLES.items():
            path = path.replace(f"{{{key}}}", value)
        answered = await site.get(path, allow_redirects=False)
        headers, told = answered.headers, (path, answered.status)
        if answered.status in (301, 302, 303, 307, 308):
            continue
        seen += 1
        assert headers["X-Content-Type-Options"] == "nosniff", told
        assert headers["Strict-Transport-Security"] == "max-age=31536000", told
        policy = headers.get("Content-Security-Policy", "")
        if answered.content_type == "text/html":
            assert "default-src 'none'" in policy and "unsafe" not in policy, told
            framed = policy.partition("frame-ancestors ")[2]
            assert framed == (f"'self' {ALLOWED}" if path == "/widget/ramka" else "'none'"), told
        if path.startswith("/obsluga"):
            assert headers["Cache-Control"] == "no-store", told
    assert seen > 40


async def test_a_strangers_page_reads_nothing_and_opens_no_socket(site: TestClient) -> None:
    path, headers, _ = await begin(site)
    for origin, status in ((ALLOWED, 200), ("https://obcy.example", 403), ("null", 403), (ALLOWED + ".obcy.example", 403)):
        answered = await site.get(f"{path}/messages", headers={**headers, "Origin": origin})
        assert answered.status == status, origin
        assert answered.headers.get("Access-Control-Allow-Origin") == (ALLOWED if status == 200 else None)
    with pytest.raises(WSServerHandshakeError) as refused:
        await site.ws_connect(f"{path}/socket", headers={**headers, "Origin": "https://obcy.example"})
    assert refused.value.status == 403
    async with site.ws_connect(f"{path}/socket", headers={**headers, "Origin": ALLOWED}) as socket:
        assert (await socket.receive_json())["type"] == "messages"


async def test_an_address_that_somebody_claims_is_believed_only_from_our_own_proxies(counter: Counter, engine: ScriptedEngine) -> None:
    from aiohttp.test_utils import make_mocked_request

    from bot.web.limits import address_of

    claimed = {"X-Forwarded-For": "1.2.3.4, 10.0.0.1"}
    for behind, expected in ((0, None), (1, "10.0.0.1"), (2, "1.2.3.4"), (3, None)):
        app = create_app(Settings(trusted_proxies=behind), counter, engine)
        request = make_mocked_request("GET", "/", headers=claimed, app=app)
        assert address_of(request) == (expected or request.remote or "-")
