"""Two models on the same sentences: who is better where, and which sentences changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.measure.scores import Outcome, accuracy, as_row, scope


def compare(mine: Sequence[Outcome], other: Sequence[Outcome]) -> dict[str, Any]:
    """Accuracy of both, and the sentences won and lost by ``mine``."""
    pairs = list(zip(mine, other, strict=True))
    return {
        "mine": {**accuracy([item for item in mine if item.wanted != "out_of_scope"]), **scope(mine)},
        "other": {**accuracy([item for item in other if item.wanted != "out_of_scope"]), **scope(other)},
        "won": [{**as_row(new), "before": list(old.found[:1])} for new, old in pairs if new.first and not old.first],
        "lost": [{**as_row(new), "before": list(old.found[:1])} for new, old in pairs if old.first and not new.first],
    }
