"""The client's checklist on one page, to print, to keep (PDF, text, calendar) and to send; the answers stand in the address."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web

from bot.cases.knowledge import is_current
from bot.cases.model import Case
from bot.cases.walk import Position
from bot.dialogue.present import Presenter, long_date
from bot.dialogue.session import Session
from bot.errors import UsageError
from bot.mail.letter import Attachment, Letter, checked_address
from bot.papers.calendar import as_calendar
from bot.papers.pdf import as_pdf
from bot.papers.qr import as_svg
from bot.papers.text import as_text
from bot.reminders.model import Day
from bot.reminders.reminders import AHEAD
from bot.web.keys import COUNTER, OUTBOX, REMINDERS, SETTINGS
from bot.web.limits import TooOftenError, limit
from bot.web.pages.addresses import answers_query, form_path, list_links, list_path, path_of, walk_path
from bot.web.pages.entries import crumbs_of, entry_or_404
from bot.web.pages.render import page
from bot.web.pages.route import acts_of, answers_in, place_of
from bot.web.security import origin_allowed

routes = web.RouteTableDef()
FORMS = {"pdf": "application/pdf", "txt": "text/plain", "ics": "text/calendar"}
"""The forms of a checklist beside the page, by the ending of the address."""


class _Paper:
    """A client's checklist, as a request asks for it. Sends the client on where there is none (yet)."""

    def __init__(self, request: web.Request) -> None:
        self.desk = request.app[COUNTER].desk
        self.base = request.app[SETTINGS].address
        entry = entry_or_404(self.desk, request.match_info["id"])
        self.given = answers_in(request)
        query = answers_query(self.given)
        if not isinstance(entry, Case) or not is_current(entry, self.desk.today):
            raise web.HTTPSeeOther(walk_path(entry) + query)
        self.entry: Case = entry
        self.place: Position = place_of(entry, self.given)
        if self.place.kind not in ("check", "end"):
            raise web.HTTPSeeOther(walk_path(entry) + query)
        self.list: dict[str, Any] = Presenter(self.desk, Session()).checklist(entry, self.place)
        self.links: Mapping[str, str] = list_links(entry, self.place.answers)
        self.address = self.base + self.links["html"]

    def dates(self) -> list[dict[str, Any]]:
        """The acts with a date, soonest first."""
        return sorted((item for item in self.list["items"] if item.get("deadline", {}).get("date")), key=lambda item: item["deadline"]["date"])

    def body(self, form: str) -> bytes | None:
        """The checklist in a form; None for a calendar without dates."""
        if form == "pdf":
            return as_pdf(self.list, address=self.address, printed=self.desk.today)
        if form == "txt":
            return as_text(self.list, address=self.address, printed=self.desk.today).encode()
        return as_calendar(self.list, address=self.address, now=self.desk.clock.now())


def _page(request: web.Request, paper: _Paper, *, fault: str = "", told: str = "", status: int = 200) -> web.Response:
    dates = paper.dates()
    return page(
        "checklist.html",
        request,
        title=f"{paper.entry.title} – lista kontrolna",
        description=f"Wszystkie czynności, dokumenty i terminy w Twojej sprawie: {paper.entry.title}.",
        path=list_path(paper.entry),
        crumbs=[*crumbs_of(paper.desk, paper.entry), (path_of(paper.entry), paper.entry.title)],
        list=paper.list,
        papers=[*paper.list.get("needs", ()), *paper.list.get("take_along", ())],
        steps=acts_of(paper.entry, paper.place, Presenter(paper.desk, Session())),
        links=paper.links,
        given=answers_query(paper.place.answers),
        dates=[(item["title"], long_date(_day(item))) for item in dates],
        coming=[item for item in dates if _day(item) > paper.desk.today],
        qr=as_svg(paper.address, title="Kod QR z adresem tej listy"),
        address=paper.address,
        printed=long_date(paper.desk.today),
        walk=walk_path(paper.entry) + answers_query(paper.place.answers),
        form_path=form_path,
        letters=OUTBOX in request.app,
        ahead=AHEAD,
        fault=fault,
        told=told,
        status=status,
        tag=f"{fault}{told}",
    )


def _day(item: Mapping[str, Any]) -> date:
    return date.fromisoformat(item["deadline"]["date"])


@routes.get("/sprawy/{id}/lista")
@routes.get("/platnik/{id}/lista")
async def list_page(request: web.Request) -> web.Response:
    """The checklist as a page."""
    paper = _Paper(request)
    if request.path != list_path(paper.entry):
        raise web.HTTPMovedPermanently(f"{list_path(paper.entry)}?{request.query_string}")
    return _page(request, paper)


@routes.get("/sprawy/{id}/lista.{form}")
@routes.get("/platnik/{id}/lista.{form}")
async def list_file(request: web.Request) -> web.Response:
    """The checklist as a file."""
    form = request.match_info["form"]
    if form not in FORMS:
        raise web.HTTPNotFound
    paper = _Paper(request)
    body = await asyncio.to_thread(paper.body, form)
    if body is None:
        raise UsageError("Na tej liście nie ma terminu z datą, więc nie ma czego wpisać do kalendarza.")
    name = f"okienko-{paper.entry.id}.{form}"
    shown = "inline" if form != "ics" else "attachment"
    return web.Response(body=body, content_type=FORMS[form], charset=None if form == "pdf" else "utf-8",
                        headers={"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "no-store", "X-Robots-Tag": "noindex"})  # fmt: skip


@routes.post("/sprawy/{id}/lista")
@routes.post("/platnik/{id}/lista")
async def send_list(request: web.Request) -> web.Response:
    """Send the checklist to an address, or remind it of the dates after its owner agreed; the address is kept for nothing else."""
    if not origin_allowed(request):
        raise web.HTTPForbidden
    if OUTBOX not in request.app:
        raise web.HTTPNotFound
    paper = _Paper(request)
    data = await request.post()
    try:
        email = checked_address(str(data.get("email", "")))
        if data.get("zgoda") != "tak":
            raise UsageError("Zaznacz zgodę. Bez niej nie możemy nic wysłać na ten adres.")
        limit(request, "letter")
        limit(request, "recipient", email.lower())
        told = _remind(request, paper, email, str(data.get("ile", ""))) if data.get("co") == "przypomnienie" else await _send(request, paper, email)
    except (UsageError, TooOftenError) as error:
        return _page(request, paper, fault=str(error), status=error.status)
    return _page(request, paper, told=told, status=201)


async def _send(request: web.Request, paper: _Paper, email: str) -> str:
    calendar = paper.body("ics")
    printed = await asyncio.to_thread(paper.body, "pdf")
    files = [Attachment(f"okienko-{paper.entry.id}.pdf", FORMS["pdf"], printed or b"")]
    if calendar:
        files.append(Attachment(f"okienko-{paper.entry.id}.ics", FORMS["ics"], calendar))
    text = as_text(paper.list, address=paper.address, printed=paper.desk.today)
    phrase = paper.desk.phrase
    body = phrase("letter_list_text", checklist=text, address=paper.address, calendar=phrase("letter_list_calendar") if calendar else "")
    request.app[OUTBOX].put(Letter(email, phrase("letter_list_subject", title=paper.entry.title), body, "checklist", attachments=tuple(files)))
    return "Wysyłamy listę. Powinna dojść w kilka minut; jeśli jej nie ma, zajrzyj do spamu."


def _remind(request: web.Request, paper: _Paper, email: str, ahead: str) -> str:
    days = [Day(item["title"], _day(item)) for item in paper.dates()]
    request.app[REMINDERS].ask(email, entry=paper.entry.id, days=days, ahead=int(ahead) if ahead.isdigit() else 0, address=paper.base + paper.links["html"])
    return "Wysłaliśmy list z prośbą o potwierdzenie. Przypomnienia przyjdą dopiero, gdy klikniesz w nim adres i potwierdzisz."
