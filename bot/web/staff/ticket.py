"""One ticket: everything of it on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.cases.search import Hit
from bot.counter.counter import transcript_lines
from bot.counter.privacy import Hold
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.errors import NotAllowedError
from bot.mail.letter import Letter
from bot.staff.model import Person
from bot.tickets.model import Ticket
from bot.web.keys import CONSOLE, MAILROOM, OUTBOX, PRIVACY, SEARCH, SETTINGS
from bot.web.pages.addresses import path_of
from bot.web.staff.access import require_staff
from bot.web.staff.console import Console, can_write
from bot.web.staff.draft import draft, known_of
from bot.web.staff.frame import staff_page
from bot.web.staff.queue import QUEUE_PATH, in_order, row_of
from bot.web.staff.spot import guide_path
from bot.web.staff.talk import conversation_of, events_after, state_of

routes = web.RouteTableDef()
MOST_FOUND = 6
PARAMETER = "p."
"""Prefix of the fields that hold the parameters of a canned reply."""
DONE = {"wez": "Zgłoszenie jest Twoje.", "oddaj": "Zgłoszenie oddane do kolejki.", "przekaz": "Zgłoszenie przekazane.", "odpowiedz": "Odpowiedź wysłana.",
        "notatka": "Notatka zapisana.", "etykiety": "Etykiety zapisane.", "sprawa": "Sprawa wysłana klientowi.", "rozmowa": "Rozmawiasz teraz z klientem w okienku.",
        "koniec": "Okienko rozmawia dalej z klientem.", "zamknij": "Zgłoszenie zamknięte.", "zabezpiecz": "Zgłoszenie zabezpieczone: nic go nie usunie.", "zwolnij": "Zabezpieczenie zakończone.", "list": "Przebieg rozmowy wysłany e-mailem."}  # fmt: skip
RESOLUTIONS = {"case": "znana sprawa", "new": "nowa sprawa, której nie mamy", "outside": "nie nasza sprawa"}


@dataclass(frozen=True)
class Box:
    """What stands in the answer box, and what is still asked for a canned reply."""

    text: str = ""
    reply: str = ""
    missing: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


@routes.get(f"{QUEUE_PATH}/{{number}}")
async def ticket_page(request: web.Request) -> web.Response:
    """The ticket; ``?szkic=1`` puts the bot's draft into the answer box, ``?szukaj=`` finds matters."""
    person = require_staff(request, "tickets")
    console = request.app[CONSOLE]
    console.presence.seen(person.login)
    ticket = console.people.ticket(request.match_info["number"])
    box = Box(drafted(request, person, ticket)) if request.query.get("szkic") == "1" else Box()
    return shown(request, person, ticket, box=box, done=DONE.get(request.query.get("zrobione", ""), ""))


@routes.get(f"{QUEUE_PATH}/{{number}}/rozmowa.txt")
async def transcript(request: web.Request) -> web.Response:
    """The conversation as plain text, for the consultant to send."""
    require_staff(request, "tickets")
    console = request.app[CONSOLE]
    ticket = console.people.ticket(request.match_info["number"])
    headers = {"Content-Disposition": f'attachment; filename="{ticket.number}.txt"'}
    return web.Response(text=transcript_text(console, ticket), content_type="text/plain", charset="utf-8", headers=headers)


@routes.get(f"{QUEUE_PATH}/{{number}}/zalacznik/{{name}}")
async def attachment(request: web.Request) -> web.Response:
    """A file that came with a client's letter: to be saved, never shown by the browser."""
    require_staff(request, "tickets")
    room = request.app.get(MAILROOM)
    found = room.letters.store.attachment(request.match_info["number"], request.match_info["name"]) if room else None
    if found is None:
        raise NotAllowedError("Nie ma takiego załącznika.")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return web.Response(body=found.content, content_type="application/octet-stream", headers=headers)


def transcript_text(console: Console, ticket: Ticket) -> str:
    """What was said, a line for each speaker's turn."""
    said, _ = conversation_of(console, ticket)
    lines = [f"{' '.join(filter(None, (item['at'], item['who'])))}: {item['text']}" for item in said]
    return "\n\n".join([f"Zgłoszenie {ticket.number}", *(lines or transcript_lines(ticket.packet.transcript))]) + "\n"


def send_transcript(request: web.Request, ticket: Ticket) -> bool:
    """Send it to the client's address; False when there is none, or no consent, or no mail server."""
    console, to = request.app[CONSOLE], can_write(ticket, request.app.get(OUTBOX))
    if to is None:
        return False
    phrase = console.counter.desk.phrase
    text = phrase("letter_transcript_text", number=ticket.number, transcript=transcript_text(console, ticket))
    request.app[OUTBOX].put(Letter(to, phrase("letter_transcript_subject", number=ticket.number), text, "transcript"))
    return True


def name_of(person: Person) -> str:
    """What the client is told of who speaks: the first name, or that it is a consultant."""
    return person.account.name.split()[0] if person.account.name.strip() else "Konsultant"


def drafted(request: web.Request, person: Person, ticket: Ticket) -> str:
    """The bot's draft."""
    console = request.app[CONSOLE]
    return draft(ticket, console.people.frame(ticket), _presenter(console), name_of(person), request.app[SETTINGS].address)


def known_parameters(request: web.Request, person: Person, ticket: Ticket) -> dict[str, str]:
    """What the ticket knows for canned replies."""
    console = request.app[CONSOLE]
    return known_of(ticket, console.people.frame(ticket), _presenter(console), name_of(person), request.app[SETTINGS].address)


def shown(request: web.Request, person: Person, ticket: Ticket, *, box: Box = Box(), done: str = "", fault: str = "", status: int = 200) -> web.Response:
    """The page."""
    console = request.app[CONSOLE]
    ((_, standing),) = in_order(console, [ticket])
    said, place = conversation_of(console, ticket)
    events = events_after(console, ticket.number, 0)
    path = f"{QUEUE_PATH}/{ticket.number}"
    query = request.query.get("szukaj", "").strip()[:200]
    found, guesses = _found(request, query), _guesses(console, ticket)
    new = [hit for hit in found if hit.id not in {name for name, _, _ in guesses}]
    return staff_page(
        "staff_ticket.html", request, f"Zgłoszenie {ticket.number}", path, ticket=ticket, row=row_of(ticket, standing, console), queue=QUEUE_PATH,
        handover=ticket.packet.handover, said=said, events=events, notes=[event for event in events if event["kind"] == "note"], place=f"{place}.{len(events)}",
        state=state_of(console, ticket), mine=ticket.assignee == person.login, teams=console.teams, replies=_replies(console, ticket), box=box, done=done,
        fault=fault, status=status, query=query, found=new, nothing=bool(query) and not found, guesses=guesses, rejected=_titles(console, ticket.packet.handover.rejected),
        matter=_matter(console, ticket), mail=can_write(ticket, request.app.get(OUTBOX)), resolution=_resolution(console, ticket), prefix=PARAMETER, files=_files(request, ticket), holds=holds_of(request, ticket.number), may_hold=person.may("audit") and PRIVACY in request.app, live=f"{path}/na-zywo",
    )  # fmt: skip


def _files(request: web.Request, ticket: Ticket) -> list[tuple[str, str, int]]:
    """What came with the client's letters: address, name, size in kB."""
    room = request.app.get(MAILROOM)
    found = room.letters.store.attachments(ticket.number) if room else []
    return [(f"{QUEUE_PATH}/{ticket.number}/zalacznik/{name}", shown, max(1, size // 1024)) for name, shown, size in found]


def holds_of(request: web.Request, number: str) -> list[Hold]:
    """What keeps the ticket from being removed."""
    return request.app[PRIVACY].holds(number) if PRIVACY in request.app else []


def _presenter(console: Console) -> Presenter:
    return Presenter(console.counter.desk, Session())


def _replies(console: Console, ticket: Ticket) -> tuple[list[Any], list[Any]]:
    """Canned replies that are meant for such a ticket, and the others."""
    entry = console.counter.desk.knowledge.entry(ticket.packet.handover.entry or "")
    fitting = [reply for reply in console.replies.values() if entry and reply.fits(entry.id, entry.topic)]
    return fitting, [reply for reply in console.replies.values() if reply not in fitting]


def _found(request: web.Request, query: str) -> list[Hit]:
    """Matters that a search finds."""
    hits = request.app[SEARCH].find(query, 4 * MOST_FOUND) if query else []
    return [hit for hit in hits if hit.kind in ("case", "platnik")][:MOST_FOUND]


def _guesses(console: Console, ticket: Ticket) -> list[tuple[str, str, str]]:
    """The bot's candidates, its matter first: id, title, confidence in percent."""
    handover = ticket.packet.handover
    scores = {item.id: f"{round(100 * item.confidence)}%" for item in handover.candidates}
    names = dict.fromkeys([*([handover.entry] if handover.entry else []), *scores])
    known = [(name, console.counter.desk.knowledge.entry(name)) for name in names]
    return [(entry.id, entry.title, scores.get(name, "")) for name, entry in known if entry]


def _titles(console: Console, names: list[str]) -> list[str]:
    return [_presenter(console).entry_title(name) for name in names]


def _matter(console: Console, ticket: Ticket) -> dict[str, str] | None:
    """The ticket's matter, where its page and its guide are."""
    entry = console.counter.desk.knowledge.entry(ticket.packet.handover.entry or "")
    return {"title": entry.title, "page": path_of(entry), "guide": guide_path(entry)} if entry else None


def _resolution(console: Console, ticket: Ticket) -> str:
    found = ticket.resolution
    if found is None:
        return ""
    entry = console.counter.desk.knowledge.entry(found.entry or "")
    return entry.title if entry else RESOLUTIONS[found.kind]
