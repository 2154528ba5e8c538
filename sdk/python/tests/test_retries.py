"""When a request is sent again, after what waits, and that nothing is done twice."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import httpx
import pytest
from adapter import ATHLETE, analysis, answer, problem, sequence

import plyo
from plyo import RetryPolicy, errors

PAGE = {"data": [], "next_cursor": None}


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_statuses_that_pass_are_tried_again(connect, status):
    api = connect(sequence(httpx.Response(status), httpx.Response(status), answer(ATHLETE)))
    assert api.call("athletes.get", "ath_1").id == ATHLETE["id"]
    assert len(api.requests) == 3 and len(api.sleeps) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 422, 501])
def test_other_statuses_are_not(connect, status):
    api = connect(sequence(httpx.Response(status)))
    with pytest.raises(plyo.ApiError) as raised:
        api.call("athletes.create")
    assert raised.value.status == status
    assert len(api.requests) == 1 and api.sleeps == []


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadError("reset"), httpx.RemoteProtocolError("gone"), httpx.ReadTimeout("slow")])
def test_broken_connections_are_tried_again(connect, error):
    api = connect(sequence(error, answer(ATHLETE, 201)))
    assert api.call("athletes.create", name="Ada").id == ATHLETE["id"]
    assert len(api.requests) == 2


def test_the_last_error_is_raised_when_nothing_helps(connect):
    api = connect(sequence(httpx.ConnectError("refused")))
    with pytest.raises(plyo.ApiConnectionError, match="refused") as raised:
        api.call("athletes.list")
    assert not isinstance(raised.value, plyo.ApiTimeoutError)
    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    assert len(api.requests) == 3
    api = connect(sequence(httpx.ReadTimeout("slow")), max_retries=0)
    with pytest.raises(plyo.ApiTimeoutError):
        api.call("athletes.list")
    assert len(api.requests) == 1
    api = connect(sequence(problem("store_failed", 503)))
    with pytest.raises(errors.StoreFailedError):
        api.call("athletes.list")
    assert len(api.requests) == 3


def test_all_tries_of_a_call_share_one_idempotency_key_and_calls_do_not(connect):
    api = connect(sequence(httpx.ReadTimeout("slow"), httpx.Response(502), answer(ATHLETE, 201)))
    api.call("athletes.create", name="Ada")
    keys = [request.headers["idempotency-key"] for request in api.requests]
    assert len(keys) == 3 and len(set(keys)) == 1 and len(keys[0]) == 36
    assert len(set(api.bodies)) == 1
    api.call("athletes.create", name="Ada")
    assert api.requests[-1].headers["idempotency-key"] != keys[0]


def test_every_post_has_a_key_and_a_given_one_stays(connect):
    api = connect(sequence(httpx.Response(500), answer(analysis("cancelled"))))
    api.call("analyses.cancel", "ana_1", idempotency_key="mine")
    assert [request.headers["idempotency-key"] for request in api.requests] == ["mine", "mine"]


def test_retry_after_is_waited_for(connect):
    api = connect(sequence(problem("rate_limited", 429, retry_after="7"), answer(PAGE)))
    api.call("athletes.list")
    assert 7 <= api.sleeps[0] <= 8
    later = format_datetime(dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=20), usegmt=True)
    api = connect(sequence(problem("no_capacity", 503, retry_after=later), answer(PAGE)))
    api.call("athletes.list")
    assert 15 < api.sleeps[0] <= 21
    for nonsense in ("soon", "-3", "nan", "inf"):
        api = connect(sequence(httpx.Response(503, headers={"retry-after": nonsense}), answer(PAGE)))
        api.call("athletes.list")
        assert 0 <= api.sleeps[0] <= 0.5


def test_a_wait_that_is_too_long_is_left_to_the_caller(connect):
    api = connect(sequence(problem("quota_exceeded", 429, retry_after="86400")))
    with pytest.raises(errors.QuotaExceededError) as raised:
        api.call("athletes.list")
    assert raised.value.retry_after == 86400 and api.sleeps == [] and len(api.requests) == 1


def test_what_is_used_up_is_not_asked_for_again(connect):
    api = connect(sequence(problem("quota_exceeded", 429)))
    with pytest.raises(errors.QuotaExceededError):
        api.call("athletes.list")
    assert api.sleeps == [] and len(api.requests) == 1


def test_waits_double_with_full_jitter():
    least, most = RetryPolicy(random=lambda: 0.0), RetryPolicy(random=lambda: 1.0)
    assert [most.delay(n) for n in range(7)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert [least.delay(n) for n in range(3)] == [0, 0, 0]
    assert most.delay(10**6) == 8
    drawn = [RetryPolicy().delay(2) for _ in range(500)]
    assert min(drawn) >= 0 and max(drawn) <= 2 and max(drawn) - min(drawn) > 1.5
    assert least.delay(0, asked=3) == 3 and most.delay(0, asked=3) == 3.75 and most.delay(0, asked=30) == 31


def test_a_change_with_if_match_is_not_sent_twice(connect):
    """The first may have been carried out, and the second would be refused because of it."""
    for failure in (httpx.ReadTimeout("slow"), httpx.Response(502), problem("store_failed", 503)):
        api = connect(sequence(failure, answer(ATHLETE)))
        with pytest.raises(plyo.PlyoError):
            api.call("athletes.update", "ath_1", name="Ada", if_match='"1"')
        assert len(api.requests) == 1
    for refusal in (httpx.ConnectError("refused"), httpx.Response(429), httpx.Response(503)):
        api = connect(sequence(refusal, answer(ATHLETE)))
        api.call("athletes.update", "ath_1", name="Ada", if_match='"1"')
        assert len(api.requests) == 2


def test_a_deletion_whose_answer_was_lost_is_done(connect):
    api = connect(sequence(httpx.ReadTimeout("slow"), problem("not_found", 404)))
    assert api.call("athletes.delete", "ath_1") is None
    api = connect(sequence(problem("store_failed", 503), problem("not_found", 404)))
    assert api.call("athletes.delete", "ath_1") is None
    api = connect(sequence(problem("not_found", 404)))
    with pytest.raises(errors.NotFoundError):
        api.call("athletes.delete", "ath_1")
    api = connect(sequence(httpx.Response(429), problem("not_found", 404)))
    with pytest.raises(errors.NotFoundError):
        api.call("athletes.delete", "ath_1")
    api = connect(sequence(httpx.ReadTimeout("slow"), problem("not_found", 404)))
    with pytest.raises(errors.NotFoundError):  # it would answer with the consent
        api.call("athletes.consents.withdraw", "ath_1", "con_1")


def test_no_retries_at_all(connect):
    api = connect(sequence(httpx.Response(500), answer(PAGE)), max_retries=0)
    with pytest.raises(plyo.ServerError):
        api.call("athletes.list")
    with pytest.raises(ValueError):
        connect(sequence(answer(PAGE)), max_retries=-1)
