"""Rasa's channel for an engine that runs apart: the REST channel, with our metadata passed on and no shared default id."""

from __future__ import annotations

from typing import Any, Dict, Optional, Text

from rasa.core.channels.rest import RestInput
from sanic.exceptions import InvalidUsage
from sanic.request import Request


class OkienkoInput(RestInput):
    """``POST /webhooks/okienko/webhook`` with ``sender``, ``message`` and ``metadata``."""

    @classmethod
    def name(cls) -> Text:
        """The channel's name in Rasa's addresses."""
        return "okienko"

    def get_metadata(self, request: Request) -> Optional[Dict[Text, Any]]:
        """What ``okienko serve`` sends beside the text."""
        return (request.json or {}).get("metadata")

    async def _extract_sender(self, req: Request) -> Text:
        sender = (req.json or {}).get("sender")
        if not sender:
            raise InvalidUsage("sender is required: every conversation has its own id")
        return str(sender)
