"""Rasa's message processor for use inside another service; the only module of ours that reaches into Rasa's core.

Four things differ from ``rasa run``: actions are called as a function, and their answer is not checked against a JSON
schema whose own validity is checked each time; trackers are kept only for the running turn, since the place in a matter is
replayed from our own store; what the rules say to an intent is asked once, as nothing else can change it then; and the
prediction graph runs in order, without a scheduler (``bot.engine.runner``).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text, Tuple

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.engine.runner import SequentialRunner
from bot.logs import silence_engine

log = logging.getLogger(__name__)
ActionServer = Callable[[Dict[Text, Any]], Awaitable[Optional[Dict[Text, Any]]]]


class TurnTrackerStore(TrackerStore):
    """Gives every turn a fresh tracker with a started session and keeps nothing after it."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Nothing of a turn is needed by the next one."""

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """A tracker that has just begun to listen."""
        tracker = DialogueStateTracker(sender_id, self.domain.slots if self.domain else [])
        tracker.update(ActionExecuted("action_session_start"))
        tracker.update(SessionStarted())
        tracker.update(ActionExecuted("action_listen"))
        return tracker

    async def keys(self) -> List[Text]:
        """No conversation is kept here."""
        return []


class FunctionEndpoint(EndpointConfig):
    """An action endpoint that is a function of this process."""

    def __init__(self, call: ActionServer) -> None:
        super().__init__(url="http://in-process")
        self._call = call

    async def request(self, method: Text = "post", subpath: Optional[Text] = None, content_type: Optional[Text] = None,
                      compress: bool = False, **kwargs: Any) -> Optional[Any]:  # fmt: skip
        """Call the function with the body that would have been posted."""
        return await self._call(kwargs["json"])


class LocalAction(RemoteAction):
    """A custom action called through our endpoint; its answer comes from our own code and has our own types."""

    def _validate_action_result(self, result: Dict[Text, Any]) -> bool:
        return True

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> Dict[Text, Any]:
        latest = tracker.latest_message
        message = {**latest.parse_data, "metadata": latest.metadata} if latest else {}
        state = {"sender_id": tracker.sender_id, "slots": {}, "latest_message": message, "events": [], "paused": False,
                 "followup_action": None, "active_loop": {}, "latest_action_name": tracker.latest_action_name}  # fmt: skip
        return {"next_action": self.name(), "sender_id": tracker.sender_id, "tracker": state, "domain": {}}


class EmbeddedProcessor(MessageProcessor):
    """Rasa's processor with custom actions of this process."""

    def __init__(self, model: Path, call: ActionServer) -> None:
        super().__init__(
            model_path=str(model),
            tracker_store=TurnTrackerStore(Domain.empty()),
            lock_store=InMemoryLockStore(),
            generator=TemplatedNaturalLanguageGenerator({}),
            action_endpoint=FunctionEndpoint(call),
        )
        self._local: Dict[Text, LocalAction] = {}
        self._known: Dict[Tuple[Any, ...], Tuple[Action, PolicyPrediction]] = {}
        self.tracker_store.domain = self.domain
        self.graph_runner = SequentialRunner(self.graph_runner)
        self._fills_slots = any(slot.mappings for slot in self.domain.slots)
        self._local = {name: LocalAction(name, self.action_endpoint) for name in self.domain.user_actions}

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> Tuple[Action, PolicyPrediction]:
        """Rasa's prediction, asked once for each intent; a custom action is then called in this process.

        Every turn has a fresh tracker without slots, so that rules can tell turns apart only by the intent and the entities of the message.
        """
        latest = tracker.latest_message
        if latest is None or self._fills_slots or tracker.latest_action_name != ACTION_LISTEN_NAME:
            return self._predicted(tracker)
        heard = (latest.intent_name, *sorted(entity["entity"] for entity in latest.entities))
        if heard not in self._known:
            self._known[heard] = self._predicted(tracker)
        return self._known[heard]

    def _predicted(self, tracker: DialogueStateTracker) -> Tuple[Action, PolicyPrediction]:
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        return self._local.get(action.name(), action), prediction

    async def _run_prediction_loop(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        """An action of ours is called and the turn is over; what else may be predicted takes Rasa's own way.

        Rasa would copy the tracker before the action and write the action down in it, for a next prediction or turn that there is not.
        """
        action, _ = self.predict_next_with_tracker_if_should(tracker)
        if not isinstance(action, LocalAction):
            return await super()._run_prediction_loop(output_channel, tracker)
        try:
            events = await action.run(output_channel, self.nlg, tracker, self.domain)
        except Exception:
            log.exception("an action failed", extra={"conversation": tracker.sender_id})
        else:
            await self._send_bot_messages(events, tracker, output_channel)

    async def run_action_extract_slots(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """Where no slot is filled from messages there is nothing to extract: what a message carries stands in its parse data."""
        return await super().run_action_extract_slots(output_channel, tracker) if self._fills_slots else tracker

    def _check_for_unseen_features(self, parse_data: Dict[Text, Any]) -> None:
        """Intents come from the same knowledge as the domain; Rasa would build an empty domain for each message to compare."""

    async def parse(self, text: Text) -> Dict[Text, Any]:
        """Understand one text."""
        return await self.parse_message(UserMessage(text))

    async def handle(self, conversation_id: Text, text: Text, metadata: Dict[Text, Any]) -> List[Dict[Text, Any]]:
        """Take a message and return what was uttered."""
        channel = CollectingOutputChannel()
        await self.handle_message(UserMessage(text, channel, conversation_id, input_channel="okienko", metadata=metadata))
        return channel.messages


def load_processor(model: Path, call: ActionServer) -> EmbeddedProcessor:
    """A processor on a trained model; takes a few seconds, most of them Rasa's own imports."""
    silence_engine()
    return EmbeddedProcessor(model, call)
