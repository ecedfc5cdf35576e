"""Shared builders: the real knowledge, a pinned day, a scripted engine, a model trained once in a run."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.cases.knowledge import Knowledge
from bot.cases.loader import load_knowledge
from bot.clock import Clock
from bot.counter.counter import Counter
from bot.dialogue.desk import Desk
from bot.models import Models
from bot.store.memory import MemoryStore

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge(ROOT / "knowledge")


@pytest.fixture
def desk(knowledge: Knowledge) -> Desk:
    numbers = itertools.count(1)
    return Desk(knowledge, Clock(DAY), new_id=lambda: f"c{next(numbers)}")


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk, MemoryStore())


@pytest.fixture(scope="session")
def model(root: Path) -> Path:
    """The model of the present data, trained if there is none."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-m", "bot", "train", "--if-needed"], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = Models(root / "models").serving()
    assert found is not None
    return found
