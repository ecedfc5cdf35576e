"""The one action: a turn of the dialogue."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import counter
from bot.counter.turns import take_turn
from bot.engine.payload import KEY, heard_of, incoming_of


class ActionDialogue(Action):
    """Takes what was understood to the counter and utters the kept replies."""

    def name(self) -> Text:
        """The action's name in the domain."""
        return "action_dialogue"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]) -> List[Dict[Text, Any]]:
        """One turn; what goes wrong ends in an apology, never in silence."""
        incoming = incoming_of(tracker.latest_message.get("metadata") or {})
        heard = heard_of(tracker.latest_message, incoming.text)
        turn = take_turn(counter(), tracker.sender_id, incoming.text, heard, incoming.choice, incoming.client_id)
        dispatcher.utter_message(json_message={KEY: {"replies": turn.replies, "cursor": turn.cursor}})
        return []
