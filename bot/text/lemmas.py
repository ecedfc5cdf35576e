"""Lemmas of Polish words from Morfeusz 2, folded to ASCII, so that inflection and missing Polish letters fall away."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.text.normalise import fold, normalise, words

CACHE = 100_000
LONGEST = 64
"""Letters of a word that Morfeusz is asked about. It reads a word letter by letter and each digit or sign deeper on the stack: some ten thousand of them end the process."""
STOP = frozenset(
    ["a", "aby", "ale", "albo", "bo", "by", "byc", "ci", "ciebie", "co", "czy", "dla", "do", "go", "i", "ich", "ja", "jak", "jaki", "jako", "je", "jednak", "jego", "jej", "jest", "jestem", "juz", "kto", "ktory", "ku", "lub", "ma", "mam", "mi", "mnie", "moj", "moja", "moje", "mu", "my", "na", "nam", "nas", "nasz", "nie", "nim", "no", "o", "od", "on", "ona", "one", "oni", "oraz", "po", "pod", "przez", "przy", "sa", "sie", "miec", "sobie", "swoj", "ta", "tak", "tam", "te", "tego", "tej", "tez", "to", "tu", "ty", "tym", "u", "w", "we", "wy", "z", "za", "ze", "zeby", "prosic", "dzien", "dobry", "witac", "pani", "pan", "panstwo"]
)
"""Words that say nothing of the matter; used where overlap of content is counted, never for classification."""


_OFTEN = {"mam": "miec", "mamy": "miec", "ma": "miec", "sa": "byc", "są": "byc", "jest": "byc", "dam": "dac", "już": "juz", "tą": "ten"}
"""Words whose likelier reading the dictionary alone does not tell ("mam" is far more often "mieć" than "mama")."""


@lru_cache(maxsize=1)
def _analyser() -> Any:
    import morfeusz2

    return morfeusz2.Morfeusz(generate=False, expand_tags=False)


@lru_cache(maxsize=1)
def _generator() -> Any:
    import morfeusz2

    return morfeusz2.Morfeusz(analyse=False, expand_tags=False)


def inflections(word: str) -> frozenset[str]:
    """Every inflected form of a dictionary word, folded; empty when it is not known."""
    return frozenset(fold(item[0]) for item in _generator().generate(word)) if len(word) <= LONGEST else frozenset()


@lru_cache(maxsize=CACHE)
def lemma(word: str) -> str:
    """The most likely lemma of one lower-case word, folded; the folded word itself when it is not known."""
    if word in _OFTEN:
        return _OFTEN[word]
    found = _analyser().analyse(word) if len(word) <= LONGEST else []
    names = [item[2][1].split(":", 1)[0].lower() for item in found if item[2][2] != "ign"]
    return fold(min(names, key=lambda name: (abs(len(name) - len(word)), name))) if names else fold(word)


@lru_cache(maxsize=CACHE)
def is_word(word: str) -> bool:
    """Whether Morfeusz knows the word."""
    return len(word) <= LONGEST and any(item[2][2] != "ign" for item in _analyser().analyse(word))


def lemmas(text: str) -> list[str]:
    """The lemmas of a text, in order."""
    return [lemma(word) for word in words(normalise(text))]


def content(text: str) -> list[str]:
    """The lemmas that carry meaning, in order; for a text of stop words only, all of them."""
    found = lemmas(text)
    return [name for name in found if name not in STOP] or found
