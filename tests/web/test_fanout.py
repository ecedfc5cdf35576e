"""Telling listeners within a process."""

from __future__ import annotations

from bot.web.fanout import CLOSED, NEWS, Fanout


async def test_listeners_hear_of_their_topics_once() -> None:
    fanout = Fanout()
    with fanout.listening("a", "b") as one, fanout.listening("b") as two:
        fanout.tell("a", None)
        fanout.tell("a", "b", what="typing")
        assert await one.next() == {NEWS, "typing"}
        assert await two.next() == {"typing"}
        assert await two.next(0.001) == frozenset()
        fanout.close()
        assert CLOSED in await one.next()
    fanout.tell("a", "b")
    assert not fanout._listeners
