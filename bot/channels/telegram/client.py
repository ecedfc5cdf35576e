"""The calls of the Bot API, through python-telegram-bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.channels.port import GoneError, LaterError, Parcel, RefusedError

SECONDS = 10.0
"""For one call."""
NOTICE_SECONDS = 2.0
"""For showing that something was seen; the answer does not wait longer for it."""
GONE = ("chat not found", "user is deactivated", "bot was blocked", "bot can't initiate", "peer_id_invalid")
MENU = (("menu", "Sprawy, o które pytają najczęściej"), ("konsultant", "Rozmowa z człowiekiem"), ("wstecz", "Cofnij ostatni krok"),
        ("lista", "Cała lista kroków tej sprawy"), ("pomoc", "Jak korzystać z Okienka"), ("usun", "Usuń tę rozmowę"))  # fmt: skip


class Calls:
    """Calls in the name of the bot. Connections are opened with the first call."""

    def __init__(self, token: str, api_url: str) -> None:
        self._request = HTTPXRequest(connection_pool_size=40, read_timeout=SECONDS, write_timeout=SECONDS, connect_timeout=SECONDS, pool_timeout=SECONDS)
        base = api_url.rstrip("/")
        self._bot = Bot(token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=self._request)
        self._open = False

    async def message(self, peer: str, parcel: Parcel) -> None:
        """Send a message. Raises LaterError, RefusedError, GoneError."""
        rows = parcel.body.get("buttons")
        markup = InlineKeyboardMarkup([[InlineKeyboardButton(button["text"], callback_data=button["data"]) for button in row] for row in rows]) if rows else None
        await self._called(lambda: self._bot.send_message(int(peer), parcel.body["text"], reply_markup=markup, link_preview_options=LinkPreviewOptions(is_disabled=True)))

    async def seen(self, peer: str, query: str) -> None:
        """End the waiting sign on a pressed button, and show that we write. What fails here is no matter."""
        timeouts: dict[str, Any] = {"read_timeout": NOTICE_SECONDS, "connect_timeout": NOTICE_SECONDS, "pool_timeout": NOTICE_SECONDS}
        try:
            await self._opened()
            if query:
                await self._bot.answer_callback_query(query, **timeouts)
            await self._bot.send_chat_action(int(peer), ChatAction.TYPING, **timeouts)
        except TelegramError:
            return

    async def register(self, url: str, secret: str) -> None:
        """Tell Telegram where our webhook is, what we listen to, and the commands of the menu. The same again changes nothing."""
        await self._called(lambda: self._bot.set_webhook(url, secret_token=secret, allowed_updates=["message", "edited_message", "callback_query"]))
        await self._called(lambda: self._bot.set_my_commands([BotCommand(name, text) for name, text in MENU], language_code=None))

    async def stop(self) -> None:
        """Close the connections."""
        if self._open:
            self._open = False
            await self._request.shutdown()

    async def _opened(self) -> None:
        if not self._open:
            self._open = True
            await self._request.initialize()

    async def _called(self, call: Callable[[], Awaitable[Any]]) -> None:
        await self._opened()
        try:
            await call()
        except TelegramError as error:
            raise _fault(error) from None


def _fault(error: TelegramError) -> Exception:
    """What a failure means for what we wanted to send. A wrong token is the operator's to mend: nothing is lost meanwhile."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return LaterError(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, Forbidden):
        return GoneError()
    if isinstance(error, (BadRequest, ChatMigrated)):
        words = str(error).lower()
        return GoneError() if any(sign in words for sign in GONE) else RefusedError("400")
    if isinstance(error, (TimedOut, NetworkError, InvalidToken)):
        return LaterError()
    return LaterError()
