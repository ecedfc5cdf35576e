"""Correction: an earlier answer changes, the others that still hold stay, and the client sees which no longer count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.cases.answers import match_answer, yes_or_no
from bot.cases.corrections import Correction, corrections
from bot.cases.walk import Position
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.walking import answer, changeable
from bot.dialogue.understanding import Understanding
from bot.text.normalise import fold, normalise

OTHER_MATTER = 0.7
"""Confidence from which words that correct nothing are another matter, whatever word they begin with."""
SURE_UNMARKED = 0.6
"""Fit from which words that nobody called a correction are offered as one."""
SURE_AGAINST = 0.8
"""Fit of a correction that stands against another matter that the words may mean."""
MOST = 4


def correct(talk: Conversation, text: str, understanding: Understanding) -> bool:
    """Take words marked as a correction ("a jednak…", "pomyliłam się…"); False when they are none."""
    rest = _without_mark(talk, text)
    place = talk.place()
    if rest is None or place is None or talk.session.current is None:
        return False
    found = _last_turned(talk, rest, place) or corrections(talk.entry(), place.asked, rest, talk.desk.today)
    if not found:
        return _correct_nothing(talk, rest, understanding)
    if _is_something_else(talk, rest, place, found[0], understanding):
        return False
    talk.session.misses = 0
    if len(found) == 1:
        _change(talk, found[0])
    else:
        _ask_which(talk, found, "which_correction")
    return True


def maybe_corrects(talk: Conversation, text: str) -> bool:
    """Words that were not understood, but fit an earlier answer: offered as a correction; False when they fit none."""
    place = talk.place()
    if place is None or talk.session.current is None:
        return False
    found = [item for item in corrections(talk.entry(), place.asked, text, talk.desk.today) if item.fit >= SURE_UNMARKED]
    if not found:
        return False
    _ask_which(talk, found, "maybe_correction")
    return True


def _last_turned(talk: Conversation, rest: str, place: Position) -> list[Correction]:
    """"A jednak nie" by itself turns the last yes or no, when no question is open that it may answer."""
    said = yes_or_no(rest) if len(rest.split()) == 1 else None
    if said is None or place.question is not None:
        return []
    questions = talk.entry().questions
    turned = [item for item in place.asked if item.id in questions and item.answer in ("tak", "nie") and item.answer != said and said in questions[item.id].answers]
    return [Correction(turned[-1].id, said, 1.0)] if turned else []


def _is_something_else(talk: Conversation, rest: str, place: Position, best: Correction, understanding: Understanding) -> bool:
    """Whether the words answer the open question better, or are plainly about another matter."""
    question = talk.entry().questions.get(place.question or "")
    if question is not None:
        match = match_answer(question, rest, talk.desk.today)
        if match.value is not None and match.strength >= best.fit:
            return True
    other = understanding.kind in ("case", "platnik") and understanding.id != talk.entry().id
    return other and understanding.confidence >= OTHER_MATTER and best.fit < SURE_AGAINST


def _correct_nothing(talk: Conversation, rest: str, understanding: Understanding) -> bool:
    """A correction of what we do not see: nothing but the mark asks for the earlier answers to choose from."""
    if rest or (understanding.kind in ("case", "platnik") and understanding.confidence >= OTHER_MATTER):
        return False
    options = changeable(talk)
    if not options:
        return False
    talk.add(replies.choices(talk.show.phrase("which_correction"), [*options, talk.show.command("resume", "button_change_nothing")]))
    return True


def _change(talk: Conversation, correction: Correction) -> None:
    entry, place = talk.entry(), talk.place()
    before = {item.id for item in place.asked if item.answer is not None} if place else set()
    question, label = talk.show.answered(entry, correction.question, correction.answer)
    talk.add(replies.notice(talk.show.phrase("corrected_answer", question=question, answer=label), level="understood"))
    assert talk.session.current is not None
    talk.session.current.answer(correction.question, correction.answer)
    after = talk.place()
    gone = [talk.show.answered(entry, name)[0] for name in entry.questions if name in before - {item.id for item in (after.asked if after else ())}]
    if gone:
        talk.add(replies.notice(talk.show.phrase("corrected_dropped", questions="; ".join(gone))))
    answer(talk, correction.question, correction.answer)


def _ask_which(talk: Conversation, found: Sequence[Correction], key: str) -> None:
    entry = talk.entry()
    options = []
    for item in found[:MOST]:
        question, label = talk.show.answered(entry, item.question, item.answer)
        options.append(talk.show.choice(talk.show.phrase("button_change_to", question=question, answer=label), "answer", item.answer, entry=entry.id, question=item.question))
    talk.add(replies.choices(talk.show.phrase(key), [*options, talk.show.command("resume", "button_change_nothing")]))


def _without_mark(talk: Conversation, text: str) -> str | None:
    """The words without what calls them a correction; None when nothing does."""
    plain = normalise(text)
    folded = fold(plain)
    found = list(_marks(talk.desk.knowledge.phrases["said_correction"]).finditer(folded)) if len(folded) == len(plain) else []
    if not found:
        return None
    starts, ends = [0, *(mark.end() for mark in found)], [*(mark.start() for mark in found), len(plain)]
    rest = " ".join(plain[start:end] for start, end in zip(starts, ends, strict=True))
    return re.sub(r"\s+", " ", rest).strip(" ,.!?-–:;")


@lru_cache(maxsize=8)
def _marks(phrases: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted((fold(normalise(phrase)) for phrase in phrases), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(phrase) for phrase in ordered) + r")(?!\w)")
