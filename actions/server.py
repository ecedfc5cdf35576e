"""The action server as a function, for the engine embedded in ``okienko serve``."""

from __future__ import annotations

from typing import Any, Dict, Optional, Text

from rasa_sdk.executor import ActionExecutor

from actions.dialogue import ActionDialogue


def action_server() -> Any:
    """A coroutine function that takes the body Rasa would post and gives the answer."""
    executor = ActionExecutor()
    executor.register_action(ActionDialogue)

    async def call(body: Dict[Text, Any]) -> Optional[Dict[Text, Any]]:
        return await executor.run(body)

    return call
