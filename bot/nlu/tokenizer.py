"""Rasa's view of Polish tokens: spaCy's, each with its lemma."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.polish import polish
from bot.text.normalise import MAX_CHARS, normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class PolishTokenizer(Tokenizer):
    """Normalises, cuts into tokens, adds lemmas."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Rasa asks every tokenizer for these."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> PolishTokenizer:
        """Called by Rasa's graph."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples are learned from as sentences: the matcher cuts them itself, into more than words."""
        return training_data

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        """Tokens of the normalised text."""
        text = normalise((message.get(attribute) or "")[:MAX_CHARS])
        return [Token(token.text, token.idx, lemma=token.lemma_) for token in polish()(text) if not token.is_space]
