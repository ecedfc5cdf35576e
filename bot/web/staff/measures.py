"""Measures: how the service does in a period, as tables with bars and as files for a spreadsheet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Optional
from urllib.parse import urlencode

from aiohttp import web

from bot.cases.model import Case
from bot.dialogue.desk import Desk
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.errors import UsageError
from bot.measure import service
from bot.measure.service import Cell, Rows, Share, Views
from bot.tickets.hours import local_day, read_hours
from bot.web.keys import COUNTER, MEASURES, SETTINGS
from bot.web.staff.access import require_staff
from bot.web.staff.frame import MEASURES as PATH
from bot.web.staff.frame import staff_page

routes = web.RouteTableDef()
USUAL_DAYS = 28
MOST_DAYS = 1100
QUICK = (7, 28, 90, 365)
SHOWN = 31
"""Rows of a table on the page; the file has them all."""
KIND_NAMES = {
    "answered": "odpowiedź: otwarta sprawa, karta formularza, pojęcia albo placówki",
    "step": "krok naprzód w sprawie",
    "clarification": "dopytanie, o co chodzi",
    "correction": "poprawka klienta",
    "out_of_scope": "nie nasza sprawa",
    "not_understood": "nie zrozumiano",
    "command": "polecenie",
    "handoff": "przekazanie ludziom",
    "person": "rozmowa z konsultantem",
    "error": "błąd serwisu albo nieważna wiedza",
    "completed": "koniec sprawy",
    "solved": "klient potwierdził, że działa",
}
REASON_NAMES = {"asked": "klient poprosił o człowieka", "offered": "przyjął propozycję po nieporozumieniach", "needs_person": "sprawa wymaga człowieka",
                "not_solved": "żaden sposób nie pomógł", "outdated": "wiedza straciła ważność", "engine_failed": "zawiódł serwis"}  # fmt: skip
CHANNEL_NAMES = {"widget": "okienko rozmowy", "text": "wersja tekstowa", "portal": "ankieta serwisu", "form": "formularz", "api": "inny program (API)",
                 "talk": "terminal redakcji", "messenger": "Messenger", "whatsapp": "WhatsApp", "telegram": "Telegram", "email": "e-mail"}  # fmt: skip
WAIT_NAMES = {"first_answer": "do pierwszej odpowiedzi człowieka", "solution": "do zamknięcia"}
_ENDINGS = ("Rozmowy", "Bez zgłoszenia i bez nieporozumienia na końcu", "Udział (%)", "z tego: do końca sprawy", "z tego: przerwane po cichu",
            "Ze zgłoszeniem", "Nieporozumienie na końcu")  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One measure as shown and as saved; ``bars``: of each row, between 0 and 1, None where nothing can be drawn."""

    name: str
    title: str
    said: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    bars: list[Optional[float]]
    bar: str
    """What the bars show."""


@dataclass(frozen=True)
class Asked:
    """What a measure is made from."""

    views: Views
    since: date
    until: date
    now: datetime
    desk: Desk
    request: web.Request

    def rows(self, view: str) -> Rows:
        """The view's rows of the period."""
        return self.views.rows(view, self.since, self.until)

    def title(self, entry: str | None) -> str:
        """A matter in words; one that is gone by its id."""
        known = self.desk.knowledge.entry(entry) if entry else None
        return known.title if known else entry or "bez sprawy"


@routes.get(PATH)
async def measures_page(request: web.Request) -> web.Response:
    """Every measure of the period in the address, by default the last four weeks."""
    require_staff(request, "measures")
    fault = ""
    try:
        asked = _asked(request)
    except UsageError as error:
        fault, asked = str(error), _asked(request, usual=True)
    tables = await asyncio.to_thread(lambda: [make(asked) for make in TABLES.values()])
    period = {"od": asked.since.isoformat(), "do": asked.until.isoformat()}
    return staff_page("staff_measures.html", request, "Miary", PATH, tables=tables, period=period, query=urlencode(period), measures=PATH, shown=SHOWN,
                      quick=[(days, _quick(asked, days)) for days in QUICK], fault=fault, status=400 if fault else 200)  # fmt: skip


@routes.get(PATH + "/{name}.csv")
async def measure_csv(request: web.Request) -> web.Response:
    """One measure as a file, with every row."""
    require_staff(request, "measures")
    name = request.match_info["name"]
    if name not in TABLES:
        raise web.HTTPNotFound
    asked = _asked(request)
    table = await asyncio.to_thread(TABLES[name], asked)
    file = f"{name}_{asked.since}_{asked.until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return web.Response(text=service.as_csv(table.head, table.rows), content_type="text/csv", charset="utf-8", headers=headers)


def _asked(request: web.Request, *, usual: bool = False) -> Asked:
    """The period in the address. Raises UsageError."""
    desk = request.app[COUNTER].desk
    now = desk.clock.now()
    until = (None if usual else _day(request, "do")) or local_day(now)
    since = (None if usual else _day(request, "od")) or until - timedelta(days=USUAL_DAYS - 1)
    if since > until:
        raise UsageError("Początek okresu jest po jego końcu. Zamień dni miejscami.")
    if (until - since).days > MOST_DAYS:
        raise UsageError("Okres jest dłuższy niż trzy lata. Skróć go.")
    return Asked(request.app[MEASURES], since, until, now, desk, request)


def _day(request: web.Request, name: str) -> date | None:
    raw = request.query.get(name, "").strip()
    try:
        found = date.fromisoformat(raw) if raw else None
    except ValueError:
        found = date.min
    if found is not None and not 2000 <= found.year <= 2200:
        raise UsageError("Dzień wpisz jako RRRR-MM-DD, na przykład 2026-11-24.")
    return found


def _quick(asked: Asked, days: int) -> str:
    today = local_day(asked.now)
    return f"{PATH}?{urlencode({'od': today - timedelta(days=days - 1), 'do': today})}"


def _percent(share: Share) -> float | None:
    return None if share.value is None else round(100 * share.value, 1)


def _hours(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _containment(asked: Asked, by: str, name: str, title: str, first: str) -> Table:
    found = service.containment(asked.rows("containment"), by)
    rows: list[tuple[Cell, ...]] = [
        (CHANNEL_NAMES.get(item.name, item.name), item.conversations, item.contained.count, _percent(item.contained), item.finished, item.quiet,
         item.with_ticket, item.missed)
        for item in found
    ]  # fmt: skip
    said = "Rozmowa bez zgłoszenia, której ostatnia wiadomość nie była nieporozumieniem. Cicho przerwana też się liczy: nie wiemy, czy klientowi pomogła."
    return Table(name, title, said, (first, *_ENDINGS), rows, [item.contained.value for item in found], "Udział rozmów bez ludzi")


def _by_channel(asked: Asked) -> Table:
    return _containment(asked, "channel", "containment", "Rozmowy zakończone bez ludzi", "Kanał")


def _by_day(asked: Asked) -> Table:
    return _containment(asked, "day", "containment_by_day", "Rozmowy zakończone bez ludzi, dzień po dniu", "Dzień")


def _reasons(asked: Asked) -> Table:
    found = service.parts(asked.rows("handoff_reasons"), ("reason", "entry"), "tickets")
    rows: list[tuple[Cell, ...]] = [
        (REASON_NAMES.get(reason or "", reason), asked.title(entry), part.share.count, _percent(part.share)) for part in found for reason, entry in [part.names]
    ]
    return Table("handoff_reasons", "Dlaczego sprawy trafiają do ludzi", "Każde zgłoszenie liczy się raz, w dniu otwarcia.",
                 ("Powód", "Sprawa", "Zgłoszenia", "Udział (%)"), rows, [part.share.value for part in found], "Udział zgłoszeń")  # fmt: skip


def _kinds(asked: Asked) -> Table:
    found = service.parts(asked.rows("outcomes_by_kind"), ("kind",), "turns")
    rows: list[tuple[Cell, ...]] = [(KIND_NAMES.get(part.names[0] or "", part.names[0]), part.share.count, _percent(part.share)) for part in found]
    return Table("outcomes_by_kind", "Czym kończą się wiadomości klientów", "Każda wiadomość albo naciśnięty przycisk liczy się raz.",
                 ("Wynik", "Wiadomości", "Udział (%)"), rows, [part.share.value for part in found], "Udział wiadomości")  # fmt: skip


def _steps(asked: Asked) -> Table:
    found = service.abandoned(asked.rows("abandoned_steps"), asked.now)
    rows: list[tuple[Cell, ...]] = [
        (asked.title(entry), _step_words(asked, entry, step), part.share.count, _percent(part.share)) for part in found for entry, step in [part.names]
    ]
    return Table("abandoned_steps", "Na czym klienci przerywają", "Ostatnie pytanie albo krok rozmów, które milczą dłużej niż dobę i nie doszły do końca sprawy.",
                 ("Sprawa", "Pytanie albo krok", "Rozmowy", "Udział (%)"), rows, [part.share.value for part in found], "Udział przerwanych rozmów")  # fmt: skip


def _step_words(asked: Asked, entry: str | None, step: str | None) -> str:
    """A question or step in words; one that the editors have taken away by its id."""
    kind, _, name = (step or "").partition(":")
    known = asked.desk.knowledge.entry(entry or "")
    if kind == "question" and known is not None and name in known.questions:
        return f"pytanie: {Presenter(asked.desk, Session()).answered(known, name)[0]}"
    titles = {item.id: item.title for item in known.steps} if isinstance(known, Case) else {}
    return f"krok: {titles.get(name, name)}" if kind == "step" else "pytanie, czy pomogło" if name.startswith("check:") else step or "–"


def _waiting(asked: Asked) -> Table:
    found = service.waits(asked.rows("ticket_waits"), read_hours(asked.request.app[SETTINGS].root / "knowledge" / "desk.yml"))
    rows: list[tuple[Cell, ...]] = [
        (WAIT_NAMES[item.name], item.count, item.open, *map(_hours, (item.median, item.p80, item.median_wall, item.p80_wall))) for item in found
    ]
    most = max([item.p80 or 0 for item in found], default=0)
    return Table("waiting_times", "Ile czekają zgłoszenia", "Zgłoszenia otwarte w tym okresie. Mediana: połowa czekała nie dłużej; 80%: tyle wystarczyło czterem na pięć.",
                 ("Od otwarcia", "Załatwione", "Jeszcze czekają", "Mediana, godziny pracy", "80%, godziny pracy", "Mediana, godziny zegara", "80%, godziny zegara"),
                 rows, [None if item.p80 is None or not most else item.p80 / most for item in found], "80%, godziny pracy")  # fmt: skip


def _ratings(asked: Asked) -> Table:
    found = service.rated(asked.rows("ratings_by_entry"))
    rows: list[tuple[Cell, ...]] = [
        (CHANNEL_NAMES.get(item.channel, item.channel), asked.title(item.entry), item.solved.of, item.solved.count, _percent(item.solved), item.partly,
         item.unsolved, item.scores, _hours(item.ease))
        for item in found
    ]  # fmt: skip
    return Table("ratings", "Oceny klientów", "Tylko ci, którzy odpowiedzieli na ankietę. Łatwość: średnia od 1 (bardzo trudno) do 5 (bardzo łatwo).",
                 ("Kanał", "Sprawa", "Oceny", "Załatwione: tak", "Udział (%)", "Częściowo", "Nie", "Ocen łatwości", "Łatwość"), rows,
                 [item.solved.value for item in found], "Udział „tak”")  # fmt: skip


def _promises(asked: Asked) -> Table:
    found = service.promises(asked.rows("promises"), asked.now)
    rows: list[tuple[Cell, ...]] = [("zgłoszenia z obiecanym dniem", found.kept, found.broken, found.running, _percent(found.share))]
    return Table("promises", "Dotrzymane obietnice", "Odpowiedź najpóźniej w obiecanym dniu. Udział liczymy z tych, których dzień minął albo które mają już odpowiedź.",
                 ("Które", "Dotrzymane", "Niedotrzymane", "W toku", "Udział (%)"), rows, [found.share.value], "Udział dotrzymanych")  # fmt: skip


TABLES: dict[str, Callable[[Asked], Table]] = {
    "containment": _by_channel,
    "containment_by_day": _by_day,
    "handoff_reasons": _reasons,
    "outcomes_by_kind": _kinds,
    "abandoned_steps": _steps,
    "waiting_times": _waiting,
    "ratings": _ratings,
    "promises": _promises,
}
"""Every measure by its name in the address, in the order of the page."""
