"""An entry as a drawing: its routes merged into one Mermaid flow chart."""

from __future__ import annotations

from bot.cases.model import Guide, Problem
from bot.cases.routes import sample_answers
from bot.cases.walk import CHECK, Position, step_id, walk


def mermaid(entry: Guide) -> str:
    """A flow chart of every question, answer and step, for a reviewer."""
    nodes: dict[str, str] = {}
    arrows: dict[tuple[str, str, str], None] = {}
    pending: list[tuple[dict[str, str], frozenset[str], str, str]] = [({}, frozenset(), "start", "")]
    seen: set[tuple[str, tuple[tuple[str, str], ...], frozenset[str]]] = set()
    while pending:
        answers, done, came_from, label = pending.pop()
        place = walk(entry, answers, done)
        name, shape = _node(entry, place)
        nodes[name] = shape
        arrows[(came_from, name, label)] = None
        key = (name, tuple(place.known.items()), done)
        if key in seen:
            continue
        seen.add(key)
        if place.kind == "step" and place.step is not None:
            pending.append((answers, done | {step_id(place.step, place.index, place.cause)}, name, ""))
        elif place.question and place.kind in ("question", "check"):
            for value in sample_answers(entry, place):
                pending.append((dict(answers, **{place.question: value}), done, name, _label(entry, place.question, value)))
    lines = ["flowchart TD", f"  start([{_text(entry.title)}])"]
    lines += [f"  {name}{shape}" for name, shape in nodes.items()]
    lines += [f"  {one} -->{f'|{_text(text)}|' if text else ''} {other}" for one, other, text in arrows]
    return "\n".join(lines)


def _node(entry: Guide, place: Position) -> tuple[str, str]:
    if place.kind == "step" and place.step is not None:
        name = step_id(place.step, place.index, place.cause)
        title = getattr(place.step, "title", None) or place.step.do
        return "s_" + name.replace(":", "_"), f"[{_text(title)}]"
    if place.question and place.question.startswith(CHECK):
        text = entry.causes[place.cause or ""].check if isinstance(entry, Problem) else entry.check
        return "c_" + place.question.removeprefix(CHECK), f"{{{{{_text(text or '')}}}}}"
    if place.question:
        return "q_" + place.question, f"{{{{{_text(entry.questions[place.question].ask)}}}}}"
    if place.kind == "goto":
        return f"g_{place.target}", f"[/{_text(place.target or '')}/]"
    return place.kind, f"([{ {'end': 'koniec', 'solved': 'rozwiązane', 'people': 'konsultant'}[place.kind] }])"


def _label(entry: Guide, question: str, value: str) -> str:
    known = entry.questions.get(question)
    return known.answers[value].label if known and value in known.answers else value


def _text(text: str) -> str:
    short = text if len(text) <= 60 else text[:57] + "…"
    return '"' + short.replace('"', "'") + '"'
