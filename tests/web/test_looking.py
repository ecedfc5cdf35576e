"""One look for every open window: what nobody told of arrives, and who knows it already is left alone."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient

from bot.counter.counter import Counter
from bot.dialogue import replies
from bot.web import looking
from bot.web.fanout import NEWS, Fanout
from bot.web.looking import OVERLAP, Looking
from tests.web.conftest import begin


async def test_only_those_who_know_less_are_woken(counter: Counter) -> None:
    opened, fanout = counter.open(), Fanout()
    looks = Looking(counter.store, fanout, counter.desk.clock.now)
    with fanout.listening(opened.id) as behind, fanout.listening(opened.id) as there, fanout.listening(opened.id) as own_eyes:
        behind.at, there.at = opened.cursor - 1, opened.cursor
        await looks.look()
        assert await behind.next(0.01) == {NEWS}
        assert await there.next(0.01) == frozenset() == await own_eyes.next(0.01)


async def test_a_clock_put_back_and_a_store_that_was_away_hide_nothing(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(counter.store, "changed_since", lambda moment: asked.append(moment) or [])
    times = [counter.desk.clock.now() + timedelta(hours=hours) for hours in (0, 2, 1)]
    now, fanout = iter(times), Fanout()
    looks = Looking(counter.store, fanout, lambda: next(now))
    with fanout.listening("x"):
        await looks.look()
        await looks.look()
    assert asked == [times[0] - OVERLAP, times[2] - OVERLAP]


async def test_what_another_process_kept_reaches_an_open_window_without_redis(client: TestClient, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    path, headers, begun = await begin(client)
    async with client.ws_connect(f"{path}/socket?after={begun['cursor']}", headers=headers) as socket:
        assert (await socket.receive_json())["messages"] == []
        counter.tell(begun["id"], [replies.text("z innego procesu")])
        arrived = await asyncio.wait_for(socket.receive_json(), looking.LOOK + 5)
        assert [message["body"]["text"] for message in arrived["messages"]] == ["z innego procesu"]
