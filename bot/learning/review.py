"""What an editor decides about a proposal: pure functions from a proposal to the one after."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from msgspec.structs import replace

from bot.cases.knowledge import Knowledge
from bot.dialogue.understanding import OUT_OF_SCOPE
from bot.errors import UsageError
from bot.learning.model import LONGEST, ChangedError, Kind, Measured, Proposal
from bot.learning.sentences import says_something, sentence_of, too_long


def accept(proposal: Proposal, who: str, now: datetime, knowledge: Knowledge, *, text: Optional[str] = None, entry: Optional[str] = None) -> Proposal:
    """Take the sentence as a test sentence, as proposed or changed; ``entry`` an entry's id or ``out_of_scope``. Raises UsageError."""
    if proposal.state != "proposed":
        raise ChangedError("Tę propozycję ktoś już rozstrzygnął. Odśwież stronę.")
    sentence = proposal.text if text is None else sentence_of(text)
    if not says_something(sentence):
        raise UsageError("Zdanie jest za krótkie: potrzebne są co najmniej dwa słowa, które coś mówią o sprawie.")
    if too_long(sentence):
        raise UsageError(f"Zdanie ma {len(sentence)} znaków. Skróć je do {LONGEST}: zostaw to, po czym można poznać sprawę.")
    kind, wanted = _meaning(proposal, entry, knowledge)
    return replace(proposal, state="accepted", kind=kind, entry=wanted, text=sentence, decided_by=who, decided_at=now, measured=None)


def _meaning(proposal: Proposal, entry: Optional[str], knowledge: Knowledge) -> tuple[Kind, Optional[str]]:
    if entry == OUT_OF_SCOPE or (not entry and proposal.kind == "outside"):
        return "outside", None
    if not entry and proposal.kind == "new_case":
        raise UsageError("Tej sprawy jeszcze nie mamy. Najpierw napisz wpis, a potem wybierz go tutaj – albo odrzuć propozycję.")
    found = knowledge.entry(entry or proposal.entry or "")
    if found is None:
        raise UsageError(f"Nie ma wpisu „{(entry or proposal.entry or '')[:80]}”. Wybierz jeden z listy.")
    return "sentence", found.id


def reject(proposal: Proposal, who: str, now: datetime) -> Proposal:
    """Not this one; its words are not kept. An accepted sentence may be rejected too, a taught one no longer."""
    if proposal.state not in ("proposed", "accepted"):
        raise ChangedError("Tej propozycji nie można już odrzucić. Odśwież stronę.")
    return replace(proposal, state="rejected", text="", decided_by=who, decided_at=now, measured=None)


def teach(proposal: Proposal, who: str, now: datetime) -> Proposal:
    """Take the sentence from the test sentences to the training sentences; only after it was measured. Raises UsageError."""
    if proposal.state != "accepted":
        raise ChangedError("Uczyć można tylko ze zdań przyjętych. Odśwież stronę.")
    if not proposal.teachable:
        raise UsageError("To zdanie nie było jeszcze zmierzone jako testowe. Najpierw zmierz zdania przyjęte („Zmierz” albo „okienko evaluate”).")
    return replace(proposal, state="taught", taught_by=who, taught_at=now)


def measure(proposal: Proposal, found: Measured) -> Proposal:
    """Keep how the sentence was understood."""
    return replace(proposal, measured=found)
