"""Shopify's GraphQL Admin API: a question and its answer, with the pause that the shop's bucket needs.

Source: https://shopify.dev/docs/api/usage/limits (cost of a query, bucket, THROTTLED) and
https://shopify.dev/docs/api/usage/versioning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import msgspec

from stockmesh.gateways.shops.fields import Fields, read_json
from stockmesh.gateways.shops.refusals import UnreadableMessage
from stockmesh.gateways.shops.shopify_access import access_token, forget_access
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.gateways.webhooks.sending import call, judge

API_VERSION: Final = "2026-07"
ANSWER_BYTES_MAX: Final = 4_000_000
THROTTLED_SECONDS: Final = 2


@dataclass(frozen=True)
class Question:
    """A query or mutation with its variables, to be asked at a shop's address with its token."""

    base_url: str
    token: str
    permitted: Networks
    query: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """The `data` of an answer; `problem` says why there is none."""

    data: Fields
    problem: str = ""
    rest_seconds: int = 0


def ask(question: Question) -> Reply:
    """What the shop answers. Nothing is raised."""
    token, problem = access_token(question.base_url, question.token, question.permitted)
    if problem:
        return _none(problem)
    called = call(
        f"{question.base_url}/admin/api/{API_VERSION}/graphql.json",
        msgspec.json.encode({"query": question.query, "variables": question.variables}),
        {"X-Shopify-Access-Token": token, "Accept": "application/json"},
        question.permitted,
        body_bytes_max=ANSWER_BYTES_MAX,
    )
    if called.status is None:
        return _none(called.fault)
    if called.status == 401:
        forget_access(question.base_url, question.token)
    if called.status != 200:
        return _none(judge(called.status) or "Answered oddly.", called.retry_after_seconds)
    try:
        return _read(read_json(called.body))
    except UnreadableMessage as refusal:
        return _none(str(refusal))


def _none(problem: str, rest_seconds: int = 0) -> Reply:
    return Reply(Fields({}, ""), problem, rest_seconds)


def _read(said: Fields) -> Reply:
    rest = _rest(said.child("extensions").child("cost"))
    errors = list(said.children("errors"))
    if any(one.child("extensions").text("code", "") == "THROTTLED" for one in errors):
        return _none("The shop asks for a pause.", max(rest, THROTTLED_SECONDS))
    if errors:
        return _none(f"The shop answered: {errors[0].words('message', 200)}")
    return Reply(said.child("data"), rest_seconds=rest)


def _rest(cost: Fields) -> int:
    """How long until the bucket holds what such a request costs."""
    status = cost.child("throttleStatus")
    if not (cost.has("requestedQueryCost") and status.has("currentlyAvailable") and status.has("restoreRate")):
        return 0
    missing = cost.decimal("requestedQueryCost") - status.decimal("currentlyAvailable")
    rate = status.decimal("restoreRate")
    return ceil(missing / rate) if missing > 0 and rate > 0 else 0
