"""Where orders look in a large network: the cheapest that carry all they want, or else whoever carries any of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.sourcing.arrays import UNSEEN
from stockmesh.domain.sourcing.shortlisting import FIRST_LOOK, SECOND_LOOK, SIZES, Wants, narrow, size_of

LOCATIONS = 60


def wants_of(carried: list[list[int]], orders: list[list[int]], ranked: list[int]) -> Wants:
    """Orders as lists of item rows, each row as the locations that carry it, one ranking for all."""
    marks = np.zeros((len(carried), LOCATIONS), dtype=np.bool_)
    for row, places in enumerate(carried):
        marks[row, places] = True
    ranking = np.full((1, LOCATIONS), -1, dtype=np.int32)
    ranking[0, : len(ranked)] = ranked
    return Wants(
        start=np.cumsum([0, *map(len, orders)]),
        row=np.array([row for order in orders for row in order], dtype=np.int32),
        carried=marks,
        ranking=np.zeros(len(orders), dtype=np.int32),
        ranked=ranking,
    )


def look(
    wants: Wants, *, first: bool = True, barred: tuple[int, ...] = ()
) -> tuple[list[list[int]], list[bool], list[bool]]:
    """Where each order looks, whether only where all is carried, and whether it sees everybody who carries any."""
    marks = np.zeros((len(wants.ranking), LOCATIONS), dtype=np.int8)
    marks[:, list(barred)] = 1
    found = narrow(wants, marks, first)
    assert set(np.unique(marks).tolist()) <= {0, UNSEEN}
    return [np.flatnonzero(row == 0).tolist() for row in marks], found.complete.tolist(), found.covers.tolist()


EVERYWHERE = list(range(LOCATIONS))
DOWNWARDS = EVERYWHERE[::-1]


def test_the_first_look_goes_to_the_best_ranked_that_carry_all() -> None:
    """Two items, carried together by odd locations only: the four best odd ones, not the four best."""
    odd = EVERYWHERE[1::2]
    assert look(wants_of([EVERYWHERE, odd], [[0, 1]], DOWNWARDS)) == ([[53, 55, 57, 59]], [True], [False])


def test_later_looks_add_whoever_carries_any() -> None:
    """The four best that carry both items, then the best that carry one, as many as are looked at."""
    [places], [complete], [covers] = look(wants_of([EVERYWHERE, [2, 3]], [[0, 1]], DOWNWARDS), first=False)
    assert places == [2, 3, *range(LOCATIONS - SECOND_LOOK + 2, LOCATIONS)]
    assert (complete, covers) == (False, False)


def test_without_anybody_who_carries_all_the_first_look_is_wide() -> None:
    """Two items that nobody has together are looked for wherever one of them is: that is everybody who matters."""
    assert look(wants_of([[4, 9], [7]], [[0, 1]], EVERYWHERE)) == ([[4, 7, 9]], [False], [True])


def test_barred_and_unreachable_locations_are_never_looked_at_and_never_missed() -> None:
    """A channel bars one location, no carrier goes to another: seeing the third is seeing everybody."""
    wants = wants_of([[1, 2, 3]], [[0]], [place for place in EVERYWHERE if place != 3])
    assert look(wants, barred=(1,)) == ([[2]], [True], [True])


def test_what_nobody_carries_is_looked_for_nowhere() -> None:
    """The order sees nobody, and nobody could serve it."""
    assert look(wants_of([[]], [[0]], EVERYWHERE)) == ([[]], [False], [True])


def test_orders_do_not_disturb_each_other() -> None:
    """Three orders of one batch see what each would see alone."""
    carried = [EVERYWHERE, [5], [6, 7]]
    orders = [[0], [1, 2], [2]]
    together = look(wants_of(carried, orders, DOWNWARDS))
    alone = [look(wants_of(carried, [order], DOWNWARDS)) for order in orders]
    assert together == tuple([one[part][0] for one in alone] for part in range(3))


@given(
    carried=st.lists(st.lists(st.integers(0, LOCATIONS - 1), unique=True), min_size=3, max_size=3),
    ranked=st.permutations(EVERYWHERE),
    barred=st.lists(st.integers(0, LOCATIONS - 1), unique=True, max_size=20),
    first=st.booleans(),
)
def test_sight_is_as_described(carried: list[list[int]], ranked: list[int], barred: list[int], *, first: bool) -> None:
    """Against plain sets: who is seen, in ranking order, and whether anybody who matters is out of sight."""
    [seen], [complete], [covers] = look(wants_of(carried, [[0, 1, 2]], ranked), first=first, barred=tuple(barred))
    allowed = [place for place in ranked if place not in barred]
    whole = [place for place in allowed if all(place in one for one in carried)][:FIRST_LOOK]
    some = [place for place in allowed if any(place in one for one in carried)]
    wanted = whole
    if not (first and whole):
        wanted = whole + [place for place in some if place not in whole][: SECOND_LOOK - len(whole)]
    assert seen == sorted(wanted)
    assert complete == (first and bool(whole))
    assert covers == (set(some) <= set(seen))


@pytest.mark.parametrize(
    ("weight_mg", "volume_um3", "size"),
    [(0, 0, 0), (200_000, 8 * 10**14, 0), (200_001, 0, 1), (0, 8 * 10**14 + 1, 1), (10**9, 0, len(SIZES) - 1)],
)
def test_size_of_goods(weight_mg: int, volume_um3: int, size: int) -> None:
    """The first size that is neither exceeded in weight nor in volume; beyond the last, the last."""
    assert size_of(weight_mg, volume_um3) == size
