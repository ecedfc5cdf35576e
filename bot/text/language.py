"""Which language a message is written in: Polish, or one of those that clients of the office write beside it.

The script tells Ukrainian and Russian from the others, and the letters that only one of them has tell them apart. English is
told by its function words, or by letter statistics (py3langid), where the Polish dictionary does not know most of the
message. A doubt is Polish.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from bot.text.lemmas import is_word
from bot.text.normalise import normalise, words

Language = Literal["pl", "uk", "ru", "en"]
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LETTER = re.compile(r"[^\W\d_]")
_ONLY_UKRAINIAN = re.compile(r"[іїєґ]")
_ONLY_RUSSIAN = re.compile(r"[ыэъё]")
_ENGLISH = frozenset(
    "the a an is are am was were be been i my me we our you your he she it they and or but of in on at for from with to do does did how what when where which who why can could should would will have has had "
    "not no yes need want get if this that there about after before by into as out up there's i'm don't please help work working employer employee pay paid client last long still before free doctor years day week month child sick leave maternity pension company business register registered apply application".split()
)
_NEITHER = frozenset("a i to do on by we no me my of up pan pani plus start".split())
"""English function words that are Polish words too tell nothing."""


SURE = 0.97
"""Probability from which letter statistics alone call a message English."""
FEWEST_WORDS = 3
"""A shorter message could be anything: a symbol, a name, a slip of the keyboard."""


@lru_cache(maxsize=1)
def _statistics() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    found.set_languages(["pl", "uk", "ru", "en"])
    return found


def language_of(text: str) -> Language:
    """The language of a message; Polish when nothing else is sure."""
    plain = normalise(text)
    letters = _LETTER.findall(plain)
    if letters and len(_CYRILLIC.findall(plain)) > len(letters) / 2:
        return _cyrillic(plain)
    said = [word for word in words(plain) if word.isalpha()]
    if len(said) < FEWEST_WORDS:
        return "pl"
    english = sum(word in _ENGLISH and word not in _NEITHER for word in said)
    polish = _polish(said)
    if english >= 2 and english >= len(said) / 6 and polish < 0.55 * len(said):
        return "en"
    if polish < 0.5 * len(said):
        name, sure = _statistics().classify(plain)
        return "en" if name == "en" and sure >= SURE else "pl"
    return "pl"


def _cyrillic(plain: str) -> Language:
    ukrainian, russian = len(_ONLY_UKRAINIAN.findall(plain)), len(_ONLY_RUSSIAN.findall(plain))
    if ukrainian != russian:
        return "ru" if russian > ukrainian else "uk"
    ranked = [name for name, _ in _statistics().rank(plain) if name in ("uk", "ru")]
    return "ru" if ranked[0] == "ru" else "uk"


def _polish(said: list[str]) -> int:
    """Words that the Polish dictionary knows and English does not claim."""
    return sum(is_word(word) and (word not in _ENGLISH or word in _NEITHER) and len(word) > 1 for word in said)
