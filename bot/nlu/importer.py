"""Training data for Rasa, derived: intents, examples and titles from ``knowledge/``, sentences from ``nlu_data/``."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Text, Union

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.cases.knowledge import Knowledge
from bot.cases.loader import SERVED, read_knowledge
from bot.nlu.examples import derived_examples, has_answer


class KnowledgeImporter(RasaFileImporter):
    """Rasa's own file importer, and beside it what the knowledge says about its entries."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        root = Path(config_file).resolve().parent if config_file else Path.cwd()
        self._root = root / "knowledge"

    def _knowledge(self) -> Knowledge:
        return read_knowledge(self._root, SERVED)[0]

    def get_domain(self) -> Domain:
        """The domain file, with an intent for each entry and command that has examples."""
        intents = sorted(self.get_nlu_data().intents)
        return super().get_domain().merge(Domain.from_dict({"intents": intents}))

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """The sentences of ``nlu_data/`` and those that follow from the knowledge."""
        return self._served(super().get_nlu_data(language)).merge(TrainingData(self._derived()))

    def _served(self, data: TrainingData) -> TrainingData:
        """Sentences of matters that are served, of commands and of what is not ours."""
        served = self._knowledge().entries
        return data.filter_training_examples(lambda message: has_answer(message.get(INTENT), served))

    def _derived(self) -> List[Message]:
        return [Message.build(text=text, intent=intent) for intent, text in derived_examples(self._knowledge())]
