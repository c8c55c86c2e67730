"""Customers as the API answers them: all that is held of one, and what erasing came to."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from stockmesh.flows import customers
from stockmesh.flows.context import Context
from stockmesh.flows.customers import Erasure
from stockmesh.flows.reach import Reach
from stockmesh.service.answers.lists import Asked, EmptyIsNone, Text


class CustomerQuery(Asked):
    """Whose customer."""

    owner: Annotated[Text | None, EmptyIsNone] = Field(
        default=None, description="whose customer, where several owners have one of this name"
    )


class ErasureQuery(CustomerQuery):
    """Whose customer, and whether anything is erased at all."""

    dry_run: bool = Field(default=False, description="say what would be erased, and erase nothing")


def document(context: Context, customer: str, query: CustomerQuery, reach: Reach) -> Iterator[str]:
    """All that is held of a customer, in parts. Raises UnknownCustomer and AmbiguousCustomer."""
    return customers.export_customer(context, customer, owner=query.owner or "", reach=reach)


def erase(context: Context, customer: str, query: ErasureQuery, reach: Reach) -> Erasure:
    """What was erased. Raises what the flow does."""
    return customers.erase_customer(context, customer, owner=query.owner or "", dry_run=query.dry_run, reach=reach)
