"""WhatsApp: replies within its limits, what its refusals mean, and the window of a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import ClosedError, GoneError, LaterError, Parcel, RefusedError
from bot.channels.texts import utf16_units
from bot.channels.whatsapp import WhatsApp, of
from bot.channels.whatsapp.outgoing import parcels
from bot.errors import ConfigurationError
from bot.settings import Settings
from tests.channels.replies import replies
from tests.channels.signing import SECRET
from tests.vendors.meta import FakeMeta


def number(vendor: FakeMeta, *, token: str = "token", template: str = "") -> WhatsApp:
    return WhatsApp(SECRET, "slowo", token, vendor.phone_id, template, vendor.url)


@given(replies(), st.sampled_from(["bot", "person"]))
def test_any_reply_fits_and_keeps_every_word_and_every_choice(reply: dict[str, Any], author: str) -> None:
    texts: list[str] = []
    options: list[tuple[str, str]] = []
    for parcel in parcels(reply, author):
        body = parcel.body
        if body["type"] == "text":
            texts.append(body["text"]["body"])
            assert 1 <= utf16_units(texts[-1]) <= 4096
            continue
        shown = body["interactive"]
        texts.append(shown["body"]["text"])
        assert 1 <= utf16_units(texts[-1]) <= (1024 if shown["type"] == "button" else 4096)
        buttons = [(item["reply"]["id"], item["reply"]["title"]) for item in shown["action"].get("buttons", ())]
        rows = [row for section in shown["action"].get("sections", ()) for row in section["rows"]]
        assert len(buttons) <= 3 and len(rows) <= 10 and all(utf16_units(title) <= 20 for _, title in buttons)
        assert all(utf16_units(row["title"]) <= 24 and utf16_units(row.get("description", "")) <= 72 for row in rows)
        options += [*buttons, *((row["id"], row["title"] + row.get("description", "")) for row in rows)]
    assert [name for name, _ in options] == [choice["id"] for choice in reply.get("choices", ())]
    words = re.sub(r"\s+", "", " ".join([*texts, *(title for _, title in options)]))
    for part in [reply.get("title", ""), reply.get("text", ""), *(choice["label"] for choice in reply.get("choices", ()))]:
        assert re.sub(r"\s+", "", part) in words


async def test_refusals_are_told_apart() -> None:
    async with FakeMeta("whatsapp", SECRET) as vendor:
        ours = number(vendor)
        vendor.phones["48600100200"].heard_at = vendor.now
        await ours.send("48600100200", Parcel({"type": "text", "text": {"body": "dzień dobry"}}))
        with pytest.raises(RefusedError):
            await ours.send("48600100200", Parcel({"type": "text", "text": {"body": "x" * 4097}}))
        vendor.busy = 1
        with pytest.raises(LaterError):
            await ours.send("48600100200", Parcel({"type": "text", "text": {"body": "x"}}))
        vendor.ahead = 90_000
        with pytest.raises(ClosedError):
            await ours.send("48600100200", Parcel({"type": "text", "text": {"body": "x"}}))
        vendor.phones["48600100200"].gone = True
        with pytest.raises(GoneError):
            await ours.send("48600100200", Parcel({"type": "template", "template": {"name": "czeka", "language": {"code": "pl"}}}))
        await ours.stop()


async def test_the_notice_is_the_approved_template() -> None:
    async with FakeMeta("whatsapp", SECRET) as vendor:
        ours = number(vendor, template="czeka_odpowiedz")
        notice = ours.knock()
        assert notice is not None
        await ours.send("48600100200", notice)
        assert vendor.phones["48600100200"].texts == ["[czeka_odpowiedz]"]
        await ours.stop()
        assert number(vendor).knock() is None


def test_the_window_of_a_day() -> None:
    ours, now = WhatsApp(SECRET, "slowo", "token", "1", "", ""), datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
    assert [ours.reach("person", now - timedelta(hours=hours), now) for hours in (23, 25)] == ["open", "closed"]


def test_half_a_setting_is_a_fault() -> None:
    assert of(Settings()) is None
    with pytest.raises(ConfigurationError):
        of(Settings(whatsapp_app_secret="x", whatsapp_token="y"))
