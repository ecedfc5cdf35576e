"""The repair patterns of a conversation, one concern a module; each takes a Conversation and adds replies to it."""

from bot.dialogue.patterns.collecting import collect
from bot.dialogue.patterns.commands import act_on, pressed
from bot.dialogue.patterns.correcting import correct, maybe_corrects
from bot.dialogue.patterns.failing import empty, internal_error
from bot.dialogue.patterns.languages import foreign
from bot.dialogue.patterns.offers import answer_offer
from bot.dialogue.patterns.opening import welcome
from bot.dialogue.patterns.profiles import guess_profile
from bot.dialogue.patterns.resuming import MOST_WRONG, ask_for_code, back_from_person, carried_of, restore, welcome_back, with_person
from bot.dialogue.patterns.several import take_several
from bot.dialogue.patterns.surveying import ask_survey, finish, takes_remark
from bot.dialogue.patterns.walking import answer, which_answer

__all__ = [
    "MOST_WRONG", "act_on", "answer", "answer_offer", "ask_for_code", "ask_survey", "back_from_person", "carried_of", "collect", "correct", "empty", "finish",
    "foreign", "guess_profile", "internal_error", "maybe_corrects", "pressed", "restore", "take_several", "takes_remark", "welcome", "welcome_back",
    "which_answer", "with_person",
]  # fmt: skip
