"""The cost of a turn stays flat as a conversation grows: a ratio of processor times of one run, tried again on a machine that is busy."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest

from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.dialogue.turn import Said
from bot.dialogue.understanding import Heard, Ranked
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore

ROUND = (("umowa", "zgloszenie_zleceniobiorcy"), ("nie", ""), ("co to jest ZUS RCA", ""), ("wstecz", ""), ("pogrzeb", "zasilek_pogrzebowy"), ("dalej", ""), ("przerwij", ""), ("konto", "konto_ezus"), ("tak", ""), ("przerwij", ""))
TURNS, WINDOW, ALLOWED, TRIES = 1000, 30, 1.2, 3


def costs(counter: Counter) -> list[float]:
    """Processor seconds of each of a thousand turns of one conversation, everything kept on a SQLite file."""
    conversation, spent = counter.open(), []
    for number in range(TURNS + WINDOW):
        text, entry = ROUND[number % len(ROUND)]
        started = time.process_time()
        counter.take(conversation.id, Said(Heard(text, (Ranked(entry, 0.95),) if entry else ())), client_id=str(number))
        spent.append(time.process_time() - started)
    return spent


@pytest.mark.slow
def test_turn_one_thousand_costs_what_turn_ten_does(desk: Desk, tmp_path: Path) -> None:
    ratios = []
    for attempt in range(TRIES):
        url = f"sqlite:///{tmp_path / f'{attempt}.db'}"
        upgrade(url)
        spent = costs(Counter(desk, SqlStore(connect(url))))
        early, late = (statistics.median(spent[start : start + WINDOW]) for start in (10, TURNS))
        ratios.append(late / early)
        if ratios[-1] <= ALLOWED:
            return
    raise AssertionError(f"a turn grows dearer: {ratios}")
