"""Access to Shopify's API: a token that lasts, or one that an app's client ID and secret are exchanged for each day.

Source: https://shopify.dev/docs/apps/build/authentication-authorization/client-credentials-grant
"""

import time
from threading import Lock
from typing import Final
from urllib.parse import urlencode

from stockmesh.gateways.shops.fields import read_json
from stockmesh.gateways.shops.refusals import UnreadableMessage
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.gateways.webhooks.sending import call, judge

ANSWER_BYTES_MAX: Final = 20_000
SPARE_SECONDS: Final = 600
_known: dict[tuple[str, str], tuple[float, str]] = {}
_lock: Final = Lock()


def access_token(base_url: str, token: str, permitted: Networks) -> tuple[str, str]:
    """The token to call with, and why there is none. One that was exchanged is kept until shortly before it ends."""
    client, parted, secret = token.partition(":")
    if not parted:
        return token, ""
    with _lock:
        until, known = _known.get((base_url, token), (0.0, ""))
    if time.monotonic() < until:
        return known, ""
    said = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    called = call(
        f"{base_url}/admin/oauth/access_token",
        urlencode(said).encode(),
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        permitted,
        body_bytes_max=ANSWER_BYTES_MAX,
    )
    if called.status != 200:
        return "", f"No access: {called.fault if called.status is None else judge(called.status)}"
    try:
        answer = read_json(called.body)
        found, seconds = answer.text("access_token"), answer.whole("expires_in", SPARE_SECONDS)
    except UnreadableMessage as refusal:
        return "", f"No access: {refusal}"
    with _lock:
        _known[base_url, token] = (time.monotonic() + seconds - SPARE_SECONDS, found)
    return found, ""


def forget_access(base_url: str, token: str) -> None:
    """The token was not accepted: the next call asks for another."""
    with _lock:
        _known.pop((base_url, token), None)
