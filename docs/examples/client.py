#!/usr/bin/env python3
"""A small client of Okienko's API on Python's standard library: begins, talks, goes on by cursor, hands over, erases.

    python docs/examples/client.py http://localhost:8080

Every message carries an id of its own and is sent again with it after a fault, so nothing is taken twice.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Optional

TRIES = 5


class Refused(Exception):
    """The service said no; its message is a sentence that says what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Okienko:
    """One conversation."""

    def __init__(self, address: str, profile: Optional[str] = None) -> None:
        self.base = address.rstrip("/") + "/api/v1"
        self.token = ""
        begun = self.call("POST", "/conversations", {"profile": profile} if profile else {})
        self.path, self.token, self.cursor = f"/conversations/{begun['id']}", begun["token"], begun["cursor"]
        self.replies: list[dict[str, Any]] = begun["replies"]

    def say(self, text: str) -> list[dict[str, Any]]:
        """Words."""
        return self._act({"text": text})

    def choose(self, label: str) -> list[dict[str, Any]]:
        """Press the button with this label under the newest replies."""
        options = [choice for reply in self.replies for choice in reply.get("choices", ())]
        return self._act({"choice": next(choice["id"] for choice in options if choice["label"] == label)})

    def news(self) -> list[dict[str, Any]]:
        """What was said since, for example by a consultant."""
        found = self.call("GET", f"{self.path}/messages?after={self.cursor}")
        self.cursor = found["cursor"]
        return found["messages"]

    def erase(self) -> dict[str, Any]:
        """Erase the conversation; the receipt."""
        return self.call("DELETE", self.path)["receipt"]

    def _act(self, body: dict[str, str]) -> list[dict[str, Any]]:
        answer = self.call("POST", f"{self.path}/messages", {**body, "client_id": uuid.uuid4().hex})
        self.replies, self.cursor = answer["replies"], answer["cursor"]
        return self.replies

    def call(self, method: str, path: str, body: Optional[dict[str, Any]] = None) -> Any:
        """One call; faults that pass are tried again, as long as the service asks for."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        data = json.dumps(body).encode() if body is not None else None
        for attempt in range(TRIES):
            request = urllib.request.Request(self.base + path, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=15) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 502, 503, 504) or attempt + 1 == TRIES:
                    raise Refused(error.code, json.load(error)["error"]["message"]) from None
                time.sleep(int(error.headers.get("Retry-After") or 2**attempt))
            except urllib.error.URLError:
                if attempt + 1 == TRIES:
                    raise
                time.sleep(2**attempt)
        raise AssertionError


def main(address: str) -> None:
    """A contractor's registration, as far as the first steps, and a question for people."""
    talk = Okienko(address, profile="platnik")
    talk.say("zatrudniłam studentkę na zlecenie")
    print("Pytanie:", talk.replies[-1]["text"])
    talk.choose("Tak, uczy się i nie ma 26 lat")
    print("Pytanie:", talk.replies[-1]["text"])
    ticket = next(reply for reply in talk.say("konsultant") if reply["kind"] == "ticket")
    print("Zgłoszenie:", ticket["number"], "kod:", ticket["code"])
    print("Nowe wiadomości:", len(talk.news()))
    print("Usunięto:", ", ".join(f"{item['what']}: {item['count']}" for item in talk.erase()["items"]))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080")
