"""A client's letter end to end: mailbox, ticket, draft, a consultant's approval in the console, SMTP, the thread going on."""

from __future__ import annotations

import asyncio
import mailbox
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiosmtpd.controller import Controller

from bot.channels.email.client import ASIDE, Imap, Maildir, open_mailbox
from bot.counter.counter import Counter
from bot.counter.letters import MOST_RECEIPTS, Marks, paragraphs
from bot.counter.office import Office
from bot.dialogue.desk import Desk
from bot.engine.scripted import ScriptedEngine
from bot.errors import ConfigurationError
from bot.mail.smtp import Smtp
from bot.settings import Settings
from bot.staff.service import Staff
from bot.store.engine import connect
from bot.store.mailbox import LettersSql
from bot.store.migrate import upgrade
from bot.store.post import PostStore
from bot.store.sql import SqlStore
from bot.web.app import Mail, Post, create_app
from bot.web.fanout import QUEUE
from bot.web.keys import FANOUT, MAILROOM, OUTBOX
from bot.web.staff.queue import QUEUE_PATH
from tests.conftest import ROOT
from tests.lacking import lacking
from tests.mail.test_letters import Server
from tests.staff.conftest import empty, moment, staff, store
from tests.web.test_console import do, page
from tests.web.test_staff_entry import session

__all__ = ["empty", "moment", "staff", "store"]
SCRIPT = {
    "Zatrudniłam studentkę na zlecenie, co mam zgłosić?": {"zgloszenie_zleceniobiorcy": 0.93},
    "Zmarła mama, zapłaciłam za pogrzeb.": {"zasilek_pogrzebowy": 0.95},
}
TEXT = "Dzień dobry,\n\nZatrudniłam studentkę na zlecenie, co mam zgłosić?\n\nZmarła mama, zapłaciłam za pogrzeb.\n\nMój PESEL 44051401359, konto 61 1090 1014 0000 0712 1981 2874.\n"


def letter(text: str = TEXT, *, sender: str = "klientka@example.org", subject: str = "Dwa pytania", number: int = 1, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, "okienko@urzad.example", subject, f"<{number}@poczta.example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if "pismo" in text:
        message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="pismo.pdf")
    return message.as_bytes()


@dataclass
class Site:
    """The service with a maildir and a mail server, and a consultant."""

    client: TestClient
    counter: Counter
    box: mailbox.Maildir
    smtp: Server
    ewa: str

    async def send(self, raw: bytes) -> None:
        """A letter into the mailbox, taken by the service."""
        self.box.add(raw)
        await self.room._empty(Maildir(Path(self.box._path)))

    async def gone(self, expected: int) -> list[EmailMessage]:
        """So many letters left, and no more."""
        for _ in range(200):
            await self.client.server.app[OUTBOX].send_due()  # type: ignore[union-attr]
            if len(self.smtp.taken) >= expected:
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.05)
        assert len(self.smtp.taken) == expected
        return self.smtp.taken

    @property
    def room(self) -> Any:
        return self.client.server.app[MAILROOM]  # type: ignore[union-attr]

    def ticket(self) -> Any:
        (found,) = self.counter.store.tickets()
        return found


@pytest.fixture
async def site(desk: Desk, staff: Staff, tmp_path: Path) -> AsyncIterator[Site]:
    url = f"sqlite:///{tmp_path / 'o.db'}"
    upgrade(url)
    database = connect(url)
    counter = Counter(desk, SqlStore(database), Office.of(ROOT / "knowledge" / "desk.yml"))
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    post = PostStore(database)
    settings = Settings(root=ROOT, secret_key="klucz-do-testow", mail_from="okienko@urzad.example", smtp_url="smtp://x", public_url="https://okienko.example.org")
    application = create_app(
        settings, counter, ScriptedEngine(lambda *_: None, SCRIPT), Post(post, post, Smtp("127.0.0.1", port, "okienko@urzad.example")), staff, mail=Mail(LettersSql(database))
    )  # type: ignore[arg-type]
    async with TestClient(TestServer(application), cookie_jar=DummyCookieJar()) as client:
        yield Site(client, counter, mailbox.Maildir(str(tmp_path / "poczta"), create=True), handler, session(staff, "consultant"))
    controller.stop()
    database.dispose()


async def test_a_letter_with_two_matters_is_drafted_approved_answered_and_goes_on_in_its_thread(site: Site) -> None:
    await site.send(letter(TEXT + "\nWysyłam pismo.\n"))
    ticket = site.ticket()
    assert ticket.packet.handover.matters == ["zgloszenie_zleceniobiorcy", "zasilek_pogrzebowy"]
    assert ticket.contact.email == "klientka@example.org" and "44051401359" not in ticket.packet.handover.question and "[konto]" in ticket.packet.handover.question
    (receipt,) = await site.gone(1)
    assert receipt["In-Reply-To"] == "<1@poczta.example.org>" and receipt["Auto-Submitted"] == "auto-replied" and receipt["To"] == "klientka@example.org"
    plain, html = (receipt.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "https://okienko.example.org/sprawy/zasilek_pogrzebowy" in plain and 'href="https://okienko.example.org/sprawy/zasilek_pogrzebowy"' in html
    assert ticket.number in plain and "http" not in html.replace("https://okienko.example.org", "")
    await do(site.client, ticket.number, "wez", site.ewa)
    shown = await page(site.client, f"{QUEUE_PATH}/{ticket.number}?szkic=1", site.ewa)
    drafted = unescape("".join(re.findall(r"<textarea.*?</textarea>", shown, re.DOTALL)))
    titles = [site.counter.desk.knowledge.entry(name).title for name in ticket.packet.handover.matters]  # type: ignore[union-attr]
    assert all(title in drafted for title in titles) and "W Twoim liście jest kilka spraw" in drafted and "/sprawy/zasilek_pogrzebowy/lista" in drafted
    assert "pismo.pdf" in shown and "Zmarła mama" in shown
    await do(site.client, ticket.number, "odpowiedz", site.ewa, tekst="Proszę wysłać ZUS ZUA w 7 dni.")
    answer = (await site.gone(2))[-1]
    assert answer["Subject"] == f"Re: Dwa pytania [{ticket.number}]" and answer["In-Reply-To"] == "<1@poczta.example.org>" and answer["Auto-Submitted"] is None
    body = answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "ZUS ZUA w 7 dni" in body and "> Zmarła mama" in body and "44051401359" not in body
    await site.send(letter("Dziękuję, a kiedy?\n\nW dniu 27.11.2026 Okienko pisze:\n> Proszę\n", subject="Re: Dwa pytania", number=2, References=f"<1@poczta.example.org> {answer['Message-ID']}"))
    assert [event.body.get("text") for event in site.counter.store.ticket_events(ticket.number) if event.kind == "client_wrote"] == ["Dziękuję, a kiedy?"]
    await do(site.client, ticket.number, "odpowiedz", site.ewa, tekst="Do 8 grudnia.")
    await do(site.client, ticket.number, "zamknij", site.ewa, wynik="case:zgloszenie_zleceniobiorcy")
    await site.send(letter("Jeszcze jedno", subject="Re: Dwa pytania", number=3, In_Reply_To=answer["Message-ID"]))
    assert site.ticket().status == "taken" and [event.kind for event in site.counter.store.ticket_events(ticket.number)][-1] == "reopened"
    await site.gone(3)


async def test_the_same_letter_again_makes_nothing(site: Site) -> None:
    await site.send(letter())
    await site.send(letter())
    await site.gone(1)
    assert site.ticket()


async def test_a_number_joins_only_its_own_client(site: Site) -> None:
    await site.send(letter())
    number = site.ticket().number
    await site.send(letter("To ja, dopisuję", subject=f"Odp: {number}", number=2))
    assert len(site.counter.store.tickets()) == 1
    await site.send(letter("Proszę o dane z tej sprawy", sender="obcy@example.org", subject=f"Odp: {number}", number=3))
    assert len(site.counter.store.tickets()) == 2
    forged = f"<{number.lower()}.0000000000000000.000000000000000000000000@urzad.example>"
    await site.send(letter("A teraz?", sender="obcy@example.org", subject="x", number=4, References=forged))
    assert len(site.counter.store.tickets()) == 3


async def test_machines_get_no_ticket_and_no_answer_and_a_returned_letter_is_told(site: Site) -> None:
    await site.send(letter())
    receipt = (await site.gone(1))[0]
    await site.send(letter("Jestem na urlopie", subject="Automatyczna odpowiedź", number=2, Auto_Submitted="auto-replied", References=receipt["Message-ID"]))
    await site.send(letter("Nowości", sender="nowosci@example.org", number=3, List_Id="<x.example.org>"))
    await site.send(letter("pętla", sender="okienko@urzad.example", number=4))
    dsn = f"From: MAILER-DAEMON@mx.example.org\r\nMessage-ID: <5@mx>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {receipt['Message-ID']}\r\n\r\n--b--"
    await site.send(dsn.encode())
    await site.gone(1)
    ticket = site.ticket()
    assert ticket.contact.email is None and [event.kind for event in site.counter.store.ticket_events(ticket.number)].count("note") == 2


async def test_a_machine_that_answers_receipts_gets_no_more_of_them(site: Site) -> None:
    for number in range(MOST_RECEIPTS + 3):
        await site.send(letter(f"list {number}", number=number))
    await site.gone(MOST_RECEIPTS)
    assert len(site.counter.store.tickets()) == MOST_RECEIPTS + 3


async def test_what_is_no_letter_is_put_aside_and_holds_nothing_back(site: Site, tmp_path: Path) -> None:
    site.box.add(b"\x00\x01")
    await site.send(letter())
    assert site.ticket() and len(site.box.get_folder(ASIDE.replace("/", "."))) == 1
    assert {site.box.get_message(name).get_subdir() for name in site.box.iterkeys()} == {"cur"}


async def test_a_letter_that_trips_a_fault_of_ours_stays_and_the_others_go_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    take = type(site.room).take

    async def tripping(room: Any, raw: bytes) -> Any:
        if b"potknij" in raw:
            raise RuntimeError("a fault of ours")
        return await take(room, raw)

    monkeypatch.setattr(type(site.room), "take", tripping)
    site.box.add(letter("potknij", number=1))
    await site.send(letter(number=2))
    assert site.ticket() and sorted(site.box.get_message(name).get_subdir() for name in site.box.iterkeys()) == ["cur", "new"]


async def test_the_staff_hears_of_a_letter(site: Site) -> None:
    heard: list[str] = []
    application = site.client.server.app  # type: ignore[union-attr]
    application[FANOUT].watch(heard.append)
    await site.send(letter())
    assert QUEUE in heard and "okienko_tickets_total 1.0" in await (await site.client.get("/metrics")).text()
    number = site.ticket().number
    heard.clear()
    await site.send(letter("dopisuję", subject=f"Odp: {number}", number=2))
    assert {number, QUEUE} <= set(heard)


async def test_a_report_on_somebody_elses_address_changes_nothing(site: Site) -> None:
    await site.send(letter())
    (receipt,) = await site.gone(1)
    report = "From: MAILER-DAEMON@mx.example.org\r\nMessage-ID: <9@mx>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n" \
             "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; obcy@example.org\r\n\r\n" \
             f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {receipt['Message-ID']}\r\n\r\n--b--"  # fmt: skip
    await site.send(report.encode())
    assert site.ticket().contact.email == "klientka@example.org"


async def test_an_attachment_is_saved_never_shown_and_only_by_staff(site: Site) -> None:
    await site.send(letter("pismo"))
    ((name, shown, _),) = site.room.letters.store.attachments(site.ticket().number)
    path = f"{QUEUE_PATH}/{site.ticket().number}/zalacznik/{name}"
    assert (await site.client.get(path, allow_redirects=False)).status in (303, 401, 403)
    from tests.web.test_staff_entry import cookie

    given = await site.client.get(path, headers=cookie(site.ewa))
    assert (given.status, await given.read(), given.content_type) == (200, b"%PDF-1.4", "application/octet-stream")
    assert given.headers["Content-Disposition"] == "attachment; filename*=UTF-8''pismo.pdf" and given.headers["X-Content-Type-Options"] == "nosniff" and shown == "pismo.pdf"


async def test_a_question_asked_on_a_page_gets_its_number_by_e_mail_and_a_reply_joins_it(site: Site) -> None:
    asked = {"question": "Od kiedy liczy się okres zasiłkowy?", "email": "klientka@example.org", "consent": True}
    made = await (await site.client.post("/api/v1/tickets", json=asked)).json()
    (receipt,) = await site.gone(1)
    text = receipt.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert made["number"] in receipt["Subject"] and made["code"] not in text
    await site.send(letter("Dodam, że choruję od 3 listopada.", subject="Odp: Przyjęliśmy", number=2, In_Reply_To=receipt["Message-ID"]))
    assert site.counter.store.ticket_events(made["number"])[-1].body["text"] == "Dodam, że choruję od 3 listopada."
    await do(site.client, made["number"], "wez", site.ewa)
    await do(site.client, made["number"], "odpowiedz", site.ewa, tekst="Od pierwszego dnia niezdolności.")
    assert (await site.gone(2))[-1]["In-Reply-To"] == "<2@poczta.example.org>"
    await site.client.post("/api/v1/tickets", json={"question": "Bez adresu"})
    await site.gone(2)


def test_marks_cannot_be_made_without_the_key() -> None:
    mark = Marks("a").make("OK-2611-00001", "urzad.example")
    assert Marks("a").read(["<x@y>", mark]) == "OK-2611-00001" and Marks("b").read([mark]) is None
    assert Marks("a").read([mark.replace("00001", "00002")]) is None


def test_long_letters_are_understood_in_bearable_parts() -> None:
    found = paragraphs("Pierwsze. " * 300 + "\n\n1. drugie\n2. trzecie\n- czwarte")
    assert all(len(part) <= 900 for part in found) and found[-3:] == ["1. drugie", "2. trzecie", "- czwarte"]


@pytest.mark.parametrize("url", ["pop3://x", "imap://host/INBOX", "maildir://"])
def test_a_wrong_mailbox_is_told_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_mailbox(url)


@pytest.fixture
def dovecot(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A real IMAP server of our own, as far as it is installed."""
    program = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
    if program is None:
        lacking("no dovecot here; on Debian: apt-get install dovecot-imapd")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home, run = tmp_path / "home", Path(f"/tmp/ok-imap-{port}")
    for folder in (home, run):
        folder.mkdir()
        folder.chmod(0o777)
    (tmp_path / "users").write_text("klient:{PLAIN}haslo\n")
    config = f"""
protocols = imap
listen = 127.0.0.1
base_dir = {run}
log_path = {tmp_path}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
first_valid_uid = 0
mail_location = maildir:{home}/poczta
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
}}
service stats {{
  chroot =
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = {tmp_path}/users
}}
userdb {{
  driver = static
  args = uid={os.getuid() or 65534} gid={os.getgid() or 65534} home={home}
}}
"""
    (tmp_path / "dovecot.conf").write_text(config)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o755)
    process = subprocess.Popen([program, "-F", "-c", str(tmp_path / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, home / "poczta"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(run, ignore_errors=True)


@pytest.mark.services
async def test_letters_come_from_a_real_imap_server_and_are_put_away(site: Site, dovecot: tuple[int, Path]) -> None:
    port, folder = dovecot
    imap = open_mailbox(f"imap://klient:haslo@127.0.0.1:{port}/INBOX")
    assert isinstance(imap, Imap)
    assert [raw async for _, raw in imap.letters()] == []
    await _append(port, letter(), b"nothing that is a letter")
    await _emptied(site, imap, 1)
    assert site.ticket().packet.handover.matters == ["zgloszenie_zleceniobiorcy", "zasilek_pogrzebowy"]
    assert [raw async for _, raw in imap.letters()] == []
    waiting = asyncio.create_task(imap.wait())
    await asyncio.sleep(0.2)
    await _append(port, letter("Drugi list", number=2))
    await asyncio.wait_for(waiting, 15)
    await _emptied(site, imap, 2)
    await imap.close()
    kept = {path.name for path in folder.iterdir() if path.name.startswith(".Okienko")}
    assert kept == {".Okienko.Zrobione", ".Okienko.Do-obejrzenia"}
    assert len(list((folder / ".Okienko.Zrobione" / "cur").iterdir())) + len(list((folder / ".Okienko.Zrobione" / "new").iterdir())) == 2


async def _emptied(site: Site, imap: Imap, tickets: int) -> None:
    """Look into the mailbox until its letters are tickets: a server may show a letter to another connection a moment later."""
    for _ in range(100):
        await site.room._empty(imap)
        if len(site.counter.store.tickets()) == tickets:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{len(site.counter.store.tickets())} tickets")


async def _append(port: int, *letters: bytes) -> None:
    """Put letters into the inbox as another program would."""
    import imaplib

    def put() -> None:
        with imaplib.IMAP4("127.0.0.1", port) as client:
            client.login("klient", "haslo")
            for raw in letters:
                client.append("INBOX", None, None, raw)

    await asyncio.to_thread(put)
