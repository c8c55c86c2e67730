"""Customers as persons: what is held of one, and erasing it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.responses import StreamingResponse

from stockmesh.flows.customers import Erasure
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import needs
from stockmesh.service.answers import customers
from stockmesh.service.answers.lists import TEXT_MAX
from stockmesh.service.encoding import as_json
from stockmesh.service.here import Here
from stockmesh.service.keyed import KeyedRoute

router = APIRouter(prefix="/v1/customers", tags=["customers"], route_class=KeyedRoute)
Reads = Annotated[Reach, needs("contacts:read")]
Writes = Annotated[Reach, needs("contacts:write")]
Customer = Annotated[
    str,
    Path(
        min_length=1, max_length=2 * TEXT_MAX, description="the customer's name as orders give it, or an e-mail address"
    ),
]
NOT_KEPT = {"Cache-Control": "no-store"}


@router.get(
    "/{customer:path}/export",
    response_class=StreamingResponse,
    status_code=200,
    responses={200: {"content": {"application/json": {}}}},
)
def export_customer(
    context: Here, reach: Reads, customer: Customer, query: Annotated[customers.CustomerQuery, Query()]
) -> Response:
    """All that the books hold of a customer: orders with contact, lines and events, and credit notes."""
    parts = customers.document(context, customer, query, reach)
    headers = {"Content-Disposition": 'attachment; filename="customer.json"', **NOT_KEPT}
    return StreamingResponse(parts, headers=headers, media_type="application/json")


@router.delete("/{customer:path}", response_model=Erasure)
def erase_customer(
    context: Here, reach: Writes, customer: Customer, query: Annotated[customers.ErasureQuery, Query()]
) -> Response:
    """What was erased for good: all contacts of the customer's orders, the name, words said about them; the books stay
    whole. A dry run says what would be."""
    return as_json(customers.erase(context, customer, query, reach), headers=NOT_KEPT)
