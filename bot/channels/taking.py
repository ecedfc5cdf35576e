"""One arrival becomes a turn of the client's conversation, begun where there is none."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.channels.port import Arrival, Channel, Parcel, Peer, PeerStore
from bot.channels.typed import chosen, wants_erasing
from bot.counter.counter import Answered, Counter
from bot.dialogue import replies
from bot.engine.port import Incoming
from bot.errors import HeldError, NotAllowedError, UsageError

log = logging.getLogger(__name__)
Taker = Callable[[str, Incoming], Awaitable[Answered]]
"""Takes a message of a conversation; the same client id again gives the same replies. Raises TemporaryError to try again."""
ERASE_WORDS = "channel_erase_words"
LOOK_BACK = 20
"""Messages among which the newest buttons are looked for."""


class Taking:
    """Takes what clients did to their conversations."""

    def __init__(self, channel: Channel, store: PeerStore, counter: Counter, taker: Taker, begun: Callable[[], None]) -> None:
        """``begun`` is called with every conversation that begins."""
        self._channel, self._store, self._counter, self._taker, self._begun = channel, store, counter, taker, begun

    async def take(self, peer: Peer, arrival: Arrival) -> None:
        """Take one. Raises TemporaryError: nothing was taken; the channel's errors where a receipt could not be sent."""
        if wants_erasing(arrival.text, self._counter.desk.knowledge.phrases[ERASE_WORDS]):
            try:
                await self._erase(peer)
            except HeldError as error:
                self._counter.tell(peer.conversation_id or "", [replies.notice(str(error), level="warning")], heard=arrival.text[:100], client_id=_client_id(self._channel.name, arrival))
                self._store.taken(peer, arrival, self._counter.desk.clock.now())
            return
        try:
            await self._turn(peer, peer.conversation_id or self._begin(peer, arrival), arrival)
        except NotAllowedError:
            await self._turn(replace(peer, conversation_id=None), self._begin(peer, arrival), arrival)
        self._store.taken(peer, arrival, self._counter.desk.clock.now())

    def _begin(self, peer: Peer, arrival: Arrival) -> str:
        opened = self._counter.open(channel=self._channel.name, brief=arrival.kind != "began")
        self._store.begun(peer, opened.id)
        self._begun()
        return opened.id

    async def _turn(self, peer: Peer, conversation: str, arrival: Arrival) -> None:
        """Words and buttons are a turn; the platform's "start" is the welcome, or, later, a wish for the menu."""
        phrase, name = self._counter.desk.phrase, _client_id(self._channel.name, arrival)
        if arrival.kind == "began" and peer.conversation_id is None:
            return
        if arrival.kind == "unread":
            told = [replies.notice(phrase("channel_unread"), level="warning")]
            self._counter.tell(conversation, told, heard=phrase("channel_unread_heard"), client_id=name)
            return
        words = "menu" if arrival.kind == "began" else arrival.text
        button = arrival.choice or self._button(peer, words)
        try:
            await self._taker(conversation, Incoming("" if button else words, button or None, name))
        except UsageError as error:
            self._counter.tell(conversation, [replies.notice(str(error), level="warning")], heard=phrase("channel_unread_heard"), client_id=name)

    def _button(self, peer: Peer, text: str) -> str | None:
        """Among what the client has got: a reply that did not reach them yet cannot be meant."""
        if peer.conversation_id is None:
            return None
        seen = self._counter.said(peer.conversation_id, max(0, peer.delivered - LOOK_BACK))
        return chosen(text, [message for message in seen if message.seq <= peer.delivered])

    async def _erase(self, peer: Peer) -> None:
        """Erase the conversation with everything kept of the client here, the wish itself last; a store that is away leaves it to be done later.

        Nothing of the receipt is kept, so it is said once.
        """
        counts = self._counter.erase(peer.conversation_id) if peer.conversation_id else {}
        self._store.forget(peer)
        log.info("a conversation was erased from a chat", extra={"channel": self._channel.name})
        text = self._counter.desk.phrase("channel_erased", messages=counts.get("messages", 0))
        for parcel in self._receipt(text):
            await self._channel.send(peer.address, parcel)

    def _receipt(self, text: str) -> list[Parcel]:
        return list(self._channel.parcels(replies.notice(text), "bot"))


def _client_id(channel: str, arrival: Arrival) -> str:
    """The platform's id of the event as the conversation's key against repeats; at most 64 characters."""
    return f"{channel[:8]}-{hashlib.sha256(arrival.event.encode()).hexdigest()[:48]}"
