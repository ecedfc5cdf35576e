"""Training data for Rasa, derived: intents, examples and titles from ``knowledge/``, sentences from ``nlu_data/``."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Union

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.cases.loader import SERVED, read_knowledge
from bot.cases.sentences import is_plain, read_file
from bot.nlu.examples import derived_examples, has_answer


class Example(Message):
    """A training sentence. Rasa tells messages apart by walking through all they hold; sentence and intent tell the same."""

    def fingerprint(self) -> Text:
        """A hash of sentence and intent."""
        return hashlib.md5(f"{self.get(INTENT)}\0{self.get(TEXT)}".encode(), usedforsecurity=False).hexdigest()

    def __deepcopy__(self, memo: Dict[int, Any]) -> Example:
        """Rasa copies all examples whenever it joins two sets of them; what an example holds is never changed in place."""
        return Example(data=dict(self.data), output_properties=set(self.output_properties), time=self.time, features=list(self.features))

    def __hash__(self) -> int:
        return hash((self.get(INTENT), self.get(TEXT)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.get(INTENT), self.get(TEXT)) == (other.get(INTENT), other.get(TEXT))


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
        self._data: Optional[TrainingData] = None

    def get_domain(self) -> Domain:
        """The domain file, with an intent for each entry and command that has examples."""
        intents = sorted(self.get_nlu_data().intents)
        return super().get_domain().merge(Domain.from_dict({"intents": intents}))

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """The sentences of ``nlu_data/`` and those that follow from the knowledge; read once, since Rasa asks often."""
        if self._data is None:
            self._data = self._read(language)
        return self._data

    def _read(self, language: Optional[Text]) -> TrainingData:
        """Files of plain sentences are read by our own reader, others (synonyms, lookups, marked entities) by Rasa's."""
        knowledge = read_knowledge(self._root, SERVED)[0]
        plain = [name for name in self._nlu_files if is_plain(Path(name))]
        pairs = [*derived_examples(knowledge), *((intent, text) for name in plain for _, _, intent, text in read_file(Path(name)))]
        found = TrainingData([Example.build(text=text, intent=intent) for intent, text in dict.fromkeys(pairs) if has_answer(intent, knowledge.entries)])
        others = [name for name in self._nlu_files if name not in plain]
        if not others:
            return found
        rest = RasaFileImporter(training_data_paths=others).get_nlu_data(language)
        return found.merge(rest.filter_training_examples(lambda message: has_answer(message.get(INTENT), knowledge.entries)))
