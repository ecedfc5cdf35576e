"""What closed tickets could teach: editors decide, have it measured, taught and trained; unresolved questions by meaning."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional

from aiohttp import web

from bot.clock import OFFICE_ZONE
from bot.counter.counter import transcript_lines
from bot.dialogue.understanding import OUT_OF_SCOPE
from bot.errors import OkienkoError, UsageError
from bot.learning.groups import MOST, PERIOD, Group, as_csv, group, questions_of
from bot.learning.model import LONGEST, Proposal, State
from bot.learning.proposing import wanted_intent
from bot.learning.service import Learning, is_right
from bot.web.body import number
from bot.web.keys import COUNTER, ENGINE, LEARNING, TRAINING
from bot.web.pages.addresses import path_of
from bot.web.staff.access import by_whom, own_form, require_staff, staff_of
from bot.web.staff.frame import LEARN, staff_page

routes = web.RouteTableDef()
GROUPS = f"{LEARN}/grupy"
CSV = f"{GROUPS}.csv"
TRAIN = f"{LEARN}/trening"
DECIDE = f"{LEARN}/propozycja"
MEASURE = f"{LEARN}/pomiar"
SHOWN = 20
TABS: Mapping[State, str] = {"proposed": "Do decyzji", "accepted": "Zdania testowe", "taught": "Zdania uczące", "rejected": "Odrzucone"}
_STATE_NAMES: dict[str, State] = {"do-decyzji": "proposed", "testowe": "accepted", "uczace": "taught", "odrzucone": "rejected"}
_KINDS = {"sentence": "zdanie sprawy", "new_case": "nowa sprawa – nie mamy takiego wpisu", "outside": "nie nasza"}
_DONE = {"accepted": "Przyjęte jako zdanie testowe.", "rejected": "Odrzucone.", "taught": "Zdanie będzie uczyć od następnego treningu.",
         "training": "Trening ruszył. Potrwa kilka minut; rozmowy toczą się dalej na obecnym modelu."}  # fmt: skip
_UNDERSTOOD = {OUT_OF_SCOPE: "nie nasza"}
_TRAINING = {"idle": "", "running": "Trening trwa.", "served": "Trening zakończony: nowy model dopuszczony.",
             "refused": "Trening zakończony: model nie został dopuszczony, służy poprzedni.",
             "failed": "Trening się nie udał. Służy poprzedni model."}  # fmt: skip


def learning_of(request: web.Request) -> Learning:
    """The use cases. Answers 404 where they are not served."""
    if LEARNING not in request.app:
        raise web.HTTPNotFound
    return request.app[LEARNING]


@routes.get(LEARN)
async def learning_page(request: web.Request) -> web.Response:
    """Proposals in one state, with their tickets."""
    require_staff(request, "knowledge_proposals")
    return await _shown(request, done=_done(request))


@routes.post(DECIDE + "/{id}")
async def decide(request: web.Request) -> web.Response:
    """One decision about one proposal; a fault is told beside what was typed."""
    person = require_staff(request, "knowledge_proposals")
    fields = await own_form(request)
    name = request.match_info["id"]
    try:
        after = await asyncio.to_thread(_decided, learning_of(request), name, person.login, fields)
    except UsageError as error:
        return await _shown(request, fault=str(error), typed={"text": "", "entry": "", **fields, "id": name}, status=error.status)
    staff_of(request).record(by_whom(request, person), f"proposal_{after.state}", after.ticket, intent=wanted_intent(after))
    back = fields.get("stan", "")
    return _see_other(f"{LEARN}?stan={back if back in _STATE_NAMES else 'do-decyzji'}&zrobione={after.state}")


def _decided(learning: Learning, asked: str, who: str, fields: Mapping[str, str]) -> Proposal:
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        raise UsageError("Nie ma takiej propozycji.")
    name, act = int(asked), fields.get("co", "")
    if act == "accept":
        return learning.accept(name, who, text=fields.get("text"), entry=fields.get("entry", "").strip() or None)
    if act == "reject":
        return learning.reject(name, who)
    if act == "teach":
        return learning.teach(name, who)
    raise UsageError("Nie ma takiej czynności.")


@routes.post(MEASURE)
async def measure(request: web.Request) -> web.Response:
    """Measure the accepted sentences with the model that serves now."""
    person = require_staff(request, "knowledge_proposals")
    await own_form(request)
    count = await learning_of(request).measure(request.app[ENGINE].understand)
    staff_of(request).record(by_whom(request, person), "sentences_measured", count=str(count))
    return _see_other(f"{LEARN}?stan=testowe&zmierzone={count}")


@routes.post(TRAIN)
async def train(request: web.Request) -> web.Response:
    """Begin a training beside serving."""
    person = require_staff(request, "knowledge_proposals")
    await own_form(request)
    learning_of(request)
    try:
        await request.app[TRAINING].start(person.login)
    except UsageError as error:
        return await _shown(request, fault=str(error), status=error.status)
    staff_of(request).record(by_whom(request, person), "training_begun")
    return _see_other(f"{LEARN}?stan=uczace&zrobione=training")


@routes.get(TRAIN)
async def training(request: web.Request) -> web.Response:
    """How the training stands, for the page's script."""
    require_staff(request, "knowledge_proposals")
    learning_of(request)
    report = request.app[TRAINING].report
    return web.json_response({"state": report.state, "told": _TRAINING[report.state], "lines": list(report.lines)}, headers={"Cache-Control": "no-store"})


@routes.get(GROUPS)
async def groups_page(request: web.Request) -> web.Response:
    """Unresolved questions by meaning."""
    require_staff(request, "knowledge_proposals")
    found = await _groups(request)
    total = sum(item.count for item in found)
    return staff_page("staff_groups.html", request, "Pytania bez odpowiedzi", GROUPS, groups=found, total=total, days=PERIOD.days, csv=CSV, learn=LEARN)


@routes.get(CSV)
async def groups_csv(request: web.Request) -> web.Response:
    """The same as a table; that it was taken is written down."""
    person = require_staff(request, "knowledge_proposals")
    found = await _groups(request)
    staff_of(request).record(by_whom(request, person), "groups_exported", rows=str(len(found)))
    headers = {"Content-Disposition": 'attachment; filename="pytania-bez-odpowiedzi.csv"'}
    return web.Response(text="\ufeff" + as_csv(found), content_type="text/csv", charset="utf-8", headers=headers)


async def _groups(request: web.Request) -> list[Group]:
    learning = learning_of(request)
    now, store = learning.desk.clock.now(), learning.store
    since = now - PERIOD
    return await asyncio.to_thread(lambda: group(questions_of(store.unresolved(since, MOST), store.missed(since, MOST)), now))


def _see_other(place: str) -> web.Response:
    return web.Response(status=303, headers={"Location": place})


def _done(request: web.Request) -> str:
    measured = number(request, "zmierzone") if "zmierzone" in request.query else None
    return f"Zmierzono zdań: {measured}." if measured is not None else _DONE.get(request.query.get("zrobione", ""), "")


async def _shown(request: web.Request, *, done: str = "", fault: str = "", typed: Mapping[str, str] = {}, status: int = 200) -> web.Response:
    learning = learning_of(request)
    await _look(request, learning)
    asked = typed.get("stan") or request.query.get("stan", "")
    state = _STATE_NAMES.get(asked, "proposed")
    after = number(request, "od")
    counts, found = learning.store.counts(), learning.store.proposals(state, SHOWN + 1, after)
    tabs = [{"name": name, "label": TABS[of], "count": counts.get(of, 0), "chosen": of == state} for name, of in _STATE_NAMES.items()]
    entries = sorted(((entry.id, entry.title) for entry in learning.desk.knowledge.entries.values()), key=lambda item: item[1])
    report = request.app[TRAINING].report
    return staff_page(
        "staff_learning.html", request, "Nauka ze zgłoszeń", LEARN, learn=LEARN, tabs=tabs, state=state, done=done, fault=fault, typed=typed, status=status,
        items=[_item(request, proposal) for proposal in found[:SHOWN]], older=f"{LEARN}?stan={_name(state)}&od={after + SHOWN}" if len(found) > SHOWN else "",
        entries=entries if state == "proposed" else [], outside=OUT_OF_SCOPE, stan=_name(state), groups=GROUPS, measure=MEASURE, train=TRAIN,
        decide=DECIDE, longest=LONGEST,
        report=report, told=_TRAINING[report.state], when=_when,
    )  # fmt: skip


async def _look(request: web.Request, learning: Learning) -> None:
    """Proposals of tickets closed a moment ago; where the engine is not ready they come later."""
    try:
        await learning.look(request.app[ENGINE].understand)
    except OkienkoError:
        request.app.logger.info("tickets wait for the engine")


def _name(state: State) -> str:
    return next(name for name, of in _STATE_NAMES.items() if of == state)


def _when(moment: Optional[datetime]) -> str:
    return moment.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def _item(request: web.Request, proposal: Proposal) -> dict[str, Any]:
    """A proposal with what the consultants saw of its ticket."""
    knowledge = request.app[COUNTER].desk.knowledge
    ticket = request.app[COUNTER].store.ticket(proposal.ticket)
    entry = knowledge.entry(proposal.entry or "")
    measured = proposal.measured
    understood = knowledge.entry(measured.understood_as or "") if measured else None
    said = _UNDERSTOOD.get(measured.understood_as or "", "niejasne") if measured else ""
    return {
        "it": proposal, "kind": _KINDS[proposal.kind], "title": entry.title if entry else "", "page": path_of(entry) if entry else "",
        "handover": ticket.packet.handover if ticket else None, "lines": transcript_lines(ticket.packet.transcript) if ticket else [],
        "considered": [(known.title, item.confidence) for item in ticket.packet.handover.candidates if (known := knowledge.entry(item.id))] if ticket else [],
        "right": is_right(proposal), "understood": understood.title if understood else said,
        "wanted": wanted_intent(proposal),
    }  # fmt: skip
