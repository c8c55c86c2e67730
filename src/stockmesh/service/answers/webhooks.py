"""Webhook endpoints as the API takes and answers them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from pydantic import Field

from stockmesh.app import Settings
from stockmesh.flows import webhook_endpoints
from stockmesh.flows.context import Context
from stockmesh.flows.reach import Reach
from stockmesh.flows.webhook_endpoints import Delivery, DeliveryFilter, Endpoint, EndpointSecret
from stockmesh.gateways.webhooks.addresses import read_networks
from stockmesh.service.answers.lists import EmptyIsNone, Listing, ListQuery, Text, listing


class NewEndpoint(msgspec.Struct, forbid_unknown_fields=True):
    """An endpoint to add; without topics it is told everything."""

    url: str
    topics: list[str] = []


class Rotation(msgspec.Struct, forbid_unknown_fields=True):
    """How long the secret before goes on signing."""

    grace_seconds: Annotated[int, msgspec.Meta(ge=0, le=2_592_000)] = 86_400

    @property
    def grace(self) -> timedelta:
        """As a span."""
        return timedelta(seconds=self.grace_seconds)


@dataclass(frozen=True)
class Queued:
    """A delivery that is due now."""

    delivery_id: int
    endpoint_id: int


class DeliveryQuery(ListQuery):
    """Which deliveries of the log."""

    state: Annotated[Literal["due", "delivered", "failed"] | None, EmptyIsNone] = None
    topic: Annotated[Text | None, EmptyIsNone] = Field(default=None, description="a whole topic, as order.placed")


def deliveries(context: Context, endpoint_id: int, query: DeliveryQuery, reach: Reach) -> Listing[Delivery]:
    """A page of the log. Raises what the flow does."""
    wanted = DeliveryFilter(query.state, query.topic)
    page = webhook_endpoints.list_deliveries(
        context, endpoint_id, wanted, reach=reach, after=query.cursor or "", count=query.limit
    )
    return listing(page)


def endpoints(context: Context, reach: Reach) -> tuple[Endpoint, ...]:
    """All endpoints within reach, without their secrets."""
    return webhook_endpoints.list_endpoints(context, reach=reach)


def one_endpoint(context: Context, endpoint_id: int, reach: Reach) -> Endpoint:
    """One endpoint. Raises UnknownEndpoint."""
    return webhook_endpoints.get_endpoint(context, endpoint_id, reach=reach)


def add_endpoint(context: Context, new: NewEndpoint, reach: Reach) -> EndpointSecret:
    """A new endpoint with its secret. Raises what the flow does."""
    permitted = read_networks(Settings().webhook_networks)
    return webhook_endpoints.add_endpoint(context, new.url, new.topics, permitted=permitted, reach=reach)


def rotate_secret(context: Context, endpoint_id: int, rotation: Rotation, reach: Reach) -> EndpointSecret:
    """A new secret for an endpoint. Raises UnknownEndpoint."""
    return webhook_endpoints.rotate_secret(context, endpoint_id, grace=rotation.grace, reach=reach)


def remove_endpoint(context: Context, endpoint_id: int, reach: Reach) -> None:
    """The endpoint is gone with its secrets and its log. Raises UnknownEndpoint."""
    webhook_endpoints.remove_endpoint(context, endpoint_id, reach=reach)
