"""The queue: which tickets wait, for whom, how long still; one button to take the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.counter.counter import packet_summary
from bot.tickets.finding import NOBODY, STATUSES, TicketQuery
from bot.tickets.model import Event, Ticket
from bot.tickets.queue import TakenError
from bot.web.body import number
from bot.web.keys import CONSOLE
from bot.web.staff.access import own_form, require_staff
from bot.web.staff.console import Console
from bot.web.staff.due import Standing, said
from bot.web.staff.frame import onward, staff_page

routes = web.RouteTableDef()
HOME = "/obsluga"
QUEUE_PATH = "/obsluga/zgloszenia"
TAKE_NEXT = f"{QUEUE_PATH}/nastepne"
SHOWN = 50
MOST_SORTED = 500
"""So many tickets are put in the order of their due moments; of more, those promised first."""
MINE = "moje"
OPEN = ("open", "taken", "waiting")
STATUS_NAMES = {"open": "wolne", "taken": "w toku", "waiting": "czeka na klienta", "closed": "zamknięte"}
ORDERS = {"due": "najpilniejsze", "oldest": "najstarsze", "newest": "najnowsze"}
REASONS = {"asked": "klient poprosił", "offered": "po nieporozumieniach", "needs_person": "sprawa wymaga człowieka", "not_solved": "żaden sposób nie pomógł",
           "outdated": "wiedza nieaktualna", "engine_failed": "awaria bota"}  # fmt: skip
_NOTES = {"pusto": "Nie ma teraz wolnych zgłoszeń. Gdy któreś przyjdzie, zobaczysz je tutaj."}


@routes.get(HOME)
async def home(request: web.Request) -> web.Response:
    """To the queue."""
    require_staff(request, "tickets")
    return onward(QUEUE_PATH)


@routes.get(QUEUE_PATH)
async def queue_page(request: web.Request) -> web.Response:
    """The tickets that the filter in the address asks for."""
    person = require_staff(request, "tickets")
    console = request.app[CONSOLE]
    console.presence.seen(person.login)
    kept, query = asked(request, person.login)
    rows, total = _page(console, query)
    counts = console.counter.store.count_tickets()
    states = [(name, label, counts.get(name, 0), _address(kept, stan=name)) for name, label in STATUS_NAMES.items()]
    present = console.presence.present()
    return staff_page(
        "staff_queue.html", request, "Zgłoszenia", QUEUE_PATH, rows=rows, total=total, kept=kept, states=states, teams=console.teams, orders=ORDERS,
        statuses=STATUS_NAMES, present=present, present_said=people_said(len(present)), next_path=TAKE_NEXT, queue=QUEUE_PATH, nobody=NOBODY, mine=MINE,
        live=f"{QUEUE_PATH}/na-zywo", all_open=sum(counts.get(name, 0) for name in OPEN), note=_NOTES.get(request.query.get("info", ""), ""),
        free=counts.get("open", 0), pages=_pages(kept, query, total),
    )  # fmt: skip


@routes.post(TAKE_NEXT)
async def take_next(request: web.Request) -> web.Response:
    """The ticket that is due first and that nobody has; when a colleague was quicker, the one after it."""
    person = require_staff(request, "tickets")
    fields = await own_form(request)
    console = request.app[CONSOLE]
    team = fields.get("zespol", "")
    taken = take_first(console, person.login, team if team in console.teams else "")
    return onward(f"{QUEUE_PATH}/{taken.number}" if taken else f"{QUEUE_PATH}?info=pusto")


def take_first(console: Console, login: str, team: str = "") -> Ticket | None:
    """Take the ticket that is due first; None when there is none left."""
    free = TicketQuery(status=frozenset({"open"}), assignee=NOBODY, team=team, order="due", limit=MOST_SORTED)
    for ticket, _ in in_order(console, console.counter.store.find_tickets(free)[0]):
        try:
            taken = console.people.take(ticket.number, login)
        except TakenError:
            continue
        console.changed(taken)
        return taken
    return None


def in_order(console: Console, tickets: list[Ticket]) -> list[tuple[Ticket, Standing]]:
    """Tickets with their standings, those due first at the beginning, then the older ones."""
    now, events = console.counter.desk.clock.now(), console.counter.store.events_of([ticket.number for ticket in tickets])
    standings = [(ticket, console.clocks.standing(ticket, events.get(ticket.number) or [_opening(ticket)], now)) for ticket in tickets]
    return sorted(standings, key=lambda item: (item[1].due, item[0].created_at, item[0].number))


def asked(request: web.Request, login: str) -> tuple[dict[str, str], TicketQuery]:
    """The filter in the address as its form shows it, and as the store is asked."""
    kept = {name: request.query.get(name, "").strip()[:80] for name in ("stan", "zespol", "kto", "etykieta", "sprawa", "szukaj", "kolejnosc")}
    kept["stan"] = kept["stan"] if kept["stan"] in (*STATUSES, "wszystkie") else ""
    kept["kolejnosc"] = kept["kolejnosc"] if kept["kolejnosc"] in ORDERS else "due"
    status = frozenset({kept["stan"]}) if kept["stan"] in STATUSES else frozenset() if kept["stan"] == "wszystkie" else frozenset(OPEN)
    who = login if kept["kto"] == MINE else kept["kto"]
    start = number(request, "od")
    return kept, TicketQuery(status, kept["zespol"], who, kept["etykieta"], kept["sprawa"], kept["szukaj"], kept["kolejnosc"], SHOWN, start)  # type: ignore[arg-type]


def people_said(count: int) -> str:
    """How many people are at the desk."""
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    return f"Przy okienku: {count} {'osoba' if count == 1 else 'osoby' if few else 'osób'}"


def row_of(ticket: Ticket, standing: Standing, console: Console) -> dict[str, Any]:
    """A ticket as a row shows it."""
    now = console.counter.desk.clock.now()
    handover = ticket.packet.handover
    return {"number": ticket.number, "path": f"{QUEUE_PATH}/{ticket.number}", "title": packet_summary(ticket.packet)[:140], "status": STATUS_NAMES[ticket.status],
            "team": console.teams.get(ticket.team, ticket.team), "assignee": ticket.assignee or "nikt", "labels": ticket.labels, "look": standing.look,
            "due": standing.text, "opened": said(ticket.created_at, now), "iso": ticket.created_at.isoformat(timespec="seconds"), "reason": REASONS.get(handover.reason, handover.reason)}  # fmt: skip


def _page(console: Console, query: TicketQuery) -> tuple[list[dict[str, Any]], int]:
    if query.order != "due":
        tickets, total = console.counter.store.find_tickets(query)
        standings = dict(in_order_by_number(console, tickets))
        return [row_of(ticket, standings[ticket.number], console) for ticket in tickets], total
    whole = TicketQuery(query.status, query.team, query.assignee, query.label, query.entry, query.words, "due", MOST_SORTED)
    tickets, total = console.counter.store.find_tickets(whole)
    shown = in_order(console, tickets)[query.offset : query.offset + query.limit]
    return [row_of(ticket, standing, console) for ticket, standing in shown], total


def in_order_by_number(console: Console, tickets: list[Ticket]) -> Iterator[tuple[str, Standing]]:
    """Standings by ticket number."""
    for ticket, standing in in_order(console, tickets):
        yield ticket.number, standing


def _opening(ticket: Ticket) -> Event:
    return Event(ticket.created_at, "system", "opened")


def _pages(kept: Mapping[str, str], query: TicketQuery, total: int) -> list[tuple[str, str]]:
    found = [("Poprzednie", _address(kept, od=str(max(0, query.offset - SHOWN))))] if query.offset else []
    return [*found, *([("Następne", _address(kept, od=str(query.offset + SHOWN)))] if query.offset + SHOWN < min(total, MOST_SORTED) else [])]


def _address(kept: Mapping[str, str], **changed: str) -> str:
    query = {name: value for name, value in {**kept, **changed}.items() if value}
    return f"{QUEUE_PATH}?{urlencode(query)}" if query else QUEUE_PATH
