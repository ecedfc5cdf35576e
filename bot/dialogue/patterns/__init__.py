"""The repair patterns of a conversation, one concern a module; each takes a Conversation and adds replies to it."""

from bot.dialogue.patterns.collecting import collect
from bot.dialogue.patterns.commands import act_on, pressed
from bot.dialogue.patterns.failing import empty, internal_error
from bot.dialogue.patterns.languages import foreign
from bot.dialogue.patterns.offers import answer_offer
from bot.dialogue.patterns.opening import welcome
from bot.dialogue.patterns.several import take_several
from bot.dialogue.patterns.walking import answer, which_answer

__all__ = ["act_on", "answer", "answer_offer", "collect", "empty", "foreign", "internal_error", "pressed", "take_several", "welcome", "which_answer"]
