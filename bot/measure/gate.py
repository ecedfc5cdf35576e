"""The gate before a model serves: no protected sentence lost, and not worse than the one before by more than a margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.measure.scores import Outcome, accuracy, scope

MARGIN = 0.01
"""How much of first answers a new model may lose against the one before; less is the noise of wording."""
SCOPE_MARGIN = 0.05
"""The same for what is not ours, of which there are fewer sentences."""


@dataclass(frozen=True)
class Verdict:
    """Whether a model may serve, and why not."""

    passed: bool
    reasons: tuple[str, ...] = ()


def judge(protected: Sequence[Outcome], mine: Sequence[Outcome], before: Sequence[Outcome] | None) -> Verdict:
    """Judge a trained model by its outcomes; ``before`` are those of the serving one on the same sentences, if any."""
    reasons = [f"zgubione zdanie chronione: „{item.sentence.text}” → {item.found[0] if item.found else item.kind}, a ma być {item.wanted}" for item in protected if not item.first]
    if before:
        reasons += _worse("trafne pierwsze odpowiedzi", _first(mine), _first(before), MARGIN)
        reasons += _worse("rozpoznane sprawy nie nasze", scope(mine)["recall"], scope(before)["recall"], SCOPE_MARGIN)
    return Verdict(not reasons, tuple(reasons))


def _first(outcomes: Sequence[Outcome]) -> float:
    return accuracy([item for item in outcomes if item.wanted != "out_of_scope"])["first"]


def _worse(what: str, mine: float, before: float, margin: float) -> list[str]:
    return [f"{what}: {mine:.1%}, a poprzedni model miał {before:.1%} (dopuszczalny spadek {margin:.0%})"] if mine < before - margin else []
