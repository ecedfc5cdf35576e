"""What turns came to, under the store contract: kept with the turn or not at all, unlinked by erasure; ratings beside conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.counter.ports import CounterStore, NewMessage, Rating, StaleError
from bot.dialogue.outcomes import Outcome
from tests.store.test_contract import NOW, begun, postgres, store

__all__ = ["postgres", "store"]
ASKED = Outcome("answered", "konto_ezus", "question:dla_kogo", 0.75)


def test_an_outcome_is_kept_with_its_turn_or_not_at_all(store: CounterStore) -> None:
    name = begun(store)
    first, late = store.read(name), store.read(name)
    assert first and late
    store.keep_turn(first, first.session, [NewMessage("client", {"text": "a"})], NOW, outcome=ASKED)
    with pytest.raises(StaleError):
        store.keep_turn(late, late.session, [NewMessage("client", {"text": "b"})], NOW, outcome=Outcome("command"))
    assert store.outcomes(name) == [ASKED]


def test_erasure_takes_the_link_and_counts_it(store: CounterStore) -> None:
    name, other = begun(store), begun(store)
    for conversation in (name, other):
        kept = store.read(conversation)
        assert kept
        store.keep_turn(kept, kept.session, [], NOW, outcome=ASKED)
    before = len(store.outcomes(None))
    assert store.erase(name).counts["outcomes"] == 1
    assert store.outcomes(name) == []
    assert store.outcomes(other) == [ASKED]
    assert len(store.outcomes(None)) == before + 1


def test_a_rating_needs_no_conversation(store: CounterStore) -> None:
    later = NOW + timedelta(days=400)
    rating = Rating(later, "czesciowo", "portal", score=2, remark="dłużej", profile="platnik")
    store.add_rating(rating)
    assert store.ratings(later) == [rating]
