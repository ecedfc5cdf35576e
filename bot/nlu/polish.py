"""A Polish spaCy pipeline that needs no downloaded model: spaCy's tokenizer, lemmas by Morfeusz 2."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bot.text.lemmas import lemma


@Language.component("okienko_lemmas")
def okienko_lemmas(doc: Doc) -> Doc:
    """Give every token its Morfeusz lemma, folded to ASCII."""
    for token in doc:
        token.lemma_ = lemma(token.lower_)
    return doc


@lru_cache(maxsize=1)
def polish() -> Any:
    """The pipeline, built once in a process."""
    nlp = spacy.blank("pl")
    nlp.add_pipe("okienko_lemmas")
    return nlp
