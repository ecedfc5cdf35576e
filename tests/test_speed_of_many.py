"""The cost of a turn with ten times the knowledge: understanding, deciding, walking and keeping, beside the same with what there is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.dialogue.turn import Said
from bot.dialogue.understanding import Heard, Ranked
from bot.nlu.importer import KnowledgeImporter
from bot.nlu.matcher import Matcher
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore

ROOT = Path(__file__).parents[1]
TIMES, EACH, ALLOWED, ROUNDS, TRIES = 10, 6, 1.5, 12, 3
TALK = ("zatrudniam od środy dziewczynę na zlecenie, co mam zrobić?", "nie, skończyła studia", "co to jest ZUS RCA", "gdzie jest placówka w Krakowie", "zmarła mama, ja płaciłem za pogrzeb", "dalej", "jak założyć konto przez internet", "przerwij")


def many(desk: Desk, times: int) -> Desk:
    """The same desk with every entry so many times, each with an id and a title of its own."""
    entries = dict(desk.knowledge.entries)
    for name, entry in desk.knowledge.entries.items():
        for number in range(1, times):
            entries[f"{name}_{number}"] = msgspec.structs.replace(entry, id=f"{name}_{number}", title=f"{entry.title} odmiana{number}", aliases=())
    return Desk(replace(desk.knowledge, entries=entries), desk.clock)


def sentences(names: set[str], times: int) -> Iterator[tuple[str, str]]:
    """A few sentences of each matter, and the same with a word of its own for each copy."""
    importer = KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "nlu_data")])
    seen: dict[str, int] = {}
    for example in importer.get_nlu_data().intent_examples:
        text, intent = example.get("text"), example.get("intent")
        seen[intent] = seen.get(intent, 0) + 1
        if seen[intent] > EACH or not text:
            continue
        yield text, intent
        for number in range(1, times if intent in names else 1):
            yield f"{text} odmiana{number}", f"{intent}_{number}"


def turn_cost(desk: Desk, matcher: Matcher, url: str) -> float:
    """Processor seconds of a turn, the mean over the rounds but the first."""
    upgrade(url)
    counter = Counter(desk, SqlStore(connect(url)))
    spent = []
    for number in range(ROUNDS):
        conversation = counter.open()
        for text in TALK:
            started = time.process_time()
            found = matcher.ranking(text)
            counter.take(conversation.id, Said(Heard(text, tuple(Ranked(*item) for item in found.items), outside=found.outside)))
            if number:
                spent.append(time.process_time() - started)
    return statistics.mean(spent)


@pytest.mark.training
def test_ten_times_the_matters_cost_at_most_half_more(desk: Desk, tmp_path: Path) -> None:
    sides = []
    for times in (1, TIMES):
        bigger = many(desk, times)
        texts, intents = zip(*sentences(set(desk.knowledge.entries), times), strict=True)
        sides.append((bigger, Matcher().fit(texts, intents)))
    assert len(sides[1][0].knowledge.entries) >= 3000
    ratios = []
    for attempt in range(TRIES):
        few, lots = (turn_cost(bigger, matcher, f"sqlite:///{tmp_path / f'{attempt}-{number}.db'}") for number, (bigger, matcher) in enumerate(sides))
        ratios.append(lots / few)
        if ratios[-1] <= ALLOWED:
            return
    raise AssertionError(f"a turn costs more with more matters: {ratios}")
