"""A closed ticket becomes a proposal, or nothing; pure."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Optional

from bot.cases.knowledge import Knowledge
from bot.dialogue.understanding import OUT_OF_SCOPE, Understanding
from bot.learning.model import Kind, Proposal
from bot.learning.sentences import key, says_something, sentence_of
from bot.tickets.model import Resolution, Ticket

UNDERSTOOD = 0.95
"""Confidence from which a sentence is understood well enough; teaching it would only bloat the data."""
_KINDS: dict[str, Kind] = {"case": "sentence", "new": "new_case", "outside": "outside"}


def propose(ticket: Ticket, knowledge: Knowledge, known: Container[str], understanding: Optional[Understanding], now: datetime) -> Proposal:
    """What a closed ticket could teach. ``known`` holds keys of sentences; ``understanding`` is the serving model's, if there is one.

    The state is ``nothing``, and no words are kept, for a question that is empty, has fewer than two words of content, is known word
    for word (whatever it teaches there), or is understood already.
    """
    resolution = ticket.resolution or Resolution("new")
    entry = knowledge.entry(resolution.entry) if resolution.kind == "case" and resolution.entry else None
    kind: Kind = "new_case" if resolution.kind == "case" and entry is None else _KINDS[resolution.kind]
    sentence = sentence_of(ticket.packet.handover.question or "")
    wanted = entry.id if entry else None
    nothing = not says_something(sentence) or key(sentence) in known or _understood(kind, wanted, understanding)
    return Proposal(0, ticket.number, kind, "nothing" if nothing else "proposed", "" if nothing else sentence, wanted, now, now)


def _understood(kind: Kind, wanted: Optional[str], found: Optional[Understanding]) -> bool:
    if found is None or found.confidence < UNDERSTOOD:
        return False
    return (kind == "sentence" and found.id == wanted) or (kind == "outside" and found.kind == OUT_OF_SCOPE)


def meant(understanding: Understanding) -> Optional[str]:
    """The entry that was understood, ``out_of_scope``, or None where the model was not sure."""
    if understanding.kind == OUT_OF_SCOPE:
        return OUT_OF_SCOPE
    return understanding.id if understanding.kind != "unclear" else None


def wanted_intent(proposal: Proposal) -> str:
    """The intent under which a sentence stands in the files."""
    return OUT_OF_SCOPE if proposal.kind == "outside" else proposal.entry or ""
