"""Who the client is, from their own words: taken as a prior, said aloud, changed with one tap."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.cases.model import PROFILES
from bot.dialogue import replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.patterns.opening import set_profile
from bot.text.lemmas import content
from bot.text.normalise import fold, normalise


def guess_profile(talk: Conversation, text: str) -> bool:
    """Note what the words say of the client; True when they said nothing else, and were answered."""
    found = _told(talk, text)
    if found is None:
        return False
    profile, rest = found
    known = talk.session.profile
    nothing_else = not content(rest) or not rest.strip()
    if nothing_else:
        talk.add(replies.notice(talk.show.phrase("profile_taken", profile=talk.show.phrase(f"profile_{profile}")), level="understood"))
        set_profile(talk, profile)
        return True
    if known is None:
        talk.session.profile = profile
        others = talk.show.choice(talk.show.phrase("button_other_profile"), "profile", "")
        talk.add(replies.notice(talk.show.phrase("profile_taken", profile=talk.show.phrase(f"profile_{profile}")), level="understood") | {"choices": [others]})
    return False


def _told(talk: Conversation, text: str) -> tuple[str, str] | None:
    """The one profile that the words name, and the words without it; None for none or several."""
    plain = fold(normalise(text))
    phrases = talk.desk.knowledge.phrases
    found = {profile: match for profile in PROFILES if (match := _pattern(phrases.get(f"said_profile_{profile}", ())).search(plain))}
    if len(found) != 1:
        return None
    profile, match = next(iter(found.items()))
    return profile, (plain[: match.start()] + " " + plain[match.end() :]).strip(" ,.!?-")


@lru_cache(maxsize=16)
def _pattern(wordings: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted((fold(normalise(wording)) for wording in wordings), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?<!nie )(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)") if ordered else re.compile(r"(?!)")
