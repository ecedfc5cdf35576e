"""Messenger: replies within its limits, what its refusals mean, and when who may write."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.messenger import Messenger, of
from bot.channels.messenger.outgoing import MAX_TEXT, parcels
from bot.channels.port import ClosedError, GoneError, LaterError, Parcel, RefusedError
from bot.channels.texts import utf16_units
from bot.errors import ConfigurationError
from bot.settings import Settings
from tests.channels.replies import replies
from tests.channels.signing import SECRET
from tests.vendors.meta import FakeMeta


@given(replies(), st.sampled_from(["bot", "person"]))
def test_any_reply_fits_and_keeps_every_word_and_every_choice(reply: dict[str, Any], author: str) -> None:
    found = [parcel.body for parcel in parcels(reply, author)]
    texts = [body.get("text") or body["attachment"]["payload"]["text"] for body in found]
    assert all(1 <= utf16_units(text) <= MAX_TEXT for text in texts)
    quick = [item for body in found for item in body.get("quick_replies", ())]
    buttons = [item for body in found if "attachment" in body for item in body["attachment"]["payload"]["buttons"]]
    assert [item["payload"] for item in [*buttons, *quick]] == [choice["id"] for choice in reply.get("choices", ())]
    assert all(len(body.get("quick_replies", ())) <= 13 for body in found) and all(utf16_units(item["title"]) <= 20 for item in [*quick, *buttons])
    shown = re.sub(r"\s+", "", " ".join([*texts, *(item["title"] for item in [*buttons, *quick])]))
    for words in [reply.get("title", ""), reply.get("text", ""), *(choice["label"] for choice in reply.get("choices", ()))]:
        assert re.sub(r"\s+", "", words) in shown


async def test_refusals_are_told_apart() -> None:
    async with FakeMeta("messenger", SECRET) as vendor:
        page = Messenger(SECRET, "slowo", "token", vendor.url)
        vendor.phones["9"].heard_at = vendor.now
        await page.send("9", Parcel({"text": "dzień dobry"}))
        assert vendor.phones["9"].texts == ["dzień dobry"]
        with pytest.raises(RefusedError):
            await page.send("9", Parcel({"text": "x" * 2001}))
        vendor.busy = 1
        with pytest.raises(LaterError):
            await page.send("9", Parcel({"text": "x"}))
        vendor.ahead = 90_000
        with pytest.raises(ClosedError):
            await page.send("9", Parcel({"text": "x"}))
        await page.send("9", Parcel({"text": "od człowieka"}), tagged=True)
        assert vendor.phones["9"].tags == ["", "HUMAN_AGENT"]
        vendor.phones["9"].gone = True
        with pytest.raises(GoneError):
            await page.send("9", Parcel({"text": "x"}), tagged=True)
        await page.stop()
        stranger = Messenger(SECRET, "slowo", "zły token", vendor.url)
        with pytest.raises(LaterError):
            await stranger.send("9", Parcel({"text": "x"}))
        await stranger.stop()


def test_the_window_of_a_day_and_of_a_persons_week() -> None:
    page, now = Messenger(SECRET, "slowo", "token", ""), datetime(2026, 11, 26, 12, tzinfo=timezone.utc)
    ways = {(author, hours): page.reach(author, now - timedelta(hours=hours), now) for author in ("bot", "person") for hours in (23, 25, 24 * 7 + 1)}
    assert ways == {("bot", 23): "open", ("bot", 25): "closed", ("bot", 169): "closed", ("person", 23): "open", ("person", 25): "tagged", ("person", 169): "closed"}


def test_the_check_of_the_address_needs_our_word() -> None:
    page = Messenger(SECRET, "sprawdzenie", "token", "")
    asked = {"hub.mode": "subscribe", "hub.verify_token": "sprawdzenie", "hub.challenge": "1158201444"}
    assert page.challenge(asked) == "1158201444"
    for wrong in ({"hub.verify_token": "zgadywanie"}, {"hub.verify_token": "ąęć"}, {"hub.mode": "unsubscribe"}):
        assert page.challenge(asked | wrong) is None


def test_half_a_setting_is_a_fault() -> None:
    assert of(Settings()) is None
    with pytest.raises(ConfigurationError):
        of(Settings(messenger_app_secret="x"))
    assert of(Settings(messenger_app_secret="x", messenger_verify_token="y", messenger_page_token="z")) is not None
