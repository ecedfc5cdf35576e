"""The audit log: who did what, with a filter, as a table for a spreadsheet, and whether anybody changed it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.clock import OFFICE_ZONE
from bot.errors import UsageError
from bot.staff.audit import NOBODY, Query, Row, as_csv, verify
from bot.web.body import number
from bot.web.staff.access import by_whom, require_staff, staff_of
from bot.web.staff.frame import JOURNAL, staff_page

routes = web.RouteTableDef()
CSV = f"{JOURNAL}.csv"
SHOWN = 100
MOST_IN_CSV = 50_000
ACTIONS = {
    "sign_in": "wejście",
    "first_factor": "dobre hasło, czeka drugi składnik",
    "sign_in_refused": "odmowa wejścia",
    "sign_in_locked": "próba wejścia na zamknięte konto",
    "second_refused": "zły drugi składnik",
    "recovery_used": "użyto kodu zapasowego",
    "recovery_renewed": "nowe kody zapasowe",
    "sign_out": "wyjście",
    "password_changed": "zmiana własnego hasła",
    "password_reset": "nowe hasło od administratora",
    "totp_on": "włączenie drugiego składnika",
    "totp_off": "wyłączenie drugiego składnika",
    "totp_reset": "wyłączenie drugiego składnika przez administratora",
    "account_added": "nowe konto",
    "role_changed": "zmiana roli",
    "disabled": "odebranie dostępu",
    "enabled": "przywrócenie dostępu",
    "identity_changed": "zmiana danych osoby",
    "identity_bound": "powiązanie z dostawcą tożsamości",
    "audit_exported": "pobranie dziennika",
    "proposal_accepted": "przyjęcie zdania ze zgłoszenia",
    "proposal_rejected": "odrzucenie zdania ze zgłoszenia",
    "proposal_taught": "zdanie ze zgłoszenia do uczenia",
    "sentences_measured": "pomiar zdań ze zgłoszeń",
    "training_begun": "początek treningu",
    "hold_placed": "zabezpieczenie danych",
    "hold_released": "koniec zabezpieczenia danych",
    "data_exported": "kopia danych osoby",
    "groups_exported": "pobranie pytań bez odpowiedzi",
}
"""What was done, in words; an act that is not here is shown by its name."""
_DETAILS = {"way": "sposób", "role": "rola", "before": "przedtem", "after": "teraz", "left": "zostało", "rows": "wpisów", "reason": "powód"}


@routes.get(JOURNAL)
async def journal_page(request: web.Request) -> web.Response:
    """The newest acts that fit the filter; older ones by a link."""
    require_staff(request, "audit")
    log, fault = staff_of(request).log, ""
    try:
        query = _query(request)
    except UsageError as error:
        query, fault = Query(), str(error)
    rows = log.rows(query, SHOWN + 1)
    verdict = verify(log.every_row()) if request.query.get("sprawdz") == "1" else None
    kept = {name: request.query.get(name, "") for name in ("osoba", "czynnosc", "od", "do")}
    older = f"{JOURNAL}?{urlencode({**kept, 'przed': rows[SHOWN - 1].seq})}" if len(rows) > SHOWN else ""
    return staff_page("staff_audit.html", request, "Dziennik", JOURNAL, rows=[_line(row) for row in rows[:SHOWN]], kept=kept, older=older, journal=JOURNAL,
                      actions=ACTIONS, csv=f"{CSV}?{urlencode(kept)}", verdict=verdict, fault=fault, status=400 if fault else 200)  # fmt: skip


@routes.get(CSV)
async def journal_csv(request: web.Request) -> web.Response:
    """The same as a table, oldest first; that it was taken is written down too."""
    person = require_staff(request, "audit")
    staff = staff_of(request)
    rows = staff.log.rows(_query(request), MOST_IN_CSV)
    staff.record(by_whom(request, person), "audit_exported", rows=str(len(rows)))
    headers = {"Content-Disposition": 'attachment; filename="dziennik.csv"'}
    return web.Response(text="\ufeff" + as_csv(reversed(rows)), content_type="text/csv", charset="utf-8", headers=headers)


def _query(request: web.Request) -> Query:
    """The filter in the address; days are of the office, both included. Raises UsageError."""
    since, until = _day(request, "od"), _day(request, "do")
    actor, action = (request.query.get(name, "").strip()[:60] for name in ("osoba", "czynnosc"))
    if not (actor + action).isprintable():
        raise UsageError("Login ma mieć tylko zwykłe znaki.")
    return Query(actor.lower(), action, _start_of(since), _start_of(until, later=1), number(request, "przed") or None)


def _day(request: web.Request, name: str) -> date | None:
    raw = request.query.get(name, "").strip()
    try:
        found = date.fromisoformat(raw) if raw else None
    except ValueError:
        found = date.min
    if found is not None and not 2000 <= found.year <= 2200:
        raise UsageError("Dzień wpisz jako RRRR-MM-DD, na przykład 2026-11-24.")
    return found


def _start_of(day: date | None, later: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=later), time(), OFFICE_ZONE) if day else None


def _line(row: Row) -> dict[str, Any]:
    entry = row.entry
    detail = ", ".join(f"{_DETAILS.get(name, name)}: {value}" for name, value in entry.detail.items())
    local = entry.at.astimezone(OFFICE_ZONE)
    return {"seq": row.seq, "at": local.strftime("%Y-%m-%d %H:%M:%S"), "iso": local.isoformat(timespec="seconds"), "detail": detail,
            "actor": "nieznany login" if entry.actor == NOBODY else entry.actor, "action": ACTIONS.get(entry.action, entry.action),
            "object": entry.object if entry.object != entry.actor else "", "address": entry.address}  # fmt: skip
