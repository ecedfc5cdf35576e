"""How the knowledge looks in a conversation: questions, steps, cards and checklists as replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any

from bot.cases.conditions import SKIPPED, Is, holds, leaves
from bot.cases.deadlines import DueDate, due
from bot.cases.knowledge import form_slug, forms_of, is_current
from bot.cases.model import Act, Case, Deadline, Guide, Link, Problem, Question, Step
from bot.cases.walk import CHECK, NO, YES, Position, outcomes_of
from bot.dialogue import replies
from bot.dialogue.desk import Desk
from bot.dialogue.replies import ChoiceOut, Reply
from bot.dialogue.session import Choice, Session, Verb

WEEKDAYS = ("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela")
MONTHS = ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października",
          "listopada", "grudnia")  # fmt: skip
POPULAR = 6


def long_date(day: date) -> str:
    """A day as people say it: ``8 grudnia 2026 (wtorek)``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} ({WEEKDAYS[day.weekday()]})"

ONLINE = "e_platnik"
"""The topic of what runs at ZUS, not on the client's computer: there is no database to copy."""


class Presenter:
    """Builds replies for one conversation and remembers what each button does."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self.desk = desk
        self.session = session

    def say(self, text: str | None) -> str | None:
        """A text of the knowledge with its figures written out for today."""
        return self.desk.knowledge.say(text, self.desk.today) if text else None

    def phrase(self, key: str, **values: object) -> str:
        """A sentence that no case owns."""
        return self.desk.phrase(key, self.session.turns, **values)

    def choice(self, label: str, verb: Verb, value: str = "", entry: str | None = None, question: str | None = None) -> ChoiceOut:
        """A button; what it does stays here under an opaque id."""
        name = self.desk.new_id()
        self.session.choices[name] = Choice(verb, value, entry=entry, question=question, label=label)
        return {"id": name, "label": label}

    def command(self, name: str, label_key: str | None = None) -> ChoiceOut:
        """A button for a command."""
        return self.choice(self.phrase(label_key or f"button_{name}"), "command", name)

    def save(self) -> ChoiceOut:
        """A button that gives a code to go on elsewhere."""
        return self.choice(self.phrase("button_code"), "save")

    def open_choices(self, ids: Sequence[str]) -> list[ChoiceOut]:
        """Buttons that open entries, by their titles; unknown and outdated ids are left out."""
        entries = [self.desk.knowledge.entry(name) for name in ids]
        return [self.choice(entry.title, "open", entry.id) for entry in entries if entry and is_current(entry, self.desk.today)]

    def question(self, entry: Guide, place: Position) -> Reply:
        """The question at which a client stands."""
        assert place.question is not None
        if place.question.startswith(CHECK):
            return self._check(entry, place)
        question = entry.questions[place.question]
        skip = self.choice(self.phrase("button_skip"), "command", "skip")
        options = [
            self.choice(self.say(answer.label) or name, "answer", name, entry=entry.id, question=place.question)
            for name, answer in question.answers.items()
        ]
        back = [self.command("back")] if any(item.answer for item in place.asked[:-1]) else []
        return replies.choices(
            self.say(question.ask) or "",
            [*options, *([skip] if question.kind != "choice" else []), *back],
            question=place.question,
            case={"id": entry.id, "title": entry.title},
            why=self.say(question.why),
            simple=self.say(question.simple),
            input=question.kind if question.kind != "choice" else None,
            hint=self.phrase(f"hint_{question.kind}") if question.kind != "choice" and not question.hint else question.hint,
            terms=self.terms(question.ask),
        )

    def _check(self, entry: Guide, place: Position) -> Reply:
        text = entry.causes[place.cause or ""].check if isinstance(entry, Problem) else entry.check
        options = [
            self.choice(self.phrase("button_works"), "answer", YES, entry=entry.id, question=place.question),
            self.choice(self.phrase("button_works_not"), "answer", NO, entry=entry.id, question=place.question),
        ]
        case = {"id": entry.id, "title": entry.title}
        return replies.choices(self.say(text) or "", options, question=place.question, case=case)

    def step(self, entry: Guide, place: Position) -> Reply:
        """The act at which a client stands."""
        fields: dict[str, Any] = {
            "case": {"id": entry.id, "title": entry.title},
            "position": place.index + 1,
            "of": len(place.route),
            "choices": [self.command("next"), self.command("back"), self.command("print"), self.save(), self.command("human")],
        }
        step = place.step
        fields["terms"] = self.terms(step.do if step else "")
        if isinstance(step, Step):
            return replies.step(**self._with_calendar(self.step_fields(step, place.known, entry), entry, place), **fields)
        assert isinstance(step, Act) and isinstance(entry, Problem)
        cause = entry.causes[place.cause or ""]
        intro = self.say(cause.cause) if place.index == 0 else None
        return replies.step(title=self.phrase("act_title"), text=self.say(step.do), why=intro, caution=self.say(step.caution),
                            links=_links(step.links), **fields)  # fmt: skip

    def _with_calendar(self, fields: dict[str, Any], entry: Guide, place: Position) -> dict[str, Any]:
        """A deadline that is a day gets the address of the client's deadlines for a calendar."""
        if entry.kind == "case" and (fields["deadline"] or {}).get("date"):
            address = self.desk.papers(entry, place.answers).get("calendar")
            fields["deadline"] |= {"calendar": address} if address else {}
        return fields

    def step_fields(self, step: Step, answers: Mapping[str, str], entry: Guide) -> dict[str, Any]:
        """Everything a step says, written out; shared by the conversation, the checklist and the portal."""
        return {
            "id": step.id,
            "title": self.say(step.title),
            "text": self.say(step.do),
            "why": self.say(step.why),
            "simple": self.say(step.simple),
            "only_if": self._only_if(step, answers, entry),
            "forms": [self._form(symbol) for symbol in step.forms],
            "attach": [self.say(item) for item in step.attach],
            "where": [self._place(name) for name in step.where],
            "deadline": self.deadline(step.deadline, answers),
            "late": self.say(step.late),
            "caution": self.say(step.caution),
            "ask_there": [self.say(item) for item in step.ask_there],
            "links": _links(step.links),
        }

    def terms(self, text: str) -> list[dict[str, str]]:
        """The terms of the glossary in a text, as they stand there, to be explained in place on request."""
        known = self.desk.knowledge.terms
        shown = self.say(text) or ""
        return [{"id": item.term, "said": item.said, "text": self.say(known[item.term].definition) or ""} for item in self.desk.glossary.mentions(shown)]

    def deadline(self, deadline: Deadline | None, answers: Mapping[str, str]) -> dict[str, Any] | None:
        """A deadline in words, and as a date with its reason when it can be computed."""
        if deadline is None:
            return None
        computed = due(deadline, answers, self.desk.today)
        basis = {"basis": deadline.basis} if deadline.basis else {}
        if computed is None:
            return {"text": self.say(deadline.text), **basis}
        shown = self.phrase("deadline_by", day=long_date(computed.day), words=self.say(deadline.text))
        return {"text": shown, "date": computed.day.isoformat(), "reason": self._moved(computed), **basis}

    def _moved(self, computed: DueDate) -> str | None:
        if computed.moved_from is None:
            return None
        return self.phrase("deadline_moved", day=long_date(computed.moved_from), rule=computed.rule)

    def _only_if(self, step: Step, answers: Mapping[str, str], entry: Guide) -> str | None:
        """For a step that hangs on a skipped question: on which answer it depends."""
        if holds(step.when_true, answers) is not None:
            return None
        parts = []
        for leaf in leaves(step.when_true):
            question = entry.questions[leaf.question]
            if isinstance(leaf, Is) and answers.get(leaf.question) == SKIPPED:
                labels = " lub ".join(f"„{self.say(question.answers[name].label)}”" for name in sorted(leaf.answers))
                parts.append(f"{question.short or self.say(question.ask)}: {labels}")
        return self.phrase("only_if", conditions="; ".join(parts)) if parts else None

    def _form(self, symbol: str) -> dict[str, Any]:
        form = self.desk.knowledge.forms.get(form_slug(symbol))
        return {"symbol": symbol, "title": form.title if form else symbol, "url": form.where if form else None}

    def _place(self, name: str) -> dict[str, Any]:
        place = self.desk.knowledge.places[name]
        return {"id": name, "label": place.label, "text": place.text, "url": place.url}

    def ending(self, entry: Guide, place: Position) -> list[str]:
        """What happens when the client has done their part."""
        if isinstance(entry, Problem):
            return [self.phrase("problem_solved_online") if entry.topic == ONLINE else self.phrase("problem_solved")]
        return [self.say(item.text) or "" for item in outcomes_of(entry, place.known)]

    def checklist(self, entry: Case, place: Position) -> Reply:
        """The client's whole route on one page."""
        items = [
            {"position": number, **{key: value for key, value in self.step_fields(step, place.known, entry).items() if value}}
            for number, step in enumerate(place.route, start=1)
            if isinstance(step, Step)
        ]
        return replies.checklist(
            title=self.phrase("checklist_title", title=entry.title),
            case={"id": entry.id, "title": entry.title},
            answers=[
                {"question": self.answered(entry, item.id)[0], "answer": self.answered(entry, item.id, item.answer)[1]}
                for item in place.asked
                if item.answer and item.id in entry.questions
            ],
            needs=[self.say(item) or "" for item in entry.needs],
            items=items,
            take_along=list(dict.fromkeys(paper for item in items for paper in item.get("attach", ()))),
            outcome=self.ending(entry, place) if place.kind == "end" else [],
            verified=self.verified(entry),
            links=self.desk.papers(entry, place.answers),
            choices=[self.save()],
        )

    def verified(self, entry: Guide) -> str:
        """When the entry was checked, on what."""
        return self.phrase("verified", day=f"{entry.verified_on:%d.%m.%Y}", count=len(entry.sources))

    def answered(self, entry: Guide, name: str, answer: str | None = None) -> tuple[str, str]:
        """A question and an answer in short, for people to read."""
        question: Question = entry.questions[name]
        label = self.say(question.answers[answer].label) or "" if answer in question.answers else answer or ""
        if question.kind == "date" and answer and answer[:1].isdigit():
            label = long_date(date.fromisoformat(answer))
        return question.short or self.say(question.ask) or name, label if label != "_skip" else self.phrase("skipped")

    def form_card(self, name: str) -> Reply:
        """A form: what for, who files it, where to get it, which matters need it, and its successor."""
        form = self.desk.knowledge.forms[name]
        lines = [form.purpose, self.phrase("form_who", who=form.who)]
        if form.status == "wycofany":
            heirs = ", ".join(form.replaced_by)
            lines.insert(0, self.phrase("form_withdrawn_for", symbol=form.symbol, heirs=heirs) if heirs else self.phrase("form_withdrawn", symbol=form.symbol))
        if form.attach:
            lines.append(self.phrase("form_attach", attach="; ".join(form.attach)))
        needed = [entry.id for entry in self.desk.knowledge.needing_form(form.symbol)][:4]
        return replies.card("form", f"{form.symbol} – {form.title}", "\n".join(lines), symbol=form.symbol,
                            status=form.status, links=[{"title": self.phrase("form_get"), "url": form.where}] if form.where else [],
                            choices=self.open_choices(needed))  # fmt: skip

    def term_card(self, name: str) -> Reply:
        """A term explained."""
        term = self.desk.knowledge.terms[name]
        return replies.card("term", term.term, self.say(term.definition) or "", id=name)

    def office_card(self, name: str) -> Reply:
        """An office; without a confirmed address, the way to the finder and the phone."""
        office = self.desk.knowledge.offices[name]
        if office.address:
            text = self.phrase("office_address", address=office.address, postcode=office.postcode or "", city=office.city)
        else:
            text = self.phrase("office_unknown", city=office.city)
        lines = [text, self.phrase("office_hours"), self.phrase("office_phone")]
        return replies.card("office", office.name, "\n".join(lines), id=name,
                            links=[{"title": self.phrase("office_finder"), "url": "https://www.zus.pl/"}])  # fmt: skip

    def entry_title(self, name: str) -> str:
        """The title of an entry, form, term or office for a list."""
        entry = self.desk.knowledge.entry(name)
        return entry.title if entry else name

    def popular(self, profile: str | None) -> list[str]:
        """Matters to begin with, for a profile: the editors' list, else those that name it first."""
        listed = self.desk.knowledge.phrases.get(f"popular_{profile or 'ogolny'}", ())
        known = [name for name in listed if self.desk.knowledge.entry(name)]
        rest = (entry.id for entry in self.desk.knowledge.cases.values() if profile in (None, entry.profiles[0]) and entry.id not in known)
        return list(islice(chain(dict.fromkeys(known), rest), POPULAR))

    def forms_line(self, entry: Guide) -> str | None:
        """The forms of an entry in one line."""
        return ", ".join(forms_of(entry)) or None


def _links(links: Sequence[Link]) -> list[dict[str, str]]:
    return [{"title": link.title, "url": link.url} for link in links]
