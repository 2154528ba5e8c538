"""Checks that a webhook came from your server, by Standard Webhooks (https://www.standardwebhooks.com).

    event = plyo.webhooks.unwrap(request.body, request.headers, secret)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Mapping, Union

from ._base_error import WebhookSignatureError
from .models import Event

SECRET_PREFIX = "whsec_"
DEFAULT_TOLERANCE_S = 300


def unwrap(
    body: Union[bytes, str],
    headers: Mapping[str, str],
    secret: str,
    tolerance_s: float = DEFAULT_TOLERANCE_S,
) -> Event:
    """The event of a webhook whose signature holds.

    Args:
        body: The body as it came, byte for byte; not one that was parsed and written anew.
        headers: Those of the request, in upper or lower case.
        secret: `whsec_…`, as `webhook_endpoints.create` gave it. After a rotation the old one holds for 24 hours.
        tolerance_s: Seconds that the time of the webhook may lie before or after now.

    Raises:
        WebhookSignatureError: it is not signed with the secret, was changed, or is too old or too new.
        ValueError: the secret is none.
    """
    content = body.encode() if isinstance(body, str) else bytes(body)
    verify(content, headers, secret, tolerance_s)
    try:
        return Event.from_dict(json.loads(content))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WebhookSignatureError("the signature holds, but the body is no event of Plyo's") from error


def verify(body: bytes, headers: Mapping[str, str], secret: str, tolerance_s: float = DEFAULT_TOLERANCE_S) -> None:
    """Raises WebhookSignatureError unless the signature holds."""
    key = key_of(secret)
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp, signatures = (lowered[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as error:
        raise WebhookSignatureError(f"the header {error.args[0]} is missing") from None
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        raise WebhookSignatureError("webhook-timestamp is not a number of seconds")
    expected = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    held = False
    for signature in signatures.split():
        version, _, text = signature.partition(",")
        if version == "v1":
            try:
                held |= hmac.compare_digest(base64.b64decode(text, validate=True), expected)
            except (binascii.Error, ValueError):
                continue
    if not held:
        raise WebhookSignatureError("no signature is of this secret and body")
    if abs(time.time() - int(timestamp)) > tolerance_s:
        raise WebhookSignatureError(f"the time of the webhook is more than {tolerance_s:g} s from now")


def key_of(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret[len(SECRET_PREFIX) :] if secret.startswith(SECRET_PREFIX) else secret, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("a secret is whsec_ and base64")
    return key


__all__ = ["DEFAULT_TOLERANCE_S", "WebhookSignatureError", "unwrap", "verify"]
