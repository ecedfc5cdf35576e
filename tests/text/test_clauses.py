"""Messages with several matters fall into their clauses; stories with one do not fall apart more than they must."""

from __future__ import annotations

import pytest

from bot.text.clauses import MOST, clauses


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("chcę zgłosić pracownika oraz założyć konto w eZUS", ["chcę zgłosić pracownika", "założyć konto w eZUS"]),
        ("Zatrudniłam studentkę na zlecenie. Jak ją zgłosić? I jeszcze jak odzyskać hasło do eZUS?",
         ["Zatrudniłam studentkę na zlecenie. Jak ją zgłosić?", "I jeszcze jak odzyskać hasło do eZUS?"]),
        ("jak zgłosić zleceniobiorcę a poza tym ile mam czasu na zwolnienie lekarskie", ["jak zgłosić zleceniobiorcę", "ile mam czasu na zwolnienie lekarskie"]),
        ("Kiedy dostanę emeryturę?\nIle wynosi zasiłek pogrzebowy?", ["Kiedy dostanę emeryturę?", "Ile wynosi zasiłek pogrzebowy?"]),
    ],
)  # fmt: skip
def test_several_requests_are_taken_apart(said: str, parts: list[str]) -> None:
    assert clauses(said) == parts


@pytest.mark.parametrize("said", ["jak zgłosić pracownika", "Mąż zmarł w piątek. Co teraz?", "", "ok", "a także", "x" * 5000])
def test_one_request_stays_whole(said: str) -> None:
    assert clauses(said) == []


def test_a_long_list_is_not_taken_apart() -> None:
    assert clauses(" ".join(f"Jak zrobić sprawę numer {number}?" for number in range(MOST + 1))) == []
