"""Scores on outcomes made by hand, where the right figure can be counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cases.knowledge import Knowledge
from bot.cases.sentences import read_sentences as read_training
from bot.dialogue.understanding import Alternative, Understanding
from bot.measure.compare import compare
from bot.measure.gate import judge
from bot.measure.report import write_report
from bot.measure.scores import Outcome, accuracy, calibration, measure, scope, understood
from bot.measure.sentences import OUTSIDE, Sentence, read_protected, read_sentences, with_slip, without_letters
from bot.text.distance import near
from bot.text.normalise import fold, normalise, words

ROOT = Path(__file__).parents[2]


def outcome(wanted: str, *found: str, kind: str = "case", confidence: float = 0.9, text: str = "x") -> Outcome:
    return Outcome(Sentence(text, wanted, "question"), wanted, found, kind, confidence, 0.001)


MIXED = [
    outcome("a", "a", "b"),
    outcome("a", "b", "c", "a"),
    outcome("b", "a", "b", kind="unclear", confidence=0.3),
    outcome("b", "c", "d", "e", "b", confidence=0.5),
    outcome(OUTSIDE, OUTSIDE, kind=OUTSIDE),
    outcome(OUTSIDE, "a", kind="case"),
    outcome("c", OUTSIDE, "c", kind=OUTSIDE),
]


def test_accuracy_counts_answers_and_the_first_three() -> None:
    ours = [item for item in MIXED if item.wanted != OUTSIDE]
    assert accuracy(ours) == {"total": 5, "first": 1 / 5, "third": 4 / 5, "likeliest": 1 / 5}
    assert accuracy([])["first"] == 0


def test_an_asked_about_matter_is_not_an_answer() -> None:
    asked = outcome("a", "a", "b", kind="unclear")
    assert (asked.first, asked.likeliest, asked.third) == (False, True, True)


def test_scope_counts_refusals_of_both_kinds() -> None:
    assert scope(MIXED) == {"outside": 2, "recall": 0.5, "answered": 0.5, "false_alarms": 1 / 5}


def test_calibration_is_the_gap_between_confidence_and_truth() -> None:
    certain = [outcome("a", "a", confidence=0.95)] * 3 + [outcome("a", "b", confidence=0.95)]
    assert calibration(certain)["error"] == pytest.approx(0.95 - 0.75)
    assert calibration([])["error"] == 0


def test_an_understanding_becomes_an_outcome_with_its_alias_resolved(knowledge: Knowledge) -> None:
    def understand(_: str) -> Understanding:
        return Understanding("x", "case", "poswiadczenie_zycia", 0.8, (Alternative("case", "konto_ezus", 0.1),))

    found = understood([Sentence("x", "poswiadczenie_zycia_za_granica", "question")], understand, knowledge)[0]
    assert found.first
    assert found.found == ("poswiadczenie_zycia", "konto_ezus")


def test_copies_differ_by_letters_or_by_one_slip() -> None:
    said = Sentence("Jak zgłosić pracownicę na pół etatu?", "a", "question")
    assert without_letters(said).text == "Jak zglosic pracownice na pol etatu?"
    slipped = with_slip(said)
    assert slipped.text != said.text
    assert slipped == with_slip(said)
    changed = [(one, other) for one, other in zip(said.text.split(), slipped.text.split(), strict=True) if one != other]
    assert len(changed) == 1
    assert near(fold(changed[0][0]), fold(changed[0][1]), 1) in (0, 1)


def test_two_models_are_compared_sentence_by_sentence() -> None:
    new = [outcome("a", "a", text="jeden"), outcome("b", "c", text="dwa")]
    old = [outcome("a", "b", text="jeden"), outcome("b", "b", text="dwa")]
    found = compare(new, old)
    assert [row["text"] for row in found["won"]] == ["jeden"]
    assert [row["text"] for row in found["lost"]] == ["dwa"]


def test_the_gate_refuses_a_lost_protected_sentence_and_a_drop_over_the_margin() -> None:
    good = [outcome("a", "a")] * 99
    assert judge([outcome("a", "a")], [*good, outcome("a", "b")], [*good, outcome("a", "a")]).passed
    lost = judge([outcome("a", "b", text="ważne zdanie")], good, None)
    assert not lost.passed
    assert "ważne zdanie" in lost.reasons[0]
    worse = judge([], [*good[:90], *[outcome("a", "b")] * 10], good)
    assert not worse.passed
    assert "pierwsze odpowiedzi" in worse.reasons[0]


def test_the_report_is_one_file_with_plots_and_the_confused_sentences(tmp_path: Path, knowledge: Knowledge) -> None:
    write_report(measure(MIXED, knowledge), tmp_path / "r" / "report.html", title="Próba")
    text = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert text.count("<svg") == 2
    assert "a → b" in text


def test_every_entry_has_test_sentences_and_every_test_sentence_an_entry(knowledge: Knowledge) -> None:
    counts: dict[str, int] = {}
    for item in read_sentences(ROOT / "tests" / "utterances"):
        name = knowledge.aliases.get(item.intent, item.intent)
        assert name == OUTSIDE or name in knowledge.entries, item
        if item.language == "pl":
            counts[name] = counts.get(name, 0) + 1
    few = {name: counts.get(name, 0) for name in knowledge.entries if counts.get(name, 0) < 5}
    assert not few


def test_no_test_sentence_is_a_written_training_sentence() -> None:
    def key(text: str) -> str:
        return " ".join(words(fold(normalise(text))))

    taught = {key(text) for _, _, _, text in read_training(ROOT / "nlu_data")}
    tested = [item.text for item in read_sentences(ROOT / "tests" / "utterances") if len(item.text.split()) > 3]
    assert [text for text in tested if key(text) in taught] == []


def test_the_protected_sentences_are_there() -> None:
    assert len(read_protected(ROOT / "tests" / "utterances")) >= 40


def test_messages_of_a_length_are_joined_and_timed() -> None:
    from bot.measure.latency import joined, latency

    assert list(joined(["abc", "de", "f" * 9], 6)) == ["abc de", "ffffff"]
    heard: list[str] = []
    found = latency(["słowo"] * 2000, heard.append)
    assert set(found) == {300, 2000}
    assert {len(text) for text in heard} == {300, 2000}
    assert 0 <= found[300]["p50"] <= found[300]["p99"]
