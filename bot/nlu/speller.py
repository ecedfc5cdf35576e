"""Rasa's view of spelling: learns the vocabulary at training, corrects messages before they are classified."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.text.normalise import MAX_CHARS
from bot.text.spelling import Speller as Spelling
from bot.text.spelling import vocabulary

CORRECTED = "corrected_text"
CORRECTIONS = "corrections"
_FILE = "vocabulary.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class Speller(GraphComponent):
    """Sets ``corrected_text`` and ``corrections`` on messages."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, counts: Dict[Text, int]) -> None:
        self._storage, self._resource = model_storage, resource
        self._spelling = Spelling(counts)

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Speller:
        """Called by Rasa's graph before training."""
        return cls(model_storage, resource, {})

    @classmethod
    def load(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Speller:  # fmt: skip
        """Called by Rasa's graph with a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the vocabulary."""
        texts = [example.get(TEXT) for example in training_data.intent_examples]
        self._spelling = Spelling(vocabulary(texts))
        with self._storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._spelling.counts, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples teach as they were written, slips and all."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Correct messages."""
        for message in messages:
            spelled = self._spelling.correct((message.get(TEXT) or "")[:MAX_CHARS])
            message.set(CORRECTED, spelled.text)
            pairs = [{"from": written, "to": better} for written, better in spelled.corrections]
            message.set(CORRECTIONS, pairs, add_to_output=True)
        return messages
