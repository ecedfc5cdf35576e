"""Every route of every entry, written down once in ``tests/routes``; a change of content has to be a change there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.cases.graph import mermaid
from bot.cases.knowledge import Knowledge
from bot.cases.loader import load_knowledge
from bot.cases.routes import routes

ROOT = Path(__file__).parents[2]
ENTRIES = sorted(load_knowledge(ROOT / "knowledge").entries)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_routes_are_those_written_down(knowledge: Knowledge, name: str) -> None:
    path = ROOT / "tests" / "routes" / f"{name}.yml"
    assert path.exists(), f"zapisz drogi: python tests/write_routes.py {name}"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [{"answers": route.answers, "steps": list(route.steps), "end": route.end} for route in routes(knowledge.entries[name])]
    assert found == written, f"drogi się zmieniły; przejrzyj je i zapisz: python tests/write_routes.py {name}"


def test_no_routes_are_written_for_an_entry_that_is_gone() -> None:
    assert {path.stem for path in (ROOT / "tests" / "routes").glob("*.yml")} == set(ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_can_be_drawn(knowledge: Knowledge, name: str) -> None:
    entry = knowledge.entries[name]
    drawn = mermaid(entry)
    questions = {question for route in routes(entry) for question in route.answers if question in entry.questions}
    assert all(f"q_{question}" in drawn for question in questions)
    assert len(drawn.splitlines()) < 800
