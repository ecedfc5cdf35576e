"""Conditions in three values."""

from __future__ import annotations

import pytest

from bot.cases.conditions import ConditionError, holds, mentioned, parse_condition


@pytest.mark.parametrize(
    ("raw", "answers", "expected"),
    [
        (None, {}, True),
        ({"student": "nie"}, {}, None),
        ({"student": "nie"}, {"student": "nie"}, True),
        ({"student": ["tak", "nie"]}, {"student": "moze"}, False),
        ({"a": "tak", "b": "tak"}, {"a": "nie"}, False),
        ({"a": "tak", "b": "tak"}, {"a": "tak"}, None),
        ({"any": [{"a": "tak"}, {"b": "tak"}]}, {"b": "tak"}, True),
        ({"any": [{"a": "tak"}, {"b": "tak"}]}, {"b": "nie"}, None),
        ({"not": {"a": "tak"}}, {"a": "tak"}, False),
        ({"not": {"a": "tak"}}, {}, None),
        ({"zgon": {"before": "2026-01-01"}}, {"zgon": "2025-12-31"}, True),
        ({"zgon": {"from": "2026-01-01"}}, {"zgon": "2025-12-31"}, False),
        ({"osoby": {"over": 5}}, {"osoby": "5"}, False),
        ({"osoby": {"over": 2, "up_to": 5}}, {"osoby": "5"}, True),
    ],
)
def test_a_condition_holds_fails_or_is_not_decided(raw: object, answers: dict[str, str], expected: bool | None) -> None:
    assert holds(parse_condition(raw), answers) is expected


@pytest.mark.parametrize("raw", ["student", {"any": [{"a": "tak"}]}, {"a": {"above": 3}}, {"a": {"before": "jutro"}}, {"a": []}, {"a": True}])
def test_a_badly_written_condition_is_told(raw: object) -> None:
    with pytest.raises(ConditionError):
        parse_condition(raw)


def test_the_questions_a_condition_depends_on_are_known() -> None:
    assert mentioned(parse_condition({"a": "tak", "not": {"any": [{"b": "x"}, {"c": {"over": 1}}]}})) == {"a", "b", "c"}
