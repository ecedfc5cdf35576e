"""Rasa's view of the matcher: ranks intents for a corrected message."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.matcher import Matcher, Shape
from bot.nlu.speller import CORRECTED
from bot.text.clauses import clauses
from bot.text.normalise import MAX_CHARS

HEARD = "heard"
"""Where everything that was heard travels; Rasa's own ``intent_ranking`` is cut short."""
LISTED = 10
"""Rasa's own length of ``intent_ranking``."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MatterClassifier(GraphComponent, IntentClassifier):
    """Sets ``intent``, ``intent_ranking`` and ``heard``: the long ranking, the outside score, and the same for each clause."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, matcher: Matcher) -> None:
        self._storage, self._resource, self._matcher = model_storage, resource, matcher

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The shape of the model; see ``bot.nlu.matcher.Shape``."""
        return dict(vars(Shape()))

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> MatterClassifier:
        """Called by Rasa's graph before training."""
        known = {key: value for key, value in config.items() if key in vars(Shape())}
        return cls(model_storage, resource, Matcher(Shape(**known)))

    @classmethod
    def load(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MatterClassifier:  # fmt: skip
        """Called by Rasa's graph with a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Matcher.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example with an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._matcher.fit([example.get(TEXT) for example in examples], [example.get(INTENT) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            self._matcher.save(folder)
        return self._resource

    def _heard(self, text: Text) -> Dict[Text, Any]:
        """What is heard in a text: the ranking, and how likely it is not ours."""
        found = self._matcher.ranking(text)
        return {"text": text, "ranking": [{"name": name, "confidence": confidence} for name, confidence in found.items], "outside": found.outside}

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the intents of messages; one that is already decided (a button) is left alone."""
        for message in messages:
            if message.get(INTENT) and message.get(INTENT).get("name"):
                continue
            text = (message.get(CORRECTED) or message.get(TEXT) or "")[:MAX_CHARS]
            heard = self._heard(text)
            message.set(INTENT, heard["ranking"][0], add_to_output=True)
            message.set("intent_ranking", heard["ranking"][:LISTED], add_to_output=True)
            parts = [self._heard(part) for part in clauses(text)]
            message.set(HEARD, {**heard, "parts": parts}, add_to_output=True)
        return messages
