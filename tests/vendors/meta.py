"""Meta as far as a page or a number sees it: the Graph API for Messenger and WhatsApp, signed webhooks, clients with phones.

The limits are those of the published documentation, in characters as Python counts them or bytes where it says so, written apart from ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.vendors.waiting import Waiting


@dataclass
class Phone:
    """What a client sees: texts, and the buttons that can be pressed now."""

    texts: list[str] = field(default_factory=list)
    quick: dict[str, str] = field(default_factory=dict)
    """Quick replies or reply buttons: title to payload; quick replies vanish with the next message."""
    lasting: dict[str, str] = field(default_factory=dict)
    """Buttons of templates and rows of lists: they stay."""
    tags: list[str] = field(default_factory=list)
    heard_at: float = 0.0
    gone: bool = False
    read: int = 0


class FakeMeta(Waiting):
    """``async with FakeMeta("messenger", secret) as vendor``; ``vendor.webhook``: where events go; ``vendor.now``: the platform's clock."""

    def __init__(self, kind: str, secret: str, token: str = "token", phone_id: str = "106540352242922") -> None:
        self.kind, self.secret, self.token, self.phone_id, self.webhook = kind, secret, token, phone_id, ""
        self.phones: dict[str, Phone] = defaultdict(Phone)
        self.answers: list[int] = []
        self.busy = 0
        self.ahead = 0.0
        self._numbers = itertools.count(1)
        self._server: TestServer
        self._client: aiohttp.ClientSession

    async def __aenter__(self) -> FakeMeta:
        app = web.Application()
        app.router.add_post("/me/messages", self._messenger)
        app.router.add_post(f"/{self.phone_id}/messages", self._whatsapp)
        self._server = TestServer(app)
        await self._server.start_server()
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("")).rstrip("/")

    @property
    def now(self) -> float:
        return time.time() + self.ahead

    async def say(self, peer: str, text: str) -> dict[str, Any]:
        """The client writes; returns the call, so that it can be delivered again."""
        return await self._client_does(peer, {"text": text}, {"type": "text", "text": {"body": text}})

    async def press(self, peer: str, label: str) -> dict[str, Any]:
        """The client presses what they see: a quick reply, a button, or a row of a list (by its title or the text under it)."""
        phone = self.phones[peer]
        if label in phone.quick:
            name = phone.quick[label]
            return await self._client_does(
                peer, {"text": label, "quick_reply": {"payload": name}}, {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": name, "title": label}}}
            )
        name = phone.lasting[label]
        if self.kind == "messenger":
            return await self.deliver(self._page({"sender": {"id": peer}, "recipient": {"id": "1"}, "timestamp": int(self.now * 1000), "postback": {"mid": f"m_{next(self._numbers)}", "title": label, "payload": name}}))
        return await self._client_does(peer, {}, {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": name, "title": label[:24]}}})

    async def send_photo(self, peer: str) -> dict[str, Any]:
        return await self._client_does(peer, {"attachments": [{"type": "image", "payload": {"url": "https://example.org/x.jpg"}}]}, {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}})

    async def deliver(self, call: dict[str, Any], *, secret: str | None = None) -> dict[str, Any]:
        """A call of the webhook, signed, again until it is taken."""
        body = json.dumps(call).encode()
        signature = "sha256=" + hmac.new((secret or self.secret).encode(), body, hashlib.sha256).hexdigest()
        for _ in range(5):
            async with self._client.post(self.webhook, data=body, headers={"X-Hub-Signature-256": signature, "Content-Type": "application/json"}) as response:
                self.answers.append(response.status)
                if response.status < 500:
                    return call
            await asyncio.sleep(0.05)
        raise AssertionError("the webhook never took the call")

    async def _client_does(self, peer: str, messenger: dict[str, Any], whatsapp: dict[str, Any]) -> dict[str, Any]:
        phone = self.phones[peer]
        phone.heard_at, phone.quick = self.now, {}
        number = next(self._numbers)
        if self.kind == "messenger":
            return await self.deliver(self._page({"sender": {"id": peer}, "recipient": {"id": "1"}, "timestamp": int(self.now * 1000), "message": {"mid": f"m_{number}", **messenger}}))
        message = {"from": peer, "id": f"wamid.{number}", "timestamp": str(int(self.now)), **whatsapp}
        value = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "48123", "phone_number_id": self.phone_id}, "contacts": [{"wa_id": peer}], "messages": [message]}
        return await self.deliver({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})

    def _page(self, event: dict[str, Any]) -> dict[str, Any]:
        return {"object": "page", "entry": [{"id": "1", "time": int(self.now * 1000), "messaging": [event]}]}

    def _common(self, request: web.Request, phone: Phone) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _failed(401, 190, "Invalid OAuth access token")
        if self.busy:
            self.busy -= 1
            return _failed(400 if self.kind == "messenger" else 429, 613 if self.kind == "messenger" else 130429, "Rate limit hit")
        if phone.gone:
            return _failed(400, 551, "This person isn't available right now.", 1545041) if self.kind == "messenger" else _failed(400, 131026, "Message undeliverable")
        return None

    async def _messenger(self, request: web.Request) -> web.Response:
        data = await request.json()
        phone = self.phones[data["recipient"]["id"]]
        if data.get("sender_action") in ("mark_seen", "typing_on", "typing_off"):
            phone.read += 1
            return web.json_response({"recipient_id": data["recipient"]["id"]})
        away, tagged = self.now - phone.heard_at, data.get("tag") == "HUMAN_AGENT" and data.get("messaging_type") == "MESSAGE_TAG"
        fault = self._common(request, phone) or (_failed(400, 10, "outside of allowed window", 2018278) if away > (7 * 86400 if tagged else 86400) else None)
        fault = fault or self._shape_of_messenger(data.get("message", {}), data.get("messaging_type"))
        if fault is not None:
            return fault
        message = data["message"]
        payload = message.get("attachment", {}).get("payload", {})
        phone.texts.append(message.get("text") or payload["text"])
        phone.tags.append(data.get("tag", ""))
        phone.quick = {item["title"]: item["payload"] for item in message.get("quick_replies", ())}
        phone.lasting |= {item["title"]: item["payload"] for item in payload.get("buttons", ())}
        return web.json_response({"recipient_id": data["recipient"]["id"], "message_id": f"m_{next(self._numbers)}"})

    def _shape_of_messenger(self, message: dict[str, Any], kind: Any) -> web.Response | None:
        quick, text = message.get("quick_replies", []), message.get("text", "")
        payload = message.get("attachment", {}).get("payload", {})
        buttons = payload.get("buttons", [])
        good = kind in ("RESPONSE", "UPDATE", "MESSAGE_TAG")
        good &= len(text) <= 2000 and (bool(text.strip()) or bool(payload))
        good &= len(quick) <= 13 and all(item["content_type"] == "text" and 0 < len(item["title"]) <= 20 and 0 < len(item["payload"]) <= 1000 for item in quick)
        good &= len({item["title"] for item in quick}) == len(quick)
        if payload:
            good &= payload["template_type"] == "button" and 0 < len(payload["text"]) <= 640 and 1 <= len(buttons) <= 3
            good &= all(item["type"] == "postback" and 0 < len(item["title"]) <= 20 and 0 < len(item["payload"]) <= 1000 for item in buttons)
        return None if good else _failed(400, 100, "(#100) Invalid parameter")

    async def _whatsapp(self, request: web.Request) -> web.Response:
        data = await request.json()
        if data.get("status") == "read":
            self.phones["read"].read += 1
            return web.json_response({"success": True})
        phone = self.phones[data["to"]]
        closed = self.now - phone.heard_at > 86400 and data.get("type") != "template"
        fault = self._common(request, phone) or (_failed(400, 131047, "Re-engagement message") if closed else None) or self._shape_of_whatsapp(data)
        if fault is not None:
            return fault
        self._show(phone, data)
        return web.json_response({"messaging_product": "whatsapp", "contacts": [{"wa_id": data["to"]}], "messages": [{"id": f"wamid.{next(self._numbers)}"}]})

    def _show(self, phone: Phone, data: dict[str, Any]) -> None:
        kind = data["type"]
        if kind == "template":
            phone.texts.append(f"[{data['template']['name']}]")
        elif kind == "text":
            phone.texts.append(data["text"]["body"])
        else:
            shown = data["interactive"]
            phone.texts.append(shown["body"]["text"])
            phone.quick = {item["reply"]["title"]: item["reply"]["id"] for item in shown["action"].get("buttons", ())}
            rows = [row for section in shown["action"].get("sections", ()) for row in section["rows"]]
            phone.lasting |= {row["title"]: row["id"] for row in rows} | {row["description"]: row["id"] for row in rows if row.get("description")}

    def _shape_of_whatsapp(self, data: dict[str, Any]) -> web.Response | None:
        good = data.get("messaging_product") == "whatsapp" and data.get("type") in ("text", "interactive", "template")
        if data.get("type") == "text":
            good &= len(data["text"]["body"].strip()) > 0 and len(data["text"]["body"]) <= 4096
        if data.get("type") == "template":
            good &= bool(data["template"]["name"]) and data["template"]["language"]["code"] == "pl"
        if data.get("type") == "interactive":
            good &= self._interactive(data["interactive"])
        return None if good else _failed(400, 131009, "(#131009) Parameter value is not valid")

    def _interactive(self, shown: dict[str, Any]) -> bool:
        text, action = shown["body"]["text"], shown["action"]
        if shown["type"] == "button":
            found = [item["reply"] for item in action["buttons"]]
            sizes = all(0 < len(item["title"]) <= 20 and 0 < len(item["id"]) <= 256 for item in found)
            return 0 < len(text) <= 1024 and 1 <= len(found) <= 3 and sizes and len({item["title"] for item in found}) == len(found)
        rows = [row for section in action["sections"] for row in section["rows"]]
        sizes = all(0 < len(row["title"]) <= 24 and 0 < len(row["id"]) <= 200 and len(row.get("description", "x")) <= 72 for row in rows)
        heads = all(0 < len(section["title"]) <= 24 for section in action["sections"])
        return 0 < len(text) <= 4096 and 1 <= len(rows) <= 10 and sizes and heads and 0 < len(action["button"]) <= 20 and len({row["id"] for row in rows}) == len(rows)


def _failed(status: int, code: int, message: str, sub: int | None = None) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "OAuthException", "code": code, **({"error_subcode": sub} if sub else {}), "fbtrace_id": "x"}}, status=status)
