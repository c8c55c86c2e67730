"""What is asked at the same time is done together; nobody pays for another's fault, and nothing taken is lost."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest
from psycopg import OperationalError

from stockmesh.service.batching import Batcher
from stockmesh.service.refusals import Overloaded, Stopping


class Counter:
    """Doubles numbers; remembers its batches, and waits for `gate` before it answers."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = Event()
        self.gate.set()

    def work(self, entries: Sequence[int]) -> list[int]:
        """Twice each number; 13 is poison."""
        self.batches.append(list(entries))
        assert self.gate.wait(10)
        if 13 in entries:
            raise ZeroDivisionError
        if 99 in entries:
            raise OperationalError("gone")
        return [2 * entry for entry in entries]


async def ask_while_busy(counter: Counter, batcher: Batcher[int, int], entries: Sequence[int]) -> list[object]:
    """One entry keeps the batcher busy while the others come in; their outcomes, answers or exceptions."""
    counter.gate.clear()
    first = asyncio.create_task(batcher.ask(0))
    while not counter.batches:
        await asyncio.sleep(0.001)
    others = [asyncio.create_task(batcher.ask(entry)) for entry in entries]
    await asyncio.sleep(0)
    counter.gate.set()
    assert await first == 0
    return list(await asyncio.gather(*others, return_exceptions=True))


def test_a_single_entry_is_done_at_once() -> None:
    counter = Counter()
    assert asyncio.run(Batcher(counter.work).ask(21)) == 42
    assert counter.batches == [[21]]


def test_what_comes_in_meanwhile_is_one_batch_in_order_of_arrival() -> None:
    counter = Counter()
    answers = asyncio.run(ask_while_busy(counter, Batcher(counter.work), range(100, 160)))
    assert answers == [2 * entry for entry in range(100, 160)]
    assert counter.batches == [[0], list(range(100, 160))]


def test_a_batch_has_its_limit() -> None:
    counter = Counter()
    asyncio.run(ask_while_busy(counter, Batcher(counter.work, batch_max=4), range(1, 10)))
    assert counter.batches == [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9]]


def test_poison_fails_alone() -> None:
    counter = Counter()
    answers = asyncio.run(ask_while_busy(counter, Batcher(counter.work), [11, 12, 13, 14, 15]))
    assert isinstance(answers.pop(2), ZeroDivisionError)
    assert answers == [22, 24, 28, 30]


def test_an_outage_is_told_to_all_and_tried_once() -> None:
    counter = Counter()
    answers = asyncio.run(ask_while_busy(counter, Batcher(counter.work), [98, 99, 100]))
    assert all(isinstance(answer, OperationalError) for answer in answers)
    assert counter.batches == [[0], [98, 99, 100]]


def test_beyond_what_may_wait_nothing_is_taken() -> None:
    counter = Counter()

    async def overload() -> None:
        batcher = Batcher(counter.work, waiting_max=5)
        counter.gate.clear()
        first = asyncio.create_task(batcher.ask(0))
        while not counter.batches:
            await asyncio.sleep(0.001)
        waiting = asyncio.create_task(batcher.ask_all([1, 2, 3]))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.ask_all([4, 5, 6])
        assert not waiting.done()
        counter.gate.set()
        assert [await first, *await waiting, *await batcher.ask_all([7])] == [0, 2, 4, 6, 14]

    asyncio.run(overload())
    assert counter.batches == [[0], [1, 2, 3], [7]]


def test_who_leaves_disturbs_nobody() -> None:
    counter = Counter()

    async def leave() -> list[int]:
        batcher = Batcher(counter.work)
        counter.gate.clear()
        first = asyncio.create_task(batcher.ask(0))
        while not counter.batches:
            await asyncio.sleep(0.001)
        leaves, stays = asyncio.create_task(batcher.ask(1)), asyncio.create_task(batcher.ask(2))
        await asyncio.sleep(0)
        leaves.cancel()
        counter.gate.set()
        return [await first, await stays]

    assert asyncio.run(leave()) == [0, 4]
    assert counter.batches == [[0], [1, 2]]


def test_a_closed_door_says_why_and_what_was_taken_before_is_done() -> None:
    """Nothing more is taken, also of many; who drains waits for all that was."""
    counter = Counter()
    batcher = Batcher(counter.work)

    async def close_while_busy() -> list[object]:
        counter.gate.clear()
        taken = [asyncio.create_task(batcher.ask(entry)) for entry in (1, 2)]
        while not counter.batches:
            await asyncio.sleep(0.001)
        batcher.closed = Stopping()
        for refused in (batcher.ask(3), batcher.ask_all([4, 5])):
            with pytest.raises(Stopping):
                await refused
        for one in taken:
            one.cancel()  # their clients leave
        counter.gate.set()
        await batcher.drain()
        return [batcher.waiting]

    assert asyncio.run(close_while_busy()) == [0]
    assert sorted(entry for batch in counter.batches for entry in batch) == [1, 2]


def test_whoever_listens_is_told_of_every_batch() -> None:
    """How long its first entry waited, how long it took, and what came out: also when it failed."""
    counter = Counter()
    told: list[tuple[float, float, Sequence[object]]] = []
    batcher = Batcher(counter.work, told=lambda *said: told.append(said))
    asyncio.run(ask_while_busy(counter, batcher, [1, 99]))
    (alone, together) = told
    assert list(alone[2]) == [0]
    assert [type(one).__name__ for one in together[2]] == ["Failed", "Failed"]
    assert 0 <= alone[0] < 1
    assert together[0] > 0
    assert min(alone[1], together[1]) > 0
