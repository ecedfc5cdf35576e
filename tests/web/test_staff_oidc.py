"""Signing in at a provider of identity: a small one with real keys and real redirects, run beside the service."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pyotp
import pytest
from aiohttp import BasicAuth, web
from aiohttp.test_utils import TestClient, TestServer, unused_port
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.counter.counter import Counter
from bot.engine.scripted import ScriptedEngine
from bot.errors import ConfigurationError
from bot.settings import Settings
from bot.staff.audit import Query
from bot.staff.service import Staff
from bot.web.app import create_app
from bot.web.staff.access import AFTER, COOKIE
from bot.web.staff.oidc import Attempt, OidcError, Provider
from bot.web.staff.outside import BACK, OUTSIDE
from tests.staff.conftest import ADMIN, Moment, empty, moment, staff, store
from tests.web.test_staff_entry import HTML, come_in, fill, text_of

__all__ = ["empty", "moment", "staff", "store"]
CLIENT, SECRET = "okienko", "tajne/hasło:%"


def fresh_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY, STRANGE = fresh_key(), fresh_key()


@dataclass
class Issuer:
    """A provider that signs everybody in as ``claims`` say; ``lie`` changes what goes into the ID token."""

    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "sub-1", "email": "ewa@zus.example", "email_verified": True})
    lie: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = KEY
    kid: str = "k1"
    published: list[str] = field(default_factory=lambda: ["k1"])
    algorithm: str = "RS256"
    refuses: str = ""
    url: str = ""
    client: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    fetched: int = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self.discovery)
        app.router.add_get("/authorize", self.authorize)
        app.router.add_post("/token", self.token)
        app.router.add_get("/jwks", self.jwks)
        return app

    async def discovery(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks"})

    async def jwks(self, _: web.Request) -> web.Response:
        self.fetched += 1
        keys = [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": name, "use": "sig", "alg": "RS256"} for name in self.published]
        return web.json_response({"keys": keys})

    async def authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert asked["redirect_uri"] == self.client + BACK
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert "openid" in asked["scope"].split()
        if self.refuses:
            raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'error': self.refuses, 'state': asked['state']})}")
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.url})}")

    async def token(self, request: web.Request) -> web.Response:
        given = await request.post()
        asked = self.codes.pop(str(given["code"]), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(str(given["code_verifier"]).encode()).digest()).rstrip(b"=").decode()
        auth = BasicAuth.decode(request.headers["Authorization"])
        known = (auth.login, auth.password) == (CLIENT, "tajne%2Fhas%C5%82o%3A%25")
        if asked is None or proof != asked["code_challenge"] or given["redirect_uri"] != asked["redirect_uri"] or not known:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims, **self.lie}
        said = {name: value for name, value in said.items() if value is not None}
        key: Any = "wspólne-hasło-długie-na-tyle-ile-trzeba" if self.algorithm == "HS256" else "" if self.algorithm == "none" else self.key
        return web.json_response({"access_token": "x", "token_type": "Bearer", "id_token": jwt.encode(said, key, self.algorithm, headers={"kid": self.kid})})


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer()
    async with TestServer(made.app()) as server:
        made.url = f"http://127.0.0.1:{server.port}"
        yield made


@pytest.fixture
async def console(issuer: Issuer, counter: Counter, engine: ScriptedEngine, staff: Staff) -> AsyncIterator[TestClient]:
    port = unused_port()
    issuer.client = f"http://127.0.0.1:{port}"
    settings = Settings(public_url=issuer.client, oidc_issuer=issuer.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    staff.people.set_identity(ADMIN, "ewa", "Ewa Nowak", "ewa@zus.example", "")
    async with TestClient(TestServer(create_app(settings, counter, engine, staff=staff), port=port)) as opened:
        yield opened


async def through(client: TestClient, onward: str = "/obsluga/konto") -> tuple[int, str, str]:
    """There and back, following every redirect: status, path, text."""
    response = await client.get(f"{OUTSIDE}?{urlencode({'dalej': onward})}", headers=HTML)
    return response.status, response.url.path, await response.text()


async def returning(client: TestClient) -> str:
    """The address that the provider sends the person back to."""
    there = await client.get(OUTSIDE, headers=HTML, allow_redirects=False)
    async with client.session.get(there.headers["Location"], allow_redirects=False) as response:
        return response.headers["Location"]


async def test_a_person_with_an_account_comes_in(console: TestClient, staff: Staff) -> None:
    assert "wejdź kontem urzędu" in await text_of(console, "/obsluga/wejscie")
    status, path, text = await through(console)
    assert (status, path) == (200, "/obsluga/konto")
    assert "Wyjdź (ewa)" in text
    assert staff.people.all()[0].oidc_subject == "sub-1"
    assert {row.entry.action for row in staff.log.rows(Query(actor="ewa"), 5)} >= {"identity_bound", "sign_in"}


async def test_from_the_link_on_the_page_asked_for(console: TestClient) -> None:
    page = await (await console.get("/obsluga/konto", headers=HTML)).text()
    assert f'href="{OUTSIDE}?dalej=%2Fobsluga%2Fkonto"' in page


async def test_a_bound_subject_needs_no_address_and_the_address_of_another_is_not_enough(console: TestClient, issuer: Issuer) -> None:
    await through(console)
    issuer.claims = {"sub": "sub-1"}
    console.session.cookie_jar.clear()
    assert (await through(console))[0] == 200
    issuer.claims = {"sub": "sub-2", "email": "ewa@zus.example", "email_verified": True}
    console.session.cookie_jar.clear()
    status, _, text = await through(console)
    assert status == 403
    assert "nie masz czynnego konta" in text


@pytest.mark.parametrize(
    "claims",
    [{"sub": "s", "email": "obca@zus.example", "email_verified": True}, {"sub": "s", "email": "ewa@zus.example", "email_verified": False},
     {"sub": "s", "email": "ewa@zus.example"}, {"sub": "s", "email": "ewa@zus.example", "email_verified": "true"}, {"sub": "s"}],
)  # fmt: skip
async def test_nobody_unknown_gets_an_account(console: TestClient, issuer: Issuer, staff: Staff, claims: dict[str, Any]) -> None:
    issuer.claims = claims
    before = staff.people.all()
    assert (await through(console))[0] == 403
    assert staff.people.all() == before
    assert (await console.get("/obsluga/konto", headers=HTML, allow_redirects=False)).status == 303


async def test_a_disabled_account_stays_outside(console: TestClient, staff: Staff) -> None:
    staff.people.set_active(ADMIN, "ewa", False)
    assert (await through(console))[0] == 403


@pytest.mark.parametrize(
    "lie",
    [{"nonce": "inny"}, {"nonce": None}, {"aud": "inny"}, {"aud": [CLIENT, "inny"]}, {"aud": [CLIENT, "inny"], "azp": "inny"}, {"azp": "inny"}, {"iss": "https://zly.example"},
     {"exp": 1_000_000}, {"exp": None}, {"iat": None}, {"sub": None}, {"iat": 99_999_999_999}],
)  # fmt: skip
async def test_a_token_for_another_or_of_another_time_is_refused(console: TestClient, issuer: Issuer, lie: dict[str, Any]) -> None:
    issuer.lie = lie
    status, _, text = await through(console)
    assert status == 403
    assert "się nie udało" in text
    assert (await console.get("/obsluga/konto", headers=HTML, allow_redirects=False)).status == 303


@pytest.mark.parametrize("changed", [{"key": STRANGE}, {"kid": "inny"}, {"algorithm": "HS256"}, {"algorithm": "none"}])
async def test_a_token_that_the_provider_did_not_sign_is_refused(console: TestClient, issuer: Issuer, changed: dict[str, Any]) -> None:
    for name, value in changed.items():
        setattr(issuer, name, value)
    assert (await through(console))[0] == 403


async def test_a_new_key_of_the_provider_is_fetched(console: TestClient, issuer: Issuer) -> None:
    assert (await through(console))[0] == 200
    issuer.kid, issuer.published = "k2", ["k1", "k2"]
    console.session.cookie_jar.clear()
    assert (await through(console))[0] == 200
    assert issuer.fetched == 2


async def test_a_state_of_another_browser_or_changed_is_refused(console: TestClient) -> None:
    back = await returning(console)
    state = parse_qs(urlsplit(back).query)["state"][0]
    for wrong in ("", "x", state[:-1] + ("0" if state[-1] != "0" else "1"), "A" + state[1:]):
        answer = await console.get(f"{BACK}?{urlencode({'code': 'x', 'state': wrong})}", headers=HTML)
        assert answer.status == 403, wrong
    console.session.cookie_jar.clear()
    async with console.session.get(back, headers=HTML) as response:
        assert response.status == 403
    await console.get("/obsluga/wejscie", headers=HTML)
    async with console.session.get(back, headers=HTML) as response:
        assert response.status == 403


async def test_the_way_back_works_once(console: TestClient) -> None:
    back = await returning(console)
    async with console.session.get(back, headers=HTML) as response:
        assert response.url.path == AFTER
    async with console.session.get(back, headers=HTML) as response:
        assert response.status == 403


async def test_a_wrong_code_another_issuer_and_a_refusal_are_told(console: TestClient, issuer: Issuer) -> None:
    back = await returning(console)
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert (await console.get(f"{BACK}?{urlencode({'code': 'zmyslony', 'state': state})}", headers=HTML)).status == 403
    assert (await console.get(f"{BACK}?{urlencode({'code': 'x', 'state': state, 'iss': 'https://zly.example'})}", headers=HTML)).status == 403
    issuer.refuses = "access_denied"
    assert (await through(console))[0] == 403


async def test_an_attempt_does_not_last(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = Attempt.begin("token", AFTER)
    assert Attempt.of("token", attempt.state) == attempt
    assert len(attempt.verifier) == 43
    now = time.time()
    monkeypatch.setattr("bot.web.staff.oidc.time.time", lambda: now + 601)
    with pytest.raises(OidcError):
        Attempt.of("token", attempt.state)


async def test_the_second_factor_of_the_account_is_asked_for_too(console: TestClient, staff: Staff, moment: Moment) -> None:
    await come_in(console, "ewa")
    await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik")
    text = await text_of(console, "/obsluga/konto")
    secret = text.split("Klucz: <code>")[1].split("<")[0]
    await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik/potwierdzenie", kod=pyotp.TOTP(secret).at(moment.now))
    console.session.cookie_jar.clear()
    _, path, _ = await through(console)
    assert path == "/obsluga/drugi-skladnik"
    moment.go(seconds=60)
    done = await fill(console, "/obsluga/drugi-skladnik", "/obsluga/drugi-skladnik", kod=pyotp.TOTP(secret).at(moment.now))
    assert done.status == 303


async def test_a_silent_provider_leaves_the_password(counter: Counter, engine: ScriptedEngine, staff: Staff) -> None:
    settings = Settings(oidc_issuer=f"http://127.0.0.1:{unused_port()}", oidc_client_id=CLIENT)
    async with TestClient(TestServer(create_app(settings, counter, engine, staff=staff))) as client:
        response = await client.get(OUTSIDE, headers=HTML, allow_redirects=False)
        assert response.status == 503
        assert "nie odpowiada" in await response.text()
        assert (await come_in(client, "ewa")).status == 303
        assert COOKIE in {cookie.key for cookie in client.session.cookie_jar}


def test_the_settings_are_checked_at_the_start() -> None:
    assert Provider.of(Settings()) is None
    for issuer, client in (("http://logowanie.example", "x"), ("https://logowanie.example", ""), ("logowanie", "x")):
        with pytest.raises(ConfigurationError):
            Provider.of(Settings(oidc_issuer=issuer, oidc_client_id=client))
    assert Provider.of(Settings(oidc_issuer="https://logowanie.example", oidc_client_id="x"))
