"""The editor's first reader: everything about the knowledge that a machine can see and a schema cannot say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.cases.conditions import Bound, Is, leaves
from bot.cases.faults import Fault
from bot.cases.figures import named, value_on
from bot.cases.knowledge import Knowledge, form_slug, texts_of
from bot.cases.loader import Reader
from bot.cases.model import Case, Guide, Problem
from bot.cases.routes import MAX_ROUTES, Route, causes_reached, conditional, routes
from bot.cases.walk import PEOPLE, cautions_of, outcomes_of
from bot.cases.yamlfile import line_of
from bot.text.readability import fog_pl, longest_sentence

MAX_FOG = {"case": 18.0, "procedure": 21.0, "problem": 21.0}
"""Above this FOG-PL a text is sent back; names of programs, windows and menus make Płatnik harder by themselves."""
MAX_WORDS = 32
"""Words in one sentence."""
SOON = timedelta(days=45)
READ_BY_CLIENTS = ("summary", "urgent", "danger", "ask", "why", "simple", "do", "late", "caution", "text", "help", "cause")

Found = tuple[str, str, str, bool]
"""Place in the file, sentence, kind, and whether it is only a warning."""


def check(knowledge: Knowledge, reader: Reader, day: date, only: Collection[str] = ()) -> list[Fault]:
    """All faults: those of reading and those found here, sorted by file and line; of the entries only those named in ``only``, if any."""
    faults = list(reader.faults)
    for name, entry in knowledge.entries.items():
        if only and name not in only:
            continue
        path = reader.where[name]
        for place, message, kind, warning in _entry_faults(entry, knowledge, day):
            faults.append(Fault(path.relative_to(reader.root.parent), line_of(path, place), message, kind, warning))
    faults.extend(_figure_faults(knowledge, reader, day))
    faults.extend(_form_faults(knowledge, reader))
    faults.extend(_alias_faults(knowledge, reader))
    faults.extend(_news_faults(knowledge, reader, day))
    faults.extend(_popular_faults(knowledge, reader))
    return sorted(faults)


def _entry_faults(entry: Guide, knowledge: Knowledge, day: date) -> Iterator[Found]:
    yield from _references(entry, knowledge)
    yield from _otherwise_faults(entry, knowledge)
    yield from _days(entry, day)
    yield from _figures_used(entry, knowledge, day)
    yield from _wording(entry)
    yield from _questions(entry)
    yield from (_problem_shape(entry) if isinstance(entry, Problem) else _case_shape(entry))


def _references(entry: Guide, knowledge: Knowledge) -> Iterator[Found]:
    for index, name in enumerate(entry.next):
        if knowledge.entry(name) is None:
            yield f"next[{index}]", f"„{name}” nie jest sprawą ani wpisem Płatnika", "dangling", False
    for key, question in entry.questions.items():
        for option, answer in question.answers.items():
            if answer.goto and knowledge.entry(answer.goto) is None:
                yield f"questions.{key}.answers.{option}.goto", f"„{answer.goto}” nie istnieje", "dangling", False
    if entry.topic not in knowledge.topics:
        yield "topic", f"tematu „{entry.topic}” nie ma w knowledge/phrases/topics.yml", "dangling", False
    for index, item in enumerate(entry.collect):
        if isinstance(item, str) and item not in knowledge.collect:
            yield f"collect[{index}]", f"pytania „{item}” nie ma w knowledge/platnik/collect.yml", "dangling", False
    for index, step in enumerate(entry.steps if isinstance(entry, Case) else ()):
        for symbol in step.forms:
            form = knowledge.forms.get(form_slug(symbol))
            if form is None:
                yield f"steps[{index}].forms", f"formularza „{symbol}” nie ma w katalogu knowledge/forms", "form", False
            elif form.status == "wycofany":
                heir = ", ".join(form.replaced_by) or "brak następcy"
                yield f"steps[{index}].forms", f"formularz „{symbol}” jest wycofany; zamiast niego: {heir}", "withdrawn", False
        for asked in step.ask_there:
            if not asked.endswith("?") or not asked[:1].isupper():
                yield f"steps[{index}].ask_there", f"„{asked}” nie jest całym pytaniem; ujmij każde pytanie w cudzysłów", "wording", False
        for place in step.where:
            if place not in knowledge.places:
                yield f"steps[{index}].where", f"miejsca „{place}” nie ma w knowledge/phrases/places.yml", "dangling", False


def _days(entry: Guide, day: date) -> Iterator[Found]:
    if not entry.sources:
        yield "sources", "brakuje źródła; podaj stronę albo akt, z którego pochodzi wiedza", "source", False
    if entry.valid_to and entry.valid_to < day:
        yield "valid_to", f"wpis przestał obowiązywać {entry.valid_to}; popraw go albo usuń", "expired", False
    if entry.review_by < day:
        yield "review_by", f"termin przeglądu minął {entry.review_by}", "review", True
    if entry.verified_on > day:
        yield "verified_on", f"data sprawdzenia {entry.verified_on} jest z przyszłości", "days", False


def _figures_used(entry: Guide, knowledge: Knowledge, day: date) -> Iterator[Found]:
    for place, text in texts_of(entry):
        for key, pinned in named(text):
            figure = knowledge.figures.get(key)
            if figure is None:
                yield place, f"wielkości „{key}” nie ma w knowledge/figures", "figure", False
            elif value_on(figure, pinned or day) is None:
                yield place, f"wielkość „{key}” nie ma wartości na {pinned or day}", "figure_expired", False


def _wording(entry: Guide) -> Iterator[Found]:
    for place, text in texts_of(entry):
        if place.rsplit(".", 1)[-1] not in READ_BY_CLIENTS:
            continue
        if longest_sentence(text) > MAX_WORDS:
            yield place, f"zdanie ma {longest_sentence(text)} słów; podziel je (najwyżej {MAX_WORDS})", "hard", False
        elif len(text.split()) > 12 and fog_pl(text) > MAX_FOG[entry.kind]:
            yield place, f"tekst jest za trudny (FOG-PL {fog_pl(text):.0f}, najwyżej {MAX_FOG[entry.kind]:.0f}); uprość go", "hard", False


def _questions(entry: Guide) -> Iterator[Found]:
    for key, question in entry.questions.items():
        place = f"questions.{key}"
        open_answers = [name for name, answer in question.answers.items() if answer.help is None]
        if question.kind == "choice" and len(open_answers) < 2:
            yield place, f"pytanie „{key}” ma mniej niż dwie odpowiedzi, które prowadzą dalej", "question", False
        if question.kind != "choice" and question.answers:
            yield place, f"pytanie „{key}” o datę lub liczbę nie ma mieć listy odpowiedzi", "question", False
    for item in conditional(entry):
        for leaf in leaves(item.when_true):
            yield from _leaf(entry, leaf)


def _leaf(entry: Guide, leaf: Is | Bound) -> Iterator[Found]:
    question = entry.questions.get(leaf.question)
    if question is None:
        yield "questions", f"warunek pyta o „{leaf.question}”, a takiego pytania nie ma", "dangling", False
    elif isinstance(leaf, Is):
        for option in sorted(leaf.answers):
            if option not in question.answers:
                yield "questions", f"warunek pyta o odpowiedź „{leaf.question}: {option}”, a takiej nie ma", "dangling", False
    elif (question.kind == "date") != isinstance(leaf.value, date):
        yield "questions", f"granica przy „{leaf.question}” nie pasuje do rodzaju pytania", "question", False


def _case_shape(case: Case) -> Iterator[Found]:
    ids = [step.id for step in case.steps]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield "steps", f"dwa kroki mają id „{name}”", "step", False
    yield from _deadlines(case)
    found = list(routes(case))
    if len(found) >= MAX_ROUTES:
        yield "questions", "pytania dają zbyt wiele dróg; rozdziel sprawę na dwie", "question", False
    walked = {name for route in found for name in route.steps}
    for index, step in enumerate(case.steps):
        if step.id not in walked:
            yield f"steps[{index}]", f"do kroku „{step.id}” nie prowadzi żadna droga", "unreachable", False
    asked = {name for route in found for name in route.answers}
    for key in case.questions:
        if key not in asked:
            yield f"questions.{key}", f"pytanie „{key}” niczego nie zmienia, więc nigdy nie padnie", "idle", False
    for key, option in _idle_answers(case, found):
        yield f"questions.{key}.answers.{option}", f"odpowiedź „{option}” prowadzi tam, gdzie inna; połącz je albo rozdziel", "idle", True
    for route in found:
        if route.end == "end" and not outcomes_of(case, route.known):
            yield "outcome", f"droga {route.answers} nie ma zakończenia (outcome)", "dead_end", False
            break
        if route.end == "end" and not route.steps:
            yield "steps", f"droga {route.answers} kończy się bez żadnego kroku", "dead_end", False
            break


def _deadlines(case: Case) -> Iterator[Found]:
    for index, step in enumerate(case.steps):
        deadline = step.deadline
        if deadline is None:
            continue
        dated = deadline.question
        if dated and (dated not in case.questions or case.questions[dated].kind != "date"):
            yield f"steps[{index}].deadline", f"termin liczy się od „{dated}”, a to nie jest pytanie o datę", "dangling", False
        if deadline.computed and deadline.law is None:
            yield f"steps[{index}].deadline", "termin jest liczony, więc podaj „law”: według którego prawa przesuwa go dzień wolny", "missing", False


def _idle_answers(case: Case, found: list[Route]) -> Iterator[tuple[str, str]]:
    """Answers whose every route is the same as with another answer of the question."""
    for key, question in case.questions.items():
        if question.kind != "choice":
            continue
        fates: dict[str, frozenset] = {}
        for option in question.answers:
            mine = [route for route in found if route.answers.get(key) == option]
            if mine:
                fates[option] = frozenset(_fate(case, route, key) for route in mine)
        seen: dict[frozenset, str] = {}
        for option, fate in fates.items():
            if fate in seen:
                yield key, option
            seen.setdefault(fate, option)


def _fate(case: Case, route: Route, without: str) -> tuple:
    outcomes = (*(item.text for item in outcomes_of(case, route.known)), *(item.text for item in cautions_of(case, route.known)))
    rest = tuple(sorted((name, value) for name, value in route.answers.items() if name != without))
    return route.steps, route.end, outcomes, rest


def _problem_shape(problem: Problem) -> Iterator[Found]:
    reached = causes_reached(problem)
    for name, cause in problem.causes.items():
        if name not in reached:
            yield f"causes.{name}", f"do przyczyny „{name}” nie prowadzi żadna odpowiedź", "unreachable", False
        if not cause.remedy:
            yield f"causes.{name}", f"przyczyna „{name}” nie ma czynności naprawczych", "dead_end", False
    for key, question in problem.questions.items():
        for option, answer in question.answers.items():
            if answer.cause and answer.cause not in problem.causes:
                yield f"questions.{key}.answers.{option}", f"przyczyny „{answer.cause}” nie ma we wpisie", "dangling", False
        if not any(answer.cause or answer.goto or answer.people for answer in question.answers.values()):
            yield f"questions.{key}", f"pytanie „{key}” niczego nie zmienia", "idle", False
    if not problem.collect:
        yield "collect", "brakuje listy danych dla konsultanta (collect)", "question", False


def _otherwise_faults(entry: Guide, knowledge: Knowledge) -> Iterator[Found]:
    if not isinstance(entry, Problem):
        return
    for name, cause in entry.causes.items():
        target = cause.otherwise
        if target and target != PEOPLE and target not in entry.causes and knowledge.entry(target) is None:
            yield f"causes.{name}.otherwise", f"„{target}” nie istnieje", "dangling", False


def _figure_faults(knowledge: Knowledge, reader: Reader, day: date) -> Iterator[Fault]:
    for key, figure in knowledge.figures.items():
        last = figure.values[-1]
        if last.valid_to and last.valid_to < day + SOON:
            path, line = _place_of(reader, "figures", key)
            verb = "straciła" if last.valid_to < day else "straci"
            yield Fault(path, line, f"wielkość „{key}” {verb} ważność {last.valid_to}", "figure_expiring", True)


def _form_faults(knowledge: Knowledge, reader: Reader) -> Iterator[Fault]:
    for form in knowledge.forms.values():
        for heir in form.replaced_by:
            if form_slug(heir) not in knowledge.forms:
                path, line = _place_of(reader, "forms", form.symbol)
                yield Fault(path, line, f"następcy „{heir}” formularza „{form.symbol}” nie ma w katalogu", "form")


def _popular_faults(knowledge: Knowledge, reader: Reader) -> Iterator[Fault]:
    path = reader.root / "phrases" / "popular.yml"
    for key, names in knowledge.phrases.items():
        for name in names if key.startswith("popular_") else ():
            if knowledge.entry(name) is None:
                yield Fault(path.relative_to(reader.root.parent), line_of(path, key), f"„{name}” nie istnieje", "dangling")


def _news_faults(knowledge: Knowledge, reader: Reader, day: date) -> Iterator[Fault]:
    for item in knowledge.news.values():
        path = reader.root / "news" / f"{item.id}.yml"
        place = path.relative_to(reader.root.parent)
        for name in item.entries:
            if knowledge.entry(name) is None:
                yield Fault(place, line_of(path, "entries"), f"„{name}” nie istnieje", "dangling")
        if not item.sources:
            yield Fault(place, line_of(path, "sources"), "brakuje źródła wiadomości", "source")
        if item.valid_to and item.valid_to < day:
            yield Fault(place, line_of(path, "valid_to"), f"wiadomość straciła ważność {item.valid_to}; nie jest już pokazywana", "expired", True)


def _alias_faults(knowledge: Knowledge, reader: Reader) -> Iterator[Fault]:
    for alias, target in knowledge.aliases.items():
        if alias in knowledge.entries:
            path = reader.where[target]
            yield Fault(path.relative_to(reader.root.parent), line_of(path, "aliases"), f"alias „{alias}” jest też wpisem", "dangling")


def _place_of(reader: Reader, folder: str, word: str) -> tuple[Path, int]:
    """File and line of the first mention of a key in a folder."""
    for path in sorted(reader.root.glob(f"{folder}/*.yml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.lstrip("- ").startswith(word) or line.endswith(f"symbol: {word}"):
                return path.relative_to(reader.root.parent), number
    return Path(reader.root.name) / folder, 1
