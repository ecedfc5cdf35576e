"""The OpenAPI 3.1 description of the public API, kept beside the routes; tests hold it against the routes, the answers and every reply of the dialogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from bot import __version__
from bot.cases.model import PROFILES
from bot.dialogue.understanding import Understanding
from bot.web.api.replies import REPLIES
from bot.web.body import MAX_BODY
from bot.web.desk import MAX_CLIENT_ID, MAX_TEXT
from bot.web.keys import SETTINGS
from bot.web.pages.render import page

routes = web.RouteTableDef()
TEXT = {"type": "string"}
_MESSAGE = {"type": "string", "minLength": 0, "maxLength": MAX_TEXT}
_PROFILE = {"enum": list(PROFILES), "description": "kim jest klient"}
_PAGE = {"type": "string", "maxLength": 300, "description": "strona, na której jest klient; zawęża znaczenie słów"}
_QUERY = {"type": "string", "maxLength": 300}
_HEADERS = {
    "X-Request-ID": {"description": "numer żądania; podaj go, zgłaszając kłopot", "schema": TEXT},
    "RateLimit-Policy": {"description": "limit: liczba (q) w oknie sekund (w)", "schema": TEXT, "example": '"say";q=60;w=60'},
    "RateLimit": {"description": "ile zostało (r) i za ile sekund coś się zwolni (t)", "schema": TEXT, "example": '"say";r=57;t=41'},
}
_ERRORS: Mapping[str, tuple[str, str, str]] = {
    "400": ("Treści nie da się odczytać albo brakuje w niej pola", "bad_request", "Podaj jedno z pól: „text”, „choice”, „open” albo „profile”."),
    "404": ("Nie ma tego albo nie jest Twoje (bez rozróżnienia)", "not_found", "Nie ma takiej rozmowy albo token jest zły. Rozpocznij nową rozmowę."),
    "409": ("Dane są zabezpieczone na czas postępowania; życzenie zapisano", "held", "Tej rozmowy nie możemy teraz usunąć, bo urząd zabezpieczył ją na czas postępowania."),
    "413": (f"Treść większa niż {MAX_BODY // 1024} kB", "too_large", "To, co przysłano, jest za duże. Skróć wiadomość."),
    "429": ("Za często; nagłówek Retry-After mówi, ile sekund odczekać", "too_often", "Za dużo prób w krótkim czasie. Odczekaj chwilę i spróbuj jeszcze raz."),
    "503": ("Chwilowo niedostępne; to samo żądanie może się później udać", "temporarily_unavailable", "Baza danych chwilowo nie odpowiada. Spróbuj ponownie za chwilę."),
}
_CONVERSATION = "/api/v1/conversations/{id}"
_ID = "3f0c4f0d9f6e4a0b8e1d2c3b4a596877"
_STEP = {"kind": "choices", "question": "student", "case": {"id": "zgloszenie_zleceniobiorcy", "title": "Umowa zlecenia – zgłoszenie i składki"},
         "text": "Czy zleceniobiorca jest uczniem albo studentem i nie skończył 26 lat?", "choices": [{"id": "x7YdQm2LpK0a", "label": "Nie"}]}  # fmt: skip
_STANDING = {"live": False, "person": False, "matters": [{"id": "zgloszenie_zleceniobiorcy", "title": "Umowa zlecenia – zgłoszenie i składki", "standing": "pytanie: student"}], "profile": "platnik"}
_UNDERSTOOD = {"text": "zatrudniłam studentkę na zlecnie", "kind": "case", "id": "zgloszenie_zleceniobiorcy", "confidence": 0.91,
               "alternatives": [{"kind": "case", "id": "zgloszenie_pracownika", "confidence": 0.05}], "corrections": [{"from": "zlecnie", "to": "zlecenie"}], "entities": []}  # fmt: skip


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Any) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _json(schema: Any, example: Any = None) -> dict[str, Any]:
    return {"application/json": {"schema": schema, **({} if example is None else {"example": example})}}


def _operation(
    name: str, tag: str, summary: str, answer: Any = None, example: Any = None, *, status: str = "200", says: str = "Dobrze", body: Any = None, sends: Any = None,
    query: Mapping[str, Any] | None = None, path: Mapping[str, Any] | None = None, headers: Mapping[str, Any] | None = None, secured: bool = False,
    errors: tuple[str, ...] = ("400", "404", "413", "429", "503"), description: str = "",
) -> dict[str, Any]:  # fmt: skip
    """One operation, with an example of what is sent and what comes back."""
    given = [{"name": key, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 80}, "example": value} for key, value in (path or {}).items()]
    given += [{"name": key, "in": "query", "required": False, **value} for key, value in (query or {}).items()]
    given += [{"name": key, "in": "header", "required": False, **value} for key, value in (headers or {}).items()]
    found: dict[str, Any] = {"operationId": name, "tags": [tag], "summary": summary, **({"description": description} if description else {})}
    found |= {"parameters": given} if given else {}
    found |= {"requestBody": {"required": True, "content": _json(body, sends)}} if body is not None else {}
    found |= {"security": [{"token": []}]} if secured else {}
    answered = {"description": says, "headers": {key: {"$ref": f"#/components/headers/{key}"} for key in _HEADERS}, **({"content": _json(answer, example)} if answer else {})}
    found["responses"] = {status: answered, **{code: {"$ref": f"#/components/responses/{code}"} for code in errors}}
    return found


def document(address: str) -> dict[str, Any]:
    """The whole description."""
    _, schemas = msgspec.json.schema_components([Understanding], ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Okienko", "version": __version__, "summary": "Publiczne API okienka ZUS: rozumienie, rozmowa, wiedza, zgłoszenia.",
                 "description": "Błędy mają jeden kształt; ich zdanie mówi, co zrobić. Ta sama wiadomość z tym samym `client_id` daje tę samą odpowiedź. Limity podają nagłówki RateLimit."},
        "servers": [{"url": address}],
        "tags": [{"name": "rozmowa"}, {"name": "rozumienie"}, {"name": "wiedza"}, {"name": "zgłoszenia"}],
        "paths": {**_talking(), **_knowing(), **_handing()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "token z POST /conversations; jedyny klucz do rozmowy"}},
            "headers": {**_HEADERS, "Retry-After": {"description": "sekundy", "schema": {"type": "integer"}}},
            "responses": {code: _fault(code) for code in _ERRORS},
            "schemas": {**schemas, **REPLIES, **_shapes()},
        },
    }  # fmt: skip


def _fault(code: str) -> dict[str, Any]:
    says, name, message = _ERRORS[code]
    headers = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}, **({"Retry-After": {"$ref": "#/components/headers/Retry-After"}} if code == "429" else {})}
    return {"description": says, "headers": headers, "content": _json(_ref("Error"), {"error": {"code": name, "message": message, "request_id": _ID}})}


def _shapes() -> dict[str, Any]:
    matter = _object(["id", "title", "standing"], id=TEXT, title=TEXT, standing=TEXT)
    standing = {
        "live": {"type": "boolean", "description": "człowiek może się odezwać w każdej chwili: warto otworzyć WebSocket"},
        "person": {"type": "boolean", "description": "konsultant rozmawia teraz w okienku"},
        "matters": {**_list(matter), "description": "otwarte sprawy, bieżąca pierwsza"}, "profile": {"enum": [*PROFILES, None]},
    }  # fmt: skip
    return {
        "Error": _object(["error"], error=_object(["code", "message", "request_id"], code=TEXT, message=TEXT, request_id=TEXT)),
        "Turn": _object(["replies", "cursor", *standing], replies=_list(_ref("Reply")), cursor={"type": "integer"}, **standing),
        "News": _object(["messages", "cursor", *standing], messages=_list(_ref("Message")), cursor={"type": "integer"}, **standing),
        "Message": _object(["seq", "author", "body", "created_at"], seq={"type": "integer"}, author={"enum": ["client", "bot", "person"]}, client_id={"type": ["string", "null"]},
                           body={"description": "odpowiedź albo słowa klienta: {text} lub {choice, text}", "type": "object"}, created_at={"type": "string", "format": "date-time"}),
        "Say": {**_object([], text=_MESSAGE, choice=TEXT, open={**TEXT, "description": "sprawa, do której klient wraca"}, profile=_PROFILE,
                          client_id={"type": "string", "minLength": 1, "maxLength": MAX_CLIENT_ID, "description": "ten sam – ta sama odpowiedź"}),
                "description": "dokładnie jedno z: text, choice, open, profile"},
        "Frame": {"description": "ramki WebSocket do klienta; od klienta: {token, after} na początek (gdy nie ma nagłówka), potem Say albo {type: typing}",
                  "oneOf": [_object(["type", "messages", "cursor"], type={"const": "messages"}, messages=_list(_ref("Message")), cursor={"type": "integer"}),
                            _object(["type", "replies", "cursor"], type={"const": "replies"}, replies=_list(_ref("Reply")), cursor={"type": "integer"}, client_id={"type": ["string", "null"]}),
                            _object(["type"], type={"const": "typing"}), _object(["type", "error"], type={"const": "error"}, error={"type": "object"})]},
    }  # fmt: skip


def _talking() -> dict[str, Any]:
    begun = _object(["id", "token", "replies", "cursor"], id=TEXT, token=TEXT, replies=_list(_ref("Reply")), cursor={"type": "integer"})
    item = _object(["what", "where", "count"], what=TEXT, where=TEXT, count={"type": "integer"})
    receipt = _object(["receipt"], receipt=_object(["conversation", "erased_at", "items"], conversation=TEXT, erased_at={"type": "string", "format": "date-time"}, items=_list(item)))
    resumed = _object(["replies", "cursor"], replies=_list(_ref("Reply")), cursor={"type": "integer"})
    copy = _object(["exported_at", "conversation", "messages", "tickets"], exported_at={"type": "string", "format": "date-time"}, conversation={"type": "object"}, messages=_list({"type": "object"}), tickets=_list({"type": "object"}))
    mine, after = {"id": _ID}, {"after": {"schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999}, "example": 4}}
    turn = {"replies": [_STEP], "cursor": 6, **_STANDING}
    return {
        "/api/v1/ask": {"post": _operation("ask", "rozumienie", "Zrozum jedną wiadomość; niczego nie zapisuje", _ref("Understanding"), _UNDERSTOOD,
                                           body=_object(["text"], text=_MESSAGE, profile=_PROFILE), sends={"text": "zatrudniłam studentkę na zlecnie", "profile": "platnik"}, errors=("400", "413", "429", "503"))},
        "/api/v1/conversations": {"post": _operation("begin", "rozmowa", "Rozpocznij rozmowę", begun, {"id": _ID, "token": "JkZ3…", "replies": [{"kind": "text", "text": "Dzień dobry, tu Okienko."}], "cursor": 2},
                                                     status="201", says="Rozmowa; jej token jest podany tylko tutaj", body=_object([], profile=_PROFILE, page=_PAGE, channel={"enum": ["widget", "api", "text"]}),
                                                     sends={"profile": "platnik", "page": "/oferta/ksiegowosc"}, errors=("400", "413", "429", "503"))},
        f"{_CONVERSATION}/messages": {
            "post": _operation("say", "rozmowa", "Powiedz coś, wybierz, wróć do sprawy albo zmień profil", _ref("Turn"), turn, body=_ref("Say"),
                               sends={"text": "zatrudniłam studentkę na zlecenie", "client_id": "a1b2c3"}, path=mine, secured=True),
            "get": _operation("said", "rozmowa", "Co powiedziano po miejscu „after”", _ref("News"), {"messages": [], "cursor": 4, **_STANDING}, path=mine, query=after, secured=True),
        },
        f"{_CONVERSATION}/resume": {"post": _operation("resume", "rozmowa", "Klient wraca po przerwie: po pół godzinie – gdzie skończył, wcześniej nic", resumed, {"replies": [], "cursor": 6}, path=mine, secured=True)},
        f"{_CONVERSATION}/socket": {"get": _operation("socket", "rozmowa", "To samo przez WebSocket, z tym, co mówią inni", status="101", says="Połączenie", path=mine, query=after, secured=True,
                                                      description="Token w nagłówku Authorization albo, ze strony, w pierwszej ramce. Ramki: schemat Frame.", errors=("400", "404", "429"))},
        _CONVERSATION: {"delete": _operation("erase", "rozmowa", "Usuń rozmowę; odpowiedzią jest pokwitowanie", receipt,
                                             {"receipt": {"conversation": _ID, "erased_at": "2026-11-26T12:00:00+00:00", "items": [{"what": "messages", "where": "database", "count": 6}]}}, path=mine, secured=True,
                                             errors=("404", "409", "429", "503"))},
        f"{_CONVERSATION}/export": {"get": _operation("export", "rozmowa", "Kopia wszystkiego, co przechowujemy o rozmowie i jej zgłoszeniach", copy, {"exported_at": "2026-11-26T12:00:00+00:00", "conversation": {"id": _ID}, "messages": [], "tickets": []},
                                                      path=mine, secured=True, errors=("404", "429", "503"))},
    }  # fmt: skip


def _knowing() -> dict[str, Any]:
    rows = _list({"type": "object"})
    few = ("400", "429", "503")
    case = {"id": "zgloszenie_zleceniobiorcy", "kind": "case", "title": "Umowa zlecenia – zgłoszenie i składki", "when": "zatrudniasz kogoś na umowę zlecenia", "profiles": ["platnik"], "topic": "zgloszenia"}
    return {
        "/api/v1/cases": {"get": _operation("cases", "wiedza", "Sprawy", _object(["cases"], cases=rows), {"cases": [case]}, errors=few,
                                            query={"profile": {"schema": _PROFILE, "example": "platnik"}, "topic": {"schema": _QUERY}, "kind": {"schema": {"enum": ["case", "platnik"]}}})},
        "/api/v1/cases/{id}": {"get": _operation("case", "wiedza", "Jedna sprawa w całości", {"type": "object"}, case, path={"id": "zgloszenie_zleceniobiorcy"}, errors=("404", "429", "503"))},
        "/api/v1/forms": {"get": _operation("forms", "wiedza", "Formularze według symbolu, jakkolwiek zapisanego", _object(["forms"], forms=rows), {"forms": [{"symbol": "ZUS Z-3"}]}, query={"symbol": {"schema": _QUERY, "example": "z3"}}, errors=few)},
        "/api/v1/terms": {"get": _operation("terms", "wiedza", "Pojęcia", _object(["terms"], terms=rows), {"terms": []}, query={"q": {"schema": _QUERY, "example": "podstawa wymiaru"}}, errors=few)},
        "/api/v1/offices": {"get": _operation("offices", "wiedza", "Placówki", _object(["offices"], offices=rows), {"offices": []}, query={"city": {"schema": _QUERY, "example": "Kraków"}}, errors=few)},
        "/api/v1/search": {"get": _operation("search", "wiedza", "Szukaj we wszystkim", _object(["results"], results=rows), {"results": []}, query={"q": {"required": True, "schema": _QUERY, "example": "zasiłek"}}, errors=few)},
        "/api/v1/openapi.json": {"get": _operation("description", "wiedza", "Ten opis", {"type": "object"}, errors=())},
    }  # fmt: skip


def _handing() -> dict[str, Any]:
    opened = _object(["number", "code", "status", "created_at", "promised_on"], number=TEXT, code=TEXT, status=TEXT, created_at={"type": "string", "format": "date-time"}, promised_on={"type": ["string", "null"]})
    written = _object(["at", "author", "text"], at=TEXT, author={"enum": ["client", "person"]}, text=TEXT)
    state = _object(["number", "status", "written"], number=TEXT, status={"enum": ["open", "taken", "waiting", "closed"]}, case={"type": ["string", "null"]}, title={"type": ["string", "null"]},
                    created_at=TEXT, updated_at=TEXT, promised_on={"type": ["string", "null"]}, written=_list(written))  # fmt: skip
    asked = _object(["question"], question=_MESSAGE, profile=_PROFILE, page=_PAGE, email={"type": "string", "maxLength": 254}, consent={"type": "boolean", "description": "zgoda na odpowiedź pod ten adres"})
    made = {"number": "OK-2611-00012", "code": "K7PX-3MQD", "status": "open", "created_at": "2026-11-26T12:00:00+00:00", "promised_on": "2026-11-30"}
    return {
        "/api/v1/tickets": {"post": _operation("handOver", "zgłoszenia", "Oddaj pytanie ludziom, bez rozmowy", opened, made, status="201", says="Numer i kod; kod podany tylko tutaj", body=asked,
                                               sends={"question": "Od kiedy liczy się okres zasiłkowy?", "profile": "ubezpieczony"}, errors=("400", "413", "429", "503"))},
        "/api/v1/tickets/{number}": {"get": _operation("ticket", "zgłoszenia", "Stan zgłoszenia dla tego, kto zna kod", state, {"number": "OK-2611-00012", "status": "open", "written": []}, path={"number": "OK-2611-00012"},
                                                       query={"code": {"schema": {"type": "string", "maxLength": 40}, "example": "K7PX-3MQD"}}, headers={"X-Ticket-Code": {"schema": TEXT}}, errors=("404", "429", "503"))},
        "/api/v1/tickets/{number}/contact": {"delete": _operation("withdraw", "zgłoszenia", "Wycofaj adres do odpowiedzi; zgłoszenie zostaje", _object(["number", "contact"], number=TEXT, contact={"type": "null"}),
                                                                  {"number": "OK-2611-00012", "contact": None}, path={"number": "OK-2611-00012"}, query={"code": {"schema": {"type": "string", "maxLength": 40}, "example": "K7PX-3MQD"}},
                                                                  headers={"X-Ticket-Code": {"schema": TEXT}}, errors=("404", "429", "503"))},
    }  # fmt: skip


@routes.get("/api/v1/openapi.json")
async def openapi(request: web.Request) -> web.Response:
    """The description itself."""
    return web.json_response(document(request.app[SETTINGS].address))


def _sent(operation: Mapping[str, Any]) -> str:
    """The example of a body, as one would type it."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return json.dumps(content["example"], ensure_ascii=False, indent=2) if "example" in content else ""


@routes.get("/api")
async def human(request: web.Request) -> web.Response:
    """The same for people: every call with its example."""
    described = document(request.app[SETTINGS].address)
    calls = [(method.upper(), path, operation, _sent(operation)) for path, item in described["paths"].items() for method, operation in item.items()]
    return page("api.html", request, title="API dla programów", description="Wywołania API Okienka z przykładami.", path="/api", calls=calls, crumbs=[])
