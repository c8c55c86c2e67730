"""WooCommerce's REST API: a request with the keys of a shop, and its answer.

Source: https://developer.woocommerce.com/docs/apis/rest-api/authentication/ (consumer key and secret over HTTPS),
/v3/ and https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/ (X-WP-Total).
"""

import base64
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.gateways.webhooks.sending import Called, call, judge

ANSWER_BYTES_MAX: Final = 16_000_000
# A shop of plugins on a small host takes its time for a page of products.
PATIENCE: Final = 4.0


@dataclass(frozen=True)
class WooCommerceDoor:
    """The address of a shop's WordPress, and consumer key and secret: ck_...:cs_..."""

    base_url: str
    token: str = field(repr=False)
    permitted: Networks

    def get(self, path: str) -> Called:
        """The answer to a question; the path holds its query."""
        return self._call(path, None, PATIENCE)

    def post(self, path: str, said: Any) -> Called:
        """The answer to a request that changes something."""
        return self._call(path, msgspec.json.encode(said), 1.0)

    def _call(self, path: str, body: bytes | None, patience: float) -> Called:
        return call(
            f"{self.base_url}/wp-json/wc/v3/{path}",
            body,
            {"Authorization": "Basic " + base64.b64encode(self.token.encode()).decode(), "Accept": "application/json"},
            self.permitted,
            body_bytes_max=ANSWER_BYTES_MAX,
            patience=patience,
        )


def problem_of(called: Called) -> str:
    """Why an answer is none; empty when it is one."""
    if called.status is None:
        return called.fault
    return "" if called.status == 200 else judge(called.status) or "Answered oddly."
