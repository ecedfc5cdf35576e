"""The OpenAPI 3.1 description of the public API, kept beside the routes; a test holds one against the other."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from bot import __version__
from bot.cases.model import PROFILES
from bot.dialogue.understanding import Understanding
from bot.web.keys import SETTINGS

routes = web.RouteTableDef()
_TEXT = {"type": "string"}
_CHOICE = {"type": "object", "required": ["id", "label"], "properties": {"id": _TEXT, "label": _TEXT}}
_REPLY = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["text", "choices", "step", "card", "checklist", "notice", "ticket", "survey"]},
        "text": _TEXT,
        "title": _TEXT,
        "case": {"type": "object", "properties": {"id": _TEXT, "title": _TEXT}},
        "question": {"type": "string", "description": "identyfikator pytania, gdy odpowiedź jest pytaniem sprawy"},
        "position": {"type": "integer", "minimum": 1},
        "of": {"type": "integer", "minimum": 1},
        "choices": {"type": "array", "items": _CHOICE},
        "number": _TEXT,
        "code": _TEXT,
        "links": {"description": "listy kontrolne: adresy według postaci (html, pdf, text, calendar); gdzie indziej lista {title, url}"},
    },
    "example": {"kind": "choices", "question": "student", "text": "Czy zleceniobiorca jest studentem?", "choices": [{"id": "x7Yd", "label": "Tak"}]},
}
_LIVE = {"type": "boolean", "description": "czy konsultant może się odezwać w każdej chwili: wtedy warto otworzyć WebSocket"}
_PROFILE = {"enum": list(PROFILES)}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def _answer(schema: Any, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(summary: str, answers: dict[str, Any], *, body: Any = None, query: dict[str, Any] | None = None,
               path: tuple[str, ...] = (), secured: bool = False) -> dict[str, Any]:  # fmt: skip
    parameters = [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in path]
    parameters += [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in (query or {}).items()]
    error = _answer(_reference("Error"), "Błąd: zdanie, co zrobić")
    found: dict[str, Any] = {"summary": summary, "responses": {**answers, "4XX": error, "5XX": error}}
    if parameters:
        found["parameters"] = parameters
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if secured:
        found["security"] = [{"token": []}]
    return found


def document(address: str) -> dict[str, Any]:
    """The whole description."""
    _, components = msgspec.json.schema_components([Understanding], ref_template="#/components/schemas/{name}")
    replies = {"type": "array", "items": _reference("Reply")}
    turn = _object(["replies", "cursor"], replies=replies, cursor={"type": "integer"}, live=_LIVE)
    message = _object(["seq", "author", "body", "created_at"], seq={"type": "integer"}, author={"enum": ["client", "bot", "person"]},
                      body={"type": "object"}, client_id={"type": ["string", "null"]}, created_at={"type": "string", "format": "date-time"})  # fmt: skip
    error = _object(["error"], error=_object(["code", "message", "request_id"], code=_TEXT, message=_TEXT, request_id=_TEXT))
    say = _object([], text=_TEXT, choice=_TEXT, client_id={"type": "string", "maxLength": 64, "description": "ten sam – ta sama odpowiedź"})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Okienko", "version": __version__, "description": "Publiczne API okienka ZUS: rozumienie, rozmowa, wiedza, zgłoszenia."},
        "servers": [{"url": address}],
        "paths": _paths(turn, replies, message, say),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "token z POST /conversations"}},
            "schemas": {**components, "Reply": _REPLY, "Error": error},
        },
    }


def _paths(turn: Any, replies: Any, message: Any, say: Any) -> dict[str, Any]:
    conversation = "/api/v1/conversations/{id}"
    listing = {"type": "array", "items": {"type": "object"}}
    begun = _object(["id", "token", "replies", "cursor"], id=_TEXT, token=_TEXT, replies=replies, cursor={"type": "integer"})
    receipt = _object(["receipt"], receipt=_object(["conversation", "erased_at", "items"], conversation=_TEXT, erased_at=_TEXT, items=listing))
    opened = _object(["number", "code", "status"], number=_TEXT, code=_TEXT, status=_TEXT)
    begin = _object([], profile=_PROFILE, page=_TEXT, channel={"enum": ["widget", "api", "text"]})
    return {
        "/api/v1/ask": {"post": _operation("Zrozum jedną wiadomość; niczego nie zapisuje", {"200": _answer(_reference("Understanding"), "Rozumienie")},
                                           body=_object(["text"], text=_TEXT, profile=_PROFILE))},
        "/api/v1/conversations": {"post": _operation("Rozpocznij rozmowę", {"201": _answer(begun, "Rozmowa i jej token")}, body=begin)},
        f"{conversation}/messages": {
            "post": _operation("Powiedz coś albo wybierz", {"200": _answer(turn, "Odpowiedzi")}, body=say, path=("id",), secured=True),
            "get": _operation("Co powiedziano od miejsca „after”", {"200": _answer(_object(["messages", "cursor"], messages={"type": "array", "items": message}, cursor={"type": "integer"}, live=_LIVE), "Wiadomości")},
                              path=("id",), query={"after": {"type": "integer", "minimum": 0}}, secured=True),
        },
        f"{conversation}/resume": {"post": _operation("Klient wraca po przerwie: gdzie skończył, o ile coś zostało otwarte", {"200": _answer(turn, "Odpowiedzi")}, path=("id",), secured=True)},
        f"{conversation}/socket": {"get": _operation("To samo przez WebSocket", {"101": {"description": "Połączenie; token w nagłówku albo w pierwszej ramce {\"token\"}"}}, path=("id",), secured=True)},
        conversation: {"delete": _operation("Usuń rozmowę", {"200": _answer(receipt, "Pokwitowanie: co, gdzie, ile")}, path=("id",), secured=True)},
        "/api/v1/cases": {"get": _operation("Sprawy", {"200": _answer(_object(["cases"], cases=listing), "Lista")}, query={"profile": _PROFILE, "topic": _TEXT, "kind": {"enum": ["case", "platnik"]}})},
        "/api/v1/cases/{id}": {"get": _operation("Jedna sprawa", {"200": _answer({"type": "object"}, "Sprawa")}, path=("id",))},
        "/api/v1/forms": {"get": _operation("Formularze według symbolu", {"200": _answer(_object(["forms"], forms=listing), "Formularze")}, query={"symbol": _TEXT})},
        "/api/v1/terms": {"get": _operation("Pojęcia", {"200": _answer(_object(["terms"], terms=listing), "Pojęcia")}, query={"q": _TEXT})},
        "/api/v1/offices": {"get": _operation("Placówki", {"200": _answer(_object(["offices"], offices=listing), "Placówki")}, query={"city": _TEXT})},
        "/api/v1/search": {"get": _operation("Szukaj we wszystkim", {"200": _answer(_object(["results"], results=listing), "Wyniki")}, query={"q": _TEXT})},
        "/api/v1/tickets": {"post": _operation("Zgłoszenie bez rozmowy", {"201": _answer(opened, "Numer i kod")}, body=_object(["question"], question=_TEXT, profile=_PROFILE, page=_TEXT, email=_TEXT, consent={"type": "boolean"}))},
        "/api/v1/tickets/{number}": {"get": _operation("Stan zgłoszenia", {"200": _answer(_object(["number", "status"], number=_TEXT, status=_TEXT), "Stan")}, path=("number",), query={"code": _TEXT})},
        "/api/v1/openapi.json": {"get": _operation("Ten opis", {"200": _answer({"type": "object"}, "OpenAPI 3.1")})},
    }  # fmt: skip


@routes.get("/api/v1/openapi.json")
async def openapi(request: web.Request) -> web.Response:
    """The description itself."""
    return web.json_response(document(request.app[SETTINGS].address))
