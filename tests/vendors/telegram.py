"""Telegram as far as a bot sees it: the Bot API over HTTP, updates to a webhook, clients with phones. Limits from the published Bot API."""

from __future__ import annotations

import asyncio
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

TOKEN = "123456:AAF-fake_fake_fake_fake_fake"


@dataclass
class Phone:
    """What a client sees, and what happens to the bot's calls."""

    texts: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    """The newest keyboard: label to callback data."""
    blocked: bool = False


class FakeTelegram(Waiting):
    """``async with FakeTelegram() as vendor``; ``vendor.url`` is the API's address, ``vendor.webhook`` where updates go."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token, self.webhook, self.secret = token, "", ""
        self.phones: dict[int, Phone] = defaultdict(Phone)
        self.answers: list[int] = []
        """The statuses that our webhook gave."""
        self.calls: list[str] = []
        self.busy = 0
        """So many of the next messages get 429."""
        self._updates, self._messages = itertools.count(1000), itertools.count(1)
        self._server: TestServer
        self._client: aiohttp.ClientSession

    async def __aenter__(self) -> FakeTelegram:
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
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

    async def say(self, peer: int, text: str, **more: Any) -> dict[str, Any]:
        """The client writes; returns the update, so that it can be delivered again."""
        message = {"message_id": next(self._messages), "date": int(time.time()), "from": {"id": peer, "is_bot": False, "first_name": "Klient"},
                   "chat": {"id": peer, "type": "private", "first_name": "Klient"}, "text": text, **more}  # fmt: skip
        return await self.deliver({"update_id": next(self._updates), "message": message})

    async def press(self, peer: int, label: str) -> dict[str, Any]:
        """The client presses a button of the newest keyboard."""
        data = self.phones[peer].buttons[label]
        query = {"id": str(next(self._updates)), "from": {"id": peer, "is_bot": False, "first_name": "Klient"}, "chat_instance": "1", "data": data}
        return await self.deliver({"update_id": next(self._updates), "callback_query": query})

    async def send_photo(self, peer: int) -> dict[str, Any]:
        message = {"message_id": next(self._messages), "date": int(time.time()), "chat": {"id": peer, "type": "private"}, "photo": [{"file_id": "x", "width": 1, "height": 1}]}
        return await self.deliver({"update_id": next(self._updates), "message": message})

    async def deliver(self, update: dict[str, Any], *, secret: str | None = None) -> dict[str, Any]:
        """An update to the webhook, as Telegram does: again until it is taken."""
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self.secret if secret is None else secret}
        for _ in range(5):
            async with self._client.post(self.webhook, data=json.dumps(update), headers=headers) as response:
                self.answers.append(response.status)
                if response.status < 500:
                    return update
            await asyncio.sleep(0.05)
        raise AssertionError("the webhook never took the update")

    async def _call(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _failed(401, "Unauthorized")
        data = dict(await request.post()) if request.can_read_body else dict(request.query)
        self.calls.append(request.match_info["method"])
        method = getattr(self, f"_do_{request.match_info['method'].lower()}", None)
        return _failed(404, "Not Found") if method is None else method(data)

    def _do_sendmessage(self, data: dict[str, Any]) -> web.Response:
        phone, text = self.phones[int(data["chat_id"])], str(data.get("text", "")).strip()
        markup = json.loads(data["reply_markup"]) if data.get("reply_markup") else {}
        rows = markup.get("inline_keyboard", [])
        buttons = [button for row in rows for button in row]
        fault = self._fault(phone, text, buttons)
        if fault is not None:
            return fault
        phone.texts.append(text)
        if buttons:
            phone.buttons = {button["text"]: button["callback_data"] for button in buttons}
        message = {"message_id": next(self._messages), "date": int(time.time()), "chat": {"id": int(data["chat_id"]), "type": "private"}, "text": text}
        return web.json_response({"ok": True, "result": message})

    def _fault(self, phone: Phone, text: str, buttons: list[dict[str, str]]) -> web.Response | None:
        if self.busy:
            self.busy -= 1
            return _failed(429, "Too Many Requests: retry after 1", {"retry_after": 1})
        if phone.blocked:
            return _failed(403, "Forbidden: bot was blocked by the user")
        if not text:
            return _failed(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return _failed(400, "Bad Request: message is too long")
        if len(buttons) > 100:
            return _failed(400, "Bad Request: reply markup is too long")
        if any(not 1 <= len(button.get("callback_data", "").encode()) <= 64 or not button.get("text") for button in buttons):
            return _failed(400, "Bad Request: BUTTON_DATA_INVALID")
        return None

    def _do_answercallbackquery(self, data: dict[str, Any]) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    def _do_sendchataction(self, data: dict[str, Any]) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    def _do_setmycommands(self, data: dict[str, Any]) -> web.Response:
        commands = json.loads(data["commands"])
        good = all(1 <= len(item["command"]) <= 32 and item["command"].isascii() and item["command"].islower() and 1 <= len(item["description"]) <= 256 for item in commands)
        return web.json_response({"ok": True, "result": True}) if good and len(commands) <= 100 else _failed(400, "Bad Request: BOT_COMMAND_INVALID")

    def _do_setwebhook(self, data: dict[str, Any]) -> web.Response:
        if not str(data.get("url", "")).startswith("https://"):
            return _failed(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook, self.secret = str(data["url"]), str(data.get("secret_token", ""))
        return web.json_response({"ok": True, "result": True})


def _failed(code: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description, **({"parameters": parameters} if parameters else {})}, status=code)
