"""What each part of understanding is worth: the same measurement with one part left out at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.cases.finder import Finder
from bot.cases.knowledge import Knowledge
from bot.dialogue.understanding import Heard, decide
from bot.measure.hearing import Hearing, training_pairs
from bot.measure.scores import accuracy, milliseconds, scope, understood
from bot.measure.sentences import OUTSIDE, Sentence
from bot.nlu.matcher import Shape


@dataclass(frozen=True)
class Variant:
    """A pipeline with something left out or added."""

    name: str
    shape: Shape = field(default_factory=Shape)
    spelling: bool = True
    own_outside: bool = True


def variants() -> list[Variant]:
    """What is measured."""
    whole = Shape()
    return [
        Variant("całość", whole),
        Variant("bez pisowni", whole, spelling=False),
        Variant("bez słów", replace(whole, word_weight=0.0)),
        Variant("bez lematów", replace(whole, lemma_weight=0.0)),
        Variant("bez n-gramów liter", replace(whole, char_weight=0.0)),
        Variant("bez własnej oceny „nie nasze”", whole, own_outside=False),
        Variant("z wektorem USE", replace(whole, encoder="use")),
    ]


def ablate(knowledge: Knowledge, finder: Finder, nlu_data: Path, sentences: Sequence[Sentence], learned: Path | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Train and measure each variant; the name and its figures."""
    pairs = training_pairs(knowledge, nlu_data, learned)
    for variant in variants():
        hearing = Hearing.learn(pairs, variant.shape, spelling=variant.spelling)

        def heard(text: str, hearing: Hearing = hearing, variant: Variant = variant) -> Heard:
            found = hearing.hear(text)
            return found if variant.own_outside else Heard(found.text, found.ranking, found.corrections)

        outcomes = understood(sentences, lambda text: decide(heard(text), knowledge, finder), knowledge)
        ours = [item for item in outcomes if item.wanted != OUTSIDE]
        yield variant.name, {**accuracy(ours), **scope(outcomes), **milliseconds(outcomes)}
