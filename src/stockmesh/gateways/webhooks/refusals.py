"""What an endpoint's address can be refused for."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class BadWebhookUrl(Refusal):
    url: str
    reason: str
    code = "bad_webhook_url"
    text = "{url!r} cannot be an endpoint: {reason}."


@dataclass(eq=False)
class ForbiddenAddress(Refusal):
    host: str
    address: str
    code = "forbidden_address"
    text = (
        "{host} leads to {address}, which is not on the public internet. STOCKMESH_WEBHOOK_NETWORKS lists private "
        "networks that may be sent to."
    )


@dataclass(eq=False)
class BadNetwork(Refusal):
    network: str
    code = "bad_network"
    text = "STOCKMESH_WEBHOOK_NETWORKS: {network!r} is not a network such as 10.1.0.0/16."
