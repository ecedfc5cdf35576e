"""What a test needs and a user's machine may lack: there it is left out with a sentence, in CI it has to be there."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

NO_POSTGRES = "no PostgreSQL at its standard local port; on Debian: apt-get install postgresql"
NO_REDIS = "no Redis at its standard local port; on Debian: apt-get install redis-server"


def lacking(what: str) -> NoReturn:
    """Leave the test out; fail it in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"CI needs it: {what}", pytrace=False)
    pytest.skip(what)
