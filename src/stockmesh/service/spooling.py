"""Large bodies: written to a file that nobody else sees while they come in, never whole in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import IO, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from stockmesh.service.refusals import BodyTooLarge

HELD_BYTES: Final = 1 << 20


@asynccontextmanager
async def spooled(request: Request, *, largest: int) -> AsyncIterator[tuple[IO[bytes], int]]:
    """The body as a file, and its size; gone afterwards. Raises BodyTooLarge as soon as it is."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > largest:
        raise BodyTooLarge(largest_bytes=largest)
    with TemporaryFile(prefix="stockmesh-") as file:
        size, held = 0, bytearray()
        async for chunk in request.stream():
            size += len(chunk)
            if size > largest:
                raise BodyTooLarge(largest_bytes=largest)
            held += chunk
            if len(held) >= HELD_BYTES:
                await _write(file, held)
        await _write(file, held)
        yield file, size


async def _write(file: IO[Any], held: bytearray) -> None:
    await run_in_threadpool(file.write, bytes(held))
    held.clear()
