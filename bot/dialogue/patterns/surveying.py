"""Satisfaction: two questions and a remark, once for a matter, after it, and never pressed."""

from __future__ import annotations

from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.privacy import mask
from bot.dialogue.session import Survey

SOLVED = ("tak", "czesciowo", "nie")
SCORES = (5, 4, 3, 2, 1)
LONGEST_REMARK = 1000
Rating = Survey
"""A finished survey."""


def ask_survey(talk: Conversation, about: str, *, entry: str | None = None, ticket: str | None = None) -> None:
    """Ask the first question, unless this matter was asked about or its way was angry (two misunderstandings)."""
    session = talk.session
    if about in session.surveyed or session.misses >= 2:
        return
    session.surveyed = [*session.surveyed, about][-20:]
    session.survey = Survey(about, entry, ticket)
    options = [talk.show.choice(talk.show.phrase(f"survey_solved_{name}"), "rate", name) for name in SOLVED]
    talk.add(replies.survey(talk.show.phrase("survey_solved"), options, asks="solved"))


def rate(talk: Conversation, value: str) -> None:
    """An answer by a button: the next question, then the remark; an old button changes nothing."""
    survey = talk.session.survey
    if survey is None:
        talk.add(replies.text(talk.show.phrase("survey_over")))
        return
    if survey.solved is None and value in SOLVED:
        survey.solved = value
        options = [talk.show.choice(talk.show.phrase(f"survey_score_{score}"), "rate", str(score)) for score in SCORES]
        talk.add(replies.survey(talk.show.phrase("survey_score"), options, asks="score"))
    elif survey.score is None and value.isdigit() and int(value) in SCORES:
        survey.score = int(value)
        talk.add(replies.survey(talk.show.phrase("survey_remark"), [talk.show.choice(talk.show.phrase("button_no_remark"), "rate", "koniec")], asks="remark"))
    else:
        finish(talk, "")


def finish(talk: Conversation, remark: str) -> None:
    """The survey is complete; what was said is kept outside."""
    survey, talk.session.survey = talk.session.survey, None
    if survey is None:
        return
    talk.rating = survey
    talk.remark = mask(remark)[:LONGEST_REMARK]
    talk.add(replies.text(talk.show.phrase("survey_thanks")))


def takes_remark(talk: Conversation, *, command: bool, sure_matter: bool) -> bool:
    """Whether free words now are the remark: only when it was asked for, and they are neither a command nor a new matter."""
    survey = talk.session.survey
    waiting = survey is not None and survey.score is not None
    if waiting and not command and not sure_matter:
        return True
    if survey is not None:
        talk.rating = survey if survey.solved is not None else None
        talk.session.survey = None
    return False
