"""Letters of a ticket: the automatic receipt and a person's answer, in the client's own thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.counter.letters import Marks, Received, Thread
from bot.dialogue.desk import Desk
from bot.dialogue.present import long_date
from bot.mail.letter import Letter
from bot.tickets.model import Ticket

Page = Callable[[str], str]
"""The address of an entry's page, by its id."""


@dataclass(frozen=True)
class Writer:
    """Writes letters of tickets. ``domain``: of our Message-IDs; ``status``: where a client looks after a ticket."""

    desk: Desk
    marks: Marks
    domain: str
    status: str
    page: Page

    def receipt(self, received: Received, to: str, thread: Thread, dropped: Sequence[str]) -> Letter:
        """That the letter came, by when a person answers, and what may help meanwhile; it claims no more than that."""
        ticket, phrase = received.ticket, self.desk.phrase
        promised = phrase("email_receipt_promised", day=long_date(ticket.promised_on)) if ticket.promised_on else ""
        helps = [f"– {entry.title}: {self.page(entry.id)}" for name in ticket.packet.handover.matters if (entry := self.desk.knowledge.entry(name))]
        text = phrase(
            "email_receipt_text", number=ticket.number, code=received.code, promised=promised, address=self.status,
            helps=phrase("email_receipt_helps", listed="\n".join(helps)) + "\n\n" if helps else "",
            dropped=phrase("email_receipt_dropped", names=", ".join(dropped)) if dropped else "",
        )  # fmt: skip
        return self._letter(ticket, to, phrase("email_receipt_subject", number=ticket.number), text, "receipt", thread, automatic=True)

    def opened(self, ticket: Ticket, to: str) -> Letter:
        """That a question asked on a page or in a conversation came; the code stays where it was told."""
        promised = self.desk.phrase("email_receipt_promised", day=long_date(ticket.promised_on)) if ticket.promised_on else ""
        text = self.desk.phrase("email_opened_text", number=ticket.number, promised=promised, address=self.status)
        return self._letter(ticket, to, self.desk.phrase("email_opened_subject", number=ticket.number), text, "receipt", Thread("", ""), automatic=True)

    def title(self, ticket: Ticket) -> str:
        """The subject of an answer to a ticket that no letter began."""
        return self.desk.phrase("letter_answer_subject", number=ticket.number)

    def answer(self, ticket: Ticket, to: str, text: str, thread: Thread) -> Letter:
        """A person's answer, with what the client wrote below it, masked as it is kept."""
        answered = not thread.message_id or thread.subject.lower().startswith(("re:", "odp:"))
        subject = thread.subject if answered else f"Re: {thread.subject}"
        body = self.desk.phrase("email_answer_text", text=text, number=ticket.number)
        question = ticket.packet.handover.question or ""
        quoted = "\n".join(f"> {line}" for line in question.split("\n")) if question else ""
        return self._letter(ticket, to, subject if ticket.number in subject else f"{subject} [{ticket.number}]", f"{body}\n\n{quoted}".strip(), "answer", thread, automatic=False)

    def _letter(self, ticket: Ticket, to: str, subject: str, text: str, purpose: str, thread: Thread, *, automatic: bool) -> Letter:
        mark = self.marks.make(ticket.number, self.domain)
        return Letter(to, subject, text, purpose, thread=mark, answers=thread.message_id or None, automatic=automatic)
