"""``okienko learn``, and what training and evaluation take from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.cli import main
from bot.commands.learning import keep_measured
from bot.commands.train import data_hash
from bot.dialogue.desk import Desk
from bot.learning.files import TRAINING
from bot.learning.service import Learning
from bot.measure.hearing import training_pairs
from bot.measure.scores import Outcome
from bot.measure.sentences import Sentence, read_learned, read_test_file
from bot.settings import Settings
from bot.staff.audit import Query
from bot.store.staff import StaffSql
from tests.conftest import ROOT
from tests.learning.conftest import QUESTION, ZLECENIE, clock, closed, counter, database, desk, learning, migrated, root

__all__ = ["clock", "closed", "counter", "database", "desk", "learning", "migrated", "root"]


@pytest.fixture
def settings(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a project with the real knowledge and few sentences, without a model, on the database of the tickets."""
    (root / "knowledge").symlink_to(ROOT / "knowledge")
    for name, value in (("ROOT", root), ("DATABASE_URL", f"sqlite:///{tmp_path / 'o.db'}"), ("MODEL", tmp_path / "none.tar.gz")):
        monkeypatch.setenv(f"OKIENKO_{name}", str(value))
    return Settings.from_env()


def test_the_whole_way_by_command(
    settings: Settings, desk: Desk, learning: Learning, database: Engine, closed: Callable[..., str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    number = closed()
    assert main(["learn"]) == 0
    listed = capsys.readouterr().out
    assert number in listed and QUESTION in listed and ZLECENIE in listed
    (proposal,) = learning.store.proposals("proposed")
    name = str(proposal.id)
    assert main(["learn", "--teach", name]) == 1
    assert main(["learn", "--accept", name, "--text", "wzięłam kogoś do ulotek"]) == 0
    assert main(["learn", "--teach", name]) == 1
    assert "zmierz" in capsys.readouterr().err
    sentence = read_learned(settings.learned_folder)[0]
    keep_measured(settings, desk, [Outcome(sentence, ZLECENIE, (ZLECENIE,), "case", 0.5, 0.001)])
    before = data_hash(ROOT, settings.learned_folder / TRAINING)
    assert main(["learn", "--teach", name]) == 0
    assert data_hash(ROOT, settings.learned_folder / TRAINING) != before
    pairs = training_pairs(desk.knowledge, settings.root / "nlu_data", settings.learned_folder / TRAINING)
    assert (ZLECENIE, "wzięłam kogoś do ulotek") in pairs
    acts = [(row.entry.actor, row.entry.action, row.entry.object) for row in StaffSql(database).rows(Query(), 9)]
    assert acts == [("@cli", "proposal_taught", number), ("@cli", "proposal_accepted", number)]
    assert main(["learn", "--export", str(tmp_path / "out")]) == 0
    assert "wzięłam kogoś do ulotek" in (tmp_path / "out" / TRAINING).read_text(encoding="utf-8")
    assert main(["learn", "--reject", "999"]) == 1


def test_an_unclear_sentence_counts_as_measured_but_not_as_understood(settings: Settings, desk: Desk, learning: Learning, closed: Callable[..., str]) -> None:
    closed()
    assert main(["learn"]) == 0
    (proposal,) = learning.store.proposals("proposed")
    learning.accept(proposal.id, "rena")
    keep_measured(settings, desk, [Outcome(Sentence(QUESTION, ZLECENIE, "x"), ZLECENIE, (ZLECENIE, "konto_ezus"), "unclear", 0.2, 0.001)])
    measured = learning.proposal(proposal.id).measured
    assert measured and (measured.understood_as, measured.confidence) == (None, 0.2)


def test_where_nothing_was_accepted_no_database_is_opened(settings: Settings, desk: Desk, tmp_path: Path) -> None:
    keep_measured(replace(settings, database_url=f"sqlite:///{tmp_path / 'new.db'}"), desk, [])
    assert not (tmp_path / "new.db").exists()


def test_the_folder_is_that_of_the_settings(tmp_path: Path) -> None:
    assert Settings(root=tmp_path).learned_folder == tmp_path / "var" / "learned"
    assert Settings(root=tmp_path, learned=Path("/srv/zdania")).learned_folder == Path("/srv/zdania")
    assert list(read_test_file(ROOT / "tests" / "utterances" / "protected.yml"))
