"""Orders that arrive one by one are placed together: while one batch is being placed the next one gathers.

There is no timer. A single order is placed at once, alone; under load a batch is as large as what came in meanwhile.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, Generic, TypeVar

from psycopg import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.service.refusals import Overloaded

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Told = Callable[[float, float, Sequence[object]], None]

BATCH_MAX: Final = 500
WAITING_MAX: Final = 20_000
# Not the fault of any one order: trying the others again would only add to the load.
OUTAGES: Final = (OperationalError, InterfaceError, PoolTimeout)


@dataclass(frozen=True)
class Failed:
    """What went wrong instead of an answer; an answer may itself be a refusal, which is no failure."""

    error: Exception


@dataclass(eq=False)
class Batcher(Generic[Asked, Answer]):
    """Gathers what is asked concurrently and has it done in batches, one batch at a time.

    `work` answers every entry of a batch, in order; what it answers is committed. It runs in a thread of its own.
    `told` hears of each batch how long its first entry waited, how long it took and what came out. While `closed` is
    set, nothing is taken and that is why.
    """

    work: Callable[[Sequence[Asked]], Sequence[Answer]]
    batch_max: int = BATCH_MAX
    waiting_max: int = WAITING_MAX
    told: Told = lambda *_: None
    closed: Refusal | None = None
    _since: float = 0.0
    _waiting: list[tuple[Asked, asyncio.Future[Answer]]] = field(default_factory=list)
    _driver: asyncio.Task[None] | None = None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "placing"))

    async def ask(self, asked: Asked) -> Answer:
        """The answer to one entry. Raises Overloaded, what it is closed for, and what `work` raised for it.

        Whoever asked may leave: what was taken is done all the same.
        """
        [promised] = self._take([asked])
        return await promised

    async def ask_all(self, entries: Sequence[Asked]) -> list[Answer]:
        """The answers to several entries, all of them taken or none. Raises what `ask` does."""
        return list(await asyncio.gather(*self._take(entries)))

    @property
    def waiting(self) -> int:
        """How many entries wait to be part of a batch."""
        return len(self._waiting)

    async def drain(self) -> None:
        """Returns when everything that was taken is done."""
        if self._driver is not None:
            await asyncio.shield(self._driver)

    def _take(self, entries: Sequence[Asked]) -> "list[asyncio.Future[Answer]]":
        if self.closed is not None:
            raise self.closed.with_traceback(None)
        if len(self._waiting) + len(entries) > self.waiting_max:
            raise Overloaded(waiting=len(self._waiting))
        loop = asyncio.get_running_loop()
        promised = [loop.create_future() for _ in entries]
        if not self._waiting:
            self._since = perf_counter()
        self._waiting += zip(entries, promised, strict=True)
        if self._driver is None or self._driver.done():
            self._driver = loop.create_task(self._drive())
        return promised

    async def _drive(self) -> None:
        """Does batch after batch until nothing waits."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[: self.batch_max], self._waiting[self.batch_max :]
            begun, since = perf_counter(), self._since
            outcomes = await loop.run_in_executor(self._thread, self._do, [asked for asked, _ in batch])
            self.told(begun - since, perf_counter() - begun, outcomes)
            for (_, promised), outcome in zip(batch, outcomes, strict=True):
                if promised.done():
                    continue
                if isinstance(outcome, Failed):
                    promised.set_exception(outcome.error)
                else:
                    promised.set_result(outcome)

    def _do(self, entries: list[Asked]) -> Sequence[Answer | Failed]:
        """The answers to a batch. An entry that makes `work` fail fails alone."""
        try:
            return self.work(entries)
        except OUTAGES as outage:
            return [Failed(outage)] * len(entries)
        except Exception as error:
            if len(entries) == 1:
                return [Failed(error)]
        middle = len(entries) // 2
        return [*self._do(entries[:middle]), *self._do(entries[middle:])]
