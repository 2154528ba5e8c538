"""Signatures by Standard Webhooks. The vector is that of the specification's reference libraries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest

import plyo
from plyo import WebhookSignatureError, webhooks

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT = {"id": "evt_01jdv2m3n4p5q6r7s8t9v0w1x2", "type": "analysis.completed", "created_at": "2026-11-29T12:00:00Z", "test": True, "data": {"id": "ana_1"}}
BODY = json.dumps(EVENT).encode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()).decode()


def headers(body: bytes = BODY, *, age: int = 0, secret: str = SECRET, **changed: str):
    timestamp = int(time.time()) - age
    made = {"webhook-id": "msg_1", "webhook-timestamp": str(timestamp), "webhook-signature": signature(secret, "msg_1", timestamp, body)}
    return {**made, **{name.replace("_", "-"): value for name, value in changed.items()}}


def test_the_vector_of_the_specification(monkeypatch):
    body = b'{"test": 2432232314}'
    given = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330", "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}
    monkeypatch.setattr(time, "time", lambda: 1614265330.0)
    webhooks.verify(body, given, SECRET)
    webhooks.verify(body, given, SECRET.removeprefix("whsec_"))
    with pytest.raises(WebhookSignatureError):
        webhooks.verify(body + b" ", given, SECRET)


def test_an_event():
    event = webhooks.unwrap(BODY, headers(), SECRET)
    assert isinstance(event, plyo.models.Event) and event.type == "analysis.completed" and event.data == {"id": "ana_1"}
    assert webhooks.unwrap(BODY.decode(), {name.title(): value for name, value in headers().items()}, SECRET) == event


def test_one_of_several_signatures_is_enough():
    """While a secret is rotated there are two; other versions are passed over."""
    given = headers()
    old = signature("whsec_" + base64.b64encode(b"old" * 8).decode(), "msg_1", int(given["webhook-timestamp"]), BODY)
    for text in (f"{old} {given['webhook-signature']}", f"v1a,abc v1,??? {given['webhook-signature']} v2,x"):
        webhooks.unwrap(BODY, {**given, "webhook-signature": text}, SECRET)
    with pytest.raises(WebhookSignatureError):
        webhooks.unwrap(BODY, {**given, "webhook-signature": old}, SECRET)


@pytest.mark.parametrize(
    "given",
    [
        headers(BODY + b" "),
        headers(secret="whsec_" + base64.b64encode(b"another secret of 24 byt").decode()),
        headers(webhook_id="msg_2"),
        headers(webhook_timestamp=str(int(time.time()) - 1)),
        headers(webhook_timestamp="soon"),
        headers(webhook_timestamp="-5"),
        headers(webhook_timestamp="١٢٣"),
        headers(webhook_signature=""),
        headers(webhook_signature="v1"),
        headers(webhook_signature="v1,"),
        headers(webhook_signature="v1,ä"),
        {**headers(), "webhook-signature": headers()["webhook-signature"].replace("v1,", "v2,")},
        *({name: value for name, value in headers().items() if name != missing} for missing in headers()),
        {},
    ],
)
def test_what_is_refused(given):
    with pytest.raises(WebhookSignatureError):
        webhooks.unwrap(BODY, given, SECRET)


def test_old_and_future_webhooks_are_refused():
    for age in (-290, 290):
        webhooks.unwrap(BODY, headers(age=age), SECRET)
    for age in (-310, 310):
        with pytest.raises(WebhookSignatureError, match="300 s"):
            webhooks.unwrap(BODY, headers(age=age), SECRET)
    webhooks.unwrap(BODY, headers(age=500), SECRET, tolerance_s=600)


def test_a_signed_body_that_is_no_event():
    for body in (b"[]", b"{}", b"\xff", b"text"):
        with pytest.raises(WebhookSignatureError, match="no event"):
            webhooks.unwrap(body, headers(body), SECRET)


def test_a_secret_that_is_none():
    for secret in ("", "whsec_", "whsec_???"):
        with pytest.raises(ValueError):
            webhooks.unwrap(BODY, headers(), secret)
