"""Events: read page by page, or followed as they come in."""

from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from stockmesh.flows.event_log import EventPage, head_position, list_events, read_topics
from stockmesh.flows.reach import Reach
from stockmesh.service.access.needing import caller_of, needs
from stockmesh.service.answers.lists import ROWS, ROWS_MAX
from stockmesh.service.encoding import IN_LINES, LINES, as_json, as_lines
from stockmesh.service.events.stream import EventStream
from stockmesh.service.events.tide import Tide, View
from stockmesh.service.here import Here, callers_of
from stockmesh.service.refusals import EventsAhead

router = APIRouter(prefix="/v1/events", tags=["events"])
STREAMED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
POSITION_MAX: Final = 2**62
Reads = Annotated[Reach, needs("events:read")]
Topic = Annotated[
    str,
    Query(max_length=400, description="topics such as `order.placed` or groups such as `order`, parted by commas"),
]


@router.get("", response_model=EventPage, responses=IN_LINES)
def list_events_after(
    context: Here,
    reach: Reads,
    *,
    after: Annotated[int, Query(ge=0, le=POSITION_MAX, description="the position of the last event seen")] = 0,
    topic: Topic = "",
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
    accept: Annotated[str, Header(description=f"`{LINES}` answers a line per event")] = "",
) -> Response:
    """The events after a position, in order; as JSON or, when asked for, a line each."""
    page = list_events(context, after, read_topics([topic]), reach=reach, count=limit)
    further = urlencode({"after": page.next_after, "topic": topic, "limit": limit})
    headers = {"Link": f'</v1/events?{further}>; rel="next"'} if page.next_after < page.head else {}
    return as_lines(page.items, headers) if LINES in accept else as_json(page, headers=headers)


@router.get(
    "/stream",
    response_class=EventStream,
    status_code=200,
    responses=STREAMED,
)
async def follow_events(
    context: Here,
    request: Request,
    reach: Reads,
    *,
    topic: Topic = "",
    after: Annotated[int | None, Query(ge=0, le=POSITION_MAX, description="begin after this position")] = None,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=POSITION_MAX, description="where a reader that comes back goes on")
    ] = None,
) -> Response:
    """Events as they come in, as server-sent events; without a position only those to come."""
    tide: Tide = request.app.state.tide
    view = View(read_topics([topic]), reach)
    welcome = partial(callers_of(request).is_still, request.scope, caller_of(request))
    begin = after if last_event_id is None else last_event_id
    if begin:
        head = await run_in_threadpool(head_position, context)
        if begin > head:
            raise EventsAhead(after=begin, head=head)
    return EventStream(tide, view, begin, welcome)
