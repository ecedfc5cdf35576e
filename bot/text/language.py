"""Which language a message is written in: Polish, or one of those that clients of the office write beside it.

The script tells Ukrainian and Russian from the others, their own letters and words tell them apart; English is told by its
function words where the Polish dictionary does not know most of the message. A doubt is Polish.
"""

from __future__ import annotations

import re
from typing import Literal

from bot.text.lemmas import is_word
from bot.text.normalise import normalise, words

Language = Literal["pl", "uk", "ru", "en"]
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LETTER = re.compile(r"[^\W\d_]")
_ONLY_UKRAINIAN = re.compile(r"[іїєґ]")
_ONLY_RUSSIAN = re.compile(r"[ыэъё]")
_UKRAINIAN = frozenset("та що як чи не на для про або я мені мене мій моя треба потрібно можна де коли який яка які працюю робота дитина допомога пенсія лікарняний хочу чоловік дружина хто вже ще буде було є".split())
_RUSSIAN = frozenset("и что как или не на для про я мне меня мой моя надо нужно можно где когда какой какая какие работаю работа ребенок пособие пенсия больничный хочу муж жена кто уже еще будет было есть это если".split())
_ENGLISH = frozenset(
    "the a an is are am was were be been i my me we our you your he she it they and or but of in on at for from with to do does did how what when where which who why can could should would will have has had "
    "not no yes need want get if this that there about after before by into as out up there's i'm don't please help work working employer employee pay paid client last long still before free doctor years day week month child sick leave maternity pension company business register registered apply application".split()
)
_NEITHER = frozenset("a i to do on by we no me my of up pan pani plus start".split())
"""English function words that are Polish words too tell nothing."""


def language_of(text: str) -> Language:
    """The language of a message; Polish when nothing else is sure."""
    plain = normalise(text)
    letters = _LETTER.findall(plain)
    if letters and len(_CYRILLIC.findall(plain)) > len(letters) / 2:
        return _cyrillic(plain)
    said = words(plain)
    english = sum(word in _ENGLISH and word not in _NEITHER for word in said)
    if len(said) >= 3 and english >= 2 and english >= len(said) / 6 and _polish(said) < 0.55 * len(said):
        return "en"
    return "pl"


def _cyrillic(plain: str) -> Language:
    ukrainian, russian = len(_ONLY_UKRAINIAN.findall(plain)), len(_ONLY_RUSSIAN.findall(plain))
    said = words(plain)
    ukrainian += sum(word in _UKRAINIAN and word not in _RUSSIAN for word in said)
    russian += sum(word in _RUSSIAN and word not in _UKRAINIAN for word in said)
    return "ru" if russian > ukrainian else "uk"


def _polish(said: list[str]) -> int:
    """Words that the Polish dictionary knows and English does not claim."""
    return sum(is_word(word) and (word not in _ENGLISH or word in _NEITHER) and len(word) > 1 for word in said)
