"""One connection of a client: what is not yet a request is bounded too, and answered as everything else is.

The server reads heads of any length for as long as they take, and answers what is no HTTP in plain text.
"""

from asyncio import TimerHandle, Transport
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.service.guards import HEADERS
from stockmesh.service.problems import describe_refusal, problem
from stockmesh.service.refusals import HeadTooLarge, HeadTooSlow, NotHttp

HEAD_BYTES_MAX: Final = 64_000
HEAD_SECONDS: Final = 30


class Connection(HttpToolsProtocol):
    """The server's own connection, with bounds for what comes before a body.

    A head that comes in one piece, as nearly all do, costs nothing more than it did.
    """

    head_bytes = 0
    in_head = True
    head_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as the server has it
        """The client is expected to ask for something."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._head_is_there()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The head of a request begins."""
        self.in_head, self.head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is all there."""
        self._head_is_there()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Something came in."""
        before = self.in_head
        super().data_received(data)
        if self.parser is None or self.transport.is_closing():
            return
        if before and self.in_head:
            self.head_bytes += len(data)
            if self.head_bytes > HEAD_BYTES_MAX:
                self._turn_away(HeadTooLarge(largest_bytes=HEAD_BYTES_MAX))
                return
        if self.head_timer is None and (self.in_head or self.cycle.response_complete):
            self._expect_head()

    def send_400_response(self, msg: str) -> None:
        """What the server says of something that it cannot read."""
        self._turn_away(NotHttp())

    def _expect_head(self) -> None:
        late = HeadTooSlow(seconds=HEAD_SECONDS)
        self.head_timer = self.loop.call_later(HEAD_SECONDS, self._turn_away, late)

    def _head_is_there(self) -> None:
        self.in_head = False
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def _turn_away(self, why: Refusal) -> None:
        """Closes, and says why unless another answer is due."""
        self._head_is_there()
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is None or cycle.response_complete or (cycle.more_body and not cycle.response_started):
            answer = problem(describe_refusal(why), {"Connection": "close"})
            headers = [*self.server_state.default_headers, *answer.raw_headers, *HEADERS]
            head = b"".join(b"%b: %b\r\n" % header for header in headers)
            self.transport.write(STATUS_LINE[answer.status_code] + head + b"\r\n" + bytes(answer.body))
        self.transport.close()
