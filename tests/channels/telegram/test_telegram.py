"""Telegram: replies within its limits, and what its refusals mean."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import GoneError, LaterError, Parcel, RefusedError
from bot.channels.telegram import Telegram, of
from bot.channels.telegram.outgoing import MAX_TEXT, parcels
from bot.channels.texts import utf16_units
from bot.errors import ConfigurationError
from bot.settings import Settings
from tests.channels.replies import replies
from tests.channels.signing import SECRET
from tests.vendors.telegram import TOKEN, FakeTelegram


@given(replies(), st.sampled_from(["bot", "person"]))
def test_any_reply_fits_and_keeps_every_word_and_every_choice_in_order(reply: dict[str, Any], author: str) -> None:
    found = parcels(reply, author)
    assert all(1 <= utf16_units(parcel.body["text"]) <= MAX_TEXT for parcel in found)
    buttons = [button for parcel in found for row in parcel.body.get("buttons", ()) for button in row]
    assert [button["data"] for button in buttons] == [choice["id"] for choice in reply.get("choices", ())]
    assert all(len(button["data"].encode()) <= 64 for button in buttons)
    shown = re.sub(r"\s+", "", " ".join([*(parcel.body["text"] for parcel in found), *(button["text"] for button in buttons)]))
    for words in [reply.get("title", ""), reply.get("text", ""), *(choice["label"] for choice in reply.get("choices", ()))]:
        assert re.sub(r"\s+", "", words) in shown


def test_long_labels_stand_numbered_in_the_text() -> None:
    (parcel,) = parcels({"kind": "choices", "text": "Które?", "choices": [{"id": "a", "label": "Tak"}, {"id": "b", "label": "Nie, bo skończyła już studia i nie ma 26 lat"}]}, "bot")
    assert parcel.body["text"] == "Które?\n\n1. Tak\n2. Nie, bo skończyła już studia i nie ma 26 lat"
    assert [[button["text"] for button in row] for row in parcel.body["buttons"]] == [["1", "2"]]


async def test_refusals_are_told_apart() -> None:
    async with FakeTelegram() as vendor:
        bot = Telegram(TOKEN, SECRET, vendor.url)
        await bot.send("42", Parcel({"text": "dzień dobry"}))
        assert vendor.phones[42].texts == ["dzień dobry"]
        with pytest.raises(RefusedError):
            await bot.send("42", Parcel({"text": "x" * 5000}))
        with pytest.raises(RefusedError):
            await bot.send("42", Parcel({"text": "x", "buttons": [[{"text": "a", "data": "x" * 65}]]}))
        vendor.busy = 1
        with pytest.raises(LaterError) as later:
            await bot.send("42", Parcel({"text": "x"}))
        assert later.value.seconds == 1
        vendor.phones[42].blocked = True
        with pytest.raises(GoneError):
            await bot.send("42", Parcel({"text": "x"}))
        await bot.stop()
        stranger = Telegram("123456:another_token_of_a_bot", SECRET, vendor.url)
        with pytest.raises(LaterError):
            await stranger.send("42", Parcel({"text": "x"}))
        await stranger.stop()
    away = Telegram(TOKEN, SECRET, "http://127.0.0.1:9")
    with pytest.raises(LaterError):
        await away.send("42", Parcel({"text": "x"}))
    await away.stop()


async def test_registering_tells_the_address_the_secret_and_the_menu() -> None:
    async with FakeTelegram() as vendor:
        bot = Telegram(TOKEN, SECRET, vendor.url)
        await bot.register("https://okienko.example.org/webhooks/telegram")
        await bot.stop()
        assert (vendor.webhook, vendor.secret) == ("https://okienko.example.org/webhooks/telegram", SECRET)
        assert vendor.calls == ["setWebhook", "setMyCommands"]


def test_half_a_setting_is_a_fault_and_none_is_no_bot() -> None:
    assert of(Settings()) is None
    for half in (Settings(telegram_token=TOKEN), Settings(telegram_secret=SECRET), Settings(telegram_token=TOKEN, telegram_secret="krótkie")):
        with pytest.raises(ConfigurationError):
            of(half)
    assert of(Settings(telegram_token=TOKEN, telegram_secret=SECRET)) is not None
