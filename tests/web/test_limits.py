"""Limits: the same promises in memory and in Redis; what is left is told; Redis away is no reason to stop."""

from __future__ import annotations

import uuid

import pytest
import redis
from aiohttp.test_utils import TestClient, TestServer
from pyrate_limiter import AbstractBucket, Duration, Rate

from bot.counter.counter import Counter
from bot.engine.scripted import ScriptedEngine
from bot.errors import ConfigurationError
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.limits import PREFIX, RATES, Limits, TooOftenError
from tests.lacking import NO_REDIS, lacking
from tests.web.conftest import begin

REDIS = "redis://127.0.0.1:6379/9"
FEW = {"try": [Rate(2, Duration.SECOND * 5), Rate(3, Duration.MINUTE)]}


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
def limits(request: pytest.FixtureRequest) -> Limits:
    if request.param == "memory":
        return Limits(FEW)
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
    except redis.RedisError:
        lacking(NO_REDIS)
    return Limits(FEW, redis_url=REDIS)


def test_the_narrowest_limit_holds_and_says_how_long_to_wait(limits: Limits) -> None:
    key = uuid.uuid4().hex
    assert [limits.take("try", key).remaining for _ in range(2)] == [2, 1]
    with pytest.raises(TooOftenError) as refused:
        limits.take("try", key)
    assert 1 <= refused.value.wait <= 5
    assert limits.take("try", uuid.uuid4().hex).remaining == 2


def test_what_is_left_is_told_as_the_draft_says(limits: Limits) -> None:
    headers = limits.take("try", uuid.uuid4().hex).headers
    assert headers == {"RateLimit-Policy": '"try";q=3;w=60', "RateLimit": '"try";r=2;t=60'}


@pytest.mark.services
def test_two_processes_count_together_and_keys_expire() -> None:
    try:
        server = redis.Redis.from_url(REDIS, socket_connect_timeout=1)
        server.ping()
    except redis.RedisError:
        lacking(NO_REDIS)
    key, one, two = uuid.uuid4().hex, Limits(FEW, redis_url=REDIS), Limits(FEW, redis_url=REDIS)
    one.take("try", key)
    two.take("try", key)
    with pytest.raises(TooOftenError):
        one.take("try", key)
    assert 0 < server.pttl(f"{PREFIX}:try:{key}") <= 60_000


def test_with_redis_away_the_process_counts_alone() -> None:
    limits = Limits(FEW, redis_url="redis://127.0.0.1:1/0")
    limits.take("try", "x")
    limits.take("try", "x")
    with pytest.raises(TooOftenError):
        limits.take("try", "x")


def test_a_redis_that_hangs_is_not_asked_at_every_step() -> None:
    limits, asked = Limits(FEW), []

    class Hanging:
        def bucket(self, *_: object) -> AbstractBucket:
            asked.append(1)
            raise redis.TimeoutError

    limits._shared = Hanging()
    for number in range(5):
        limits.take("try", str(number))
    assert len(asked) == 1
    limits._away_until = 0.0
    limits.take("try", "later")
    assert len(asked) == 2


def test_a_factor_widens_and_nothing_switches_off() -> None:
    wide, off = Limits(FEW, factor=10), Limits(FEW, factor=0)
    for _ in range(15):
        wide.take("try", "x")
    for _ in range(100):
        off.take("try", "x")


async def test_a_conversation_that_says_too_much_is_told_when_to_go_on(counter: Counter, engine: ScriptedEngine) -> None:
    async with TestClient(TestServer(create_app(Settings(), counter, engine))) as client:
        path, headers, _ = await begin(client)
        most = RATES["say"][0].limit
        for number in range(most):
            answered = await client.post(f"{path}/messages", json={"text": "dalej"}, headers=headers)
            assert answered.status == 200 and answered.headers["RateLimit"].startswith(f'"say";r={RATES["say"][-1].limit - number - 1};t=')
        refused = await client.post(f"{path}/messages", json={"text": "dalej"}, headers=headers)
        assert refused.status == 429 and 1 <= int(refused.headers["Retry-After"]) <= 10
        assert (await refused.json())["error"]["code"] == "too_often"
        other, others, _ = await begin(client)
        assert (await client.post(f"{other}/messages", json={"text": "dalej"}, headers=others)).status == 200


def test_a_factor_that_is_no_number_is_told() -> None:
    assert Settings.from_env({"OKIENKO_LIMITS": "0,5"}).limits == 0.5
    with pytest.raises(ConfigurationError):
        Settings.from_env({"OKIENKO_LIMITS": "dużo"})
