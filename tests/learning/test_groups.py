"""Unresolved questions grouped by meaning, on questions made by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from bot.learning.groups import Question, as_csv, group, questions_of
from bot.learning.service import Learning

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


def asked(text: str, days: float = 1) -> Question:
    return Question(text, NOW - timedelta(days=days))


BIKES = [asked("dofinansowanie do roweru elektrycznego", 1), asked("czy dostanę dofinansowanie na rower", 2),
         asked("rowery elektryczne – jakie dofinansowanie?", 9)]  # fmt: skip
DOGS = [asked("podatek za psa", 3), asked("ile wynosi podatek od psów", 10), asked("opłata i podatek za psa w gminie", 11), asked("podatek od psa emeryta", 12)]


def test_questions_about_one_thing_are_one_group_with_its_name_count_and_trend() -> None:
    dogs, bikes = group([*BIKES, *DOGS], NOW)
    assert (dogs.count, dogs.lately, dogs.before, dogs.trend) == (4, 1, 3, -2)
    assert (bikes.count, bikes.lately, bikes.before, bikes.trend) == (3, 2, 1, 1)
    assert "podatek" in dogs.name and "psa" in dogs.name
    assert "dofinansowanie" in bikes.name
    assert bikes.examples[0] == BIKES[0]


def test_a_question_like_no_other_stands_alone_and_repeats_are_one_example() -> None:
    found = group([asked("zegar na wieży kościelnej"), *[asked("podatek za psa", day) for day in (1, 2, 3)]], NOW)
    assert [(item.count, len(item.examples)) for item in found] == [(3, 1), (1, 1)]


def test_none_and_one_are_grouped_too() -> None:
    assert group([], NOW) == []
    assert [item.count for item in group([asked("podatek za psa")], NOW)] == [1]


def test_the_table_opens_in_a_spreadsheet_without_computing_anything() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(group([asked("=HYPERLINK podatek, za psa")], NOW)))))
    assert len(rows) == 2
    assert rows[1][1:5] == ["1", "1", "0", "1"]
    assert rows[1][5].startswith("'=")


def test_settled_and_foreign_tickets_are_no_unresolved_questions(learning: Learning, closed: Callable[..., str], counter: object) -> None:
    closed("dofinansowanie do roweru", "new")
    closed("zgłoszenie zleceniobiorcy studenta")
    closed("mandat za brak biletu", "outside")
    counter.tickets.open("jeszcze nikt nie odpowiedział na pytanie")  # type: ignore[attr-defined]
    found = questions_of(learning.store.unresolved(NOW - timedelta(days=30), 100))
    assert {item.text for item in found} == {"dofinansowanie do roweru", "jeszcze nikt nie odpowiedział na pytanie"}
