"""``okienko learn``: what closed tickets could teach, reviewed from the command line."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from bot.commands import DONE, NOT_RIGHT
from bot.commands.common import Ears, command
from bot.commands.learning import build_learning
from bot.commands.users import COMMAND
from bot.errors import ConfigurationError, OkienkoError
from bot.settings import Settings
from bot.staff.model import By

if TYPE_CHECKING:
    from bot.dialogue.understanding import Heard
    from bot.learning.model import Proposal
    from bot.learning.service import Hear, Learning
    from bot.staff.service import Staff

STATES = {"proposed": "do decyzji", "accepted": "testowe", "taught": "uczące"}


def add(parsers: Any) -> None:
    """Declare the command."""
    example = "okienko learn --accept 12 --entry konto_ezus\n          okienko learn --export /tmp/zdania"
    parser = command(parsers, "learn", "Pokaż, czego uczą zamknięte zgłoszenia, i rozstrzygnij o tym.", example)
    parser.add_argument("--accept", type=int, nargs="+", metavar="N", default=[], help="przyjmij jako zdania testowe")
    parser.add_argument("--teach", type=int, nargs="+", metavar="N", default=[], help="weź zmierzone zdania testowe do uczenia")
    parser.add_argument("--reject", type=int, nargs="+", metavar="N", default=[], help="odrzuć")
    parser.add_argument("--entry", help="z --accept: sprawa, o którą chodzi, jeśli inna niż w propozycji; „out_of_scope” – nie nasza")
    parser.add_argument("--text", help="z --accept: zdanie, jeśli ma być inne niż w propozycji")
    parser.add_argument("--export", metavar="KATALOG", help="zapisz zdania testowe i uczące do plików, żeby wziąć je do repozytorium")
    parser.add_argument("--all", action="store_true", help="pokaż też przyjęte i te, które już uczą")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Look at closed tickets, do what is asked, list what is left."""
    from bot.compose import build_desk

    learning = build_learning(settings, build_desk(settings))
    asyncio.run(_look(learning, settings))
    who = COMMAND
    asked: list[tuple[int, Callable[[int], Proposal]]] = [
        *((name, lambda name: learning.accept(name, who, text=arguments.text, entry=arguments.entry)) for name in arguments.accept),
        *((name, lambda name: learning.teach(name, who)) for name in arguments.teach),
        *((name, lambda name: learning.reject(name, who)) for name in arguments.reject),
    ]
    faults = [fault for name, act in asked if (fault := _done(name, act, settings))]
    if arguments.export:
        learning.write(Path(arguments.export))
        print(f"Zapisano: {arguments.export}. tests.yml weź do tests/utterances/, training.yml do nlu_data/.")
    elif not asked:
        _list(learning, everything=arguments.all)
    return NOT_RIGHT if faults else DONE


def _done(name: int, act: Callable[[int], Proposal], settings: Settings) -> str:
    from bot.learning.proposing import wanted_intent

    try:
        found = act(name)
    except OkienkoError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return str(error)
    _staff(settings).record(By(COMMAND), f"proposal_{found.state}", found.ticket, intent=wanted_intent(found))
    print(f"{name}: {STATES.get(found.state, 'odrzucone')}")
    return ""


def _staff(settings: Settings) -> Staff:
    """For the audit log."""
    from bot.clock import Clock
    from bot.staff.service import Staff
    from bot.store.engine import connect
    from bot.store.staff import StaffSql

    return Staff(StaffSql(connect(settings.database)), Clock().now)


async def _look(learning: Learning, settings: Settings) -> None:
    """With the serving model, where there is one, so that what it understands well is not proposed."""
    if learning.store.unlooked(1):
        hear = await asyncio.to_thread(_ears, settings)
        while learning.store.unlooked(1):
            await learning.look(hear)


def _ears(settings: Settings) -> Optional[Hear]:
    try:
        ears = Ears(settings)
    except ConfigurationError:
        return None

    async def hear(text: str) -> Heard:
        return await asyncio.to_thread(ears.hear, text)

    return hear


def _list(learning: Learning, *, everything: bool) -> None:
    for state in STATES if everything else ("proposed",):
        for item in learning.store.proposals(state):  # type: ignore[arg-type]
            print(_line(item))
    counts = learning.store.counts()
    print(", ".join(f"{label}: {counts.get(state, 0)}" for state, label in STATES.items()) + ".")


def _line(item: Proposal) -> str:
    meaning = {"sentence": item.entry or "–", "new_case": "(nowa sprawa)", "outside": "(nie nasza)"}[item.kind]
    measured = f"  [zmierzone: {item.measured.understood_as or 'niejasne'} {item.measured.confidence:.0%}]" if item.measured else ""
    return f"{item.id:5}  {item.ticket}  {STATES[item.state]:10}  {meaning:40}  {item.text}{measured}"
