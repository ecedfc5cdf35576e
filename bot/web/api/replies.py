"""The kinds of replies as schemas: a union told apart by ``kind``; tests hold every reply of the dialogue against it."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_CHOICE = {"type": "object", "required": ["id", "label"], "properties": {"id": _TEXT, "label": _TEXT}, "additionalProperties": False}
_CHOICES = {"type": "array", "items": _CHOICE}
_LINK = {"type": "object", "required": ["title", "url"], "properties": {"title": _TEXT, "url": _TEXT}}
_LINKS = {"type": "array", "items": _LINK}
_CASE = {"type": "object", "required": ["id", "title"], "properties": {"id": _TEXT, "title": _TEXT}}
_DEADLINE = {"type": "object", "required": ["text"], "properties": {
    "text": _TEXT, "date": {"type": "string", "format": "date"}, "reason": _TEXT, "basis": _TEXT, "calendar": {**_TEXT, "description": "terminy klienta w pliku kalendarza"}}}  # fmt: skip
_TERM = {"type": "object", "required": ["id", "said", "text"], "properties": {"id": _TEXT, "said": _TEXT, "text": _TEXT}}
_FORM = {"type": "object", "required": ["symbol", "title"], "properties": {"symbol": _TEXT, "title": _TEXT, "url": {"type": ["string", "null"]}}}
_INPUT = {"enum": ["date", "number", "text", "email"], "description": "czego pytanie oczekuje poza wyborem"}


def _kind(kind: str, required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["kind", *required], "properties": {"kind": {"const": kind}, **properties}}


REPLIES: dict[str, Any] = {
    "Reply": {"oneOf": [{"$ref": f"#/components/schemas/{name}Reply"} for name in ("Text", "Notice", "Choices", "Step", "Card", "Checklist", "Ticket", "Survey")],
              "discriminator": {"propertyName": "kind", "mapping": {name.lower(): f"#/components/schemas/{name}Reply" for name in ("Text", "Notice", "Choices", "Step", "Card", "Checklist", "Ticket", "Survey")}}},
    "TextReply": _kind("text", ("text",), text=_TEXT, choices=_CHOICES, understood=_CASE, lang=_TEXT, input=_INPUT, name={**_TEXT, "description": "imię konsultanta"}),
    "NoticeReply": _kind("notice", ("text", "level"), text=_TEXT, level={"enum": ["info", "warning", "understood", "person"]}),
    "ChoicesReply": _kind("choices", ("text",), text=_TEXT, choices=_CHOICES, question={**_TEXT, "description": "identyfikator pytania sprawy"}, case=_CASE, why=_TEXT, simple=_TEXT, hint=_TEXT, input=_INPUT,
                          terms={"type": "array", "items": _TERM}),
    "StepReply": _kind("step", ("case", "position", "of", "title"), case=_CASE, position={"type": "integer", "minimum": 1}, of={"type": "integer", "minimum": 1}, id=_TEXT, title=_TEXT, text=_TEXT, why=_TEXT,
                       only_if=_TEXT, simple=_TEXT, forms={"type": "array", "items": _FORM}, attach={"type": "array", "items": _TEXT}, where={"type": "array", "items": {"type": "object"}}, deadline=_DEADLINE,
                       late=_TEXT, caution=_TEXT, ask_there={"type": "array", "items": _TEXT}, links=_LINKS, terms={"type": "array", "items": _TERM}, choices=_CHOICES),
    "CardReply": _kind("card", ("card", "title", "text"), card=_TEXT, title=_TEXT, text=_TEXT, links=_LINKS, choices=_CHOICES, code=_TEXT, url=_TEXT, status=_TEXT),
    "ChecklistReply": _kind("checklist", ("title", "items"), title=_TEXT, text=_TEXT, case=_CASE, items={"type": "array", "items": {"type": "object", "required": ["position", "title"]}},
                            links={"type": "object", "required": ["html", "pdf", "text", "calendar"]}, answers={"type": "array"}, needs={"type": "array"}, take_along={"type": "array", "items": _TEXT},
                            outcome={}, verified=_TEXT, choices=_CHOICES),
    "TicketReply": _kind("ticket", ("number", "code", "text"), number=_TEXT, code=_TEXT, text=_TEXT, status=_TEXT, promised_on={"type": "string", "format": "date"}, choices=_CHOICES),
    "SurveyReply": _kind("survey", ("text",), text=_TEXT, choices=_CHOICES, asks={"enum": ["solved", "score", "remark"]}),
}  # fmt: skip
"""By the name of the schema."""
