"""What files that change the network have in common: rows become values, and all of a file one version of the world."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

import msgspec

from stockmesh.domain.kernel.sheets.columns import Sheet
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.flows.context import Context
from stockmesh.flows.importing.gathering import ROW, forget_bad, gather
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_twice, unknown
from stockmesh.flows.importing.network_now import book_currency, known_world, publish
from stockmesh.flows.importing.staging import WHOLE_FILE, Kind, Staging, clear_documents
from stockmesh.store.database import Session, execute, rows

V = TypeVar("V")
Fold = Callable[[WorldFacts, Sequence[V], Tally], tuple[WorldFacts, Tally]]


def network_kind(
    sheet: Sheet,
    told: type[V],
    *,
    read: Callable[[Staging, WorldFacts], Mapping[int, V]],
    fold: Callable[[WorldFacts, Sequence[V], Counter[str]], WorldFacts],
) -> Kind:
    """A kind of file whose rows change the network. `read` makes values of the gathered rows, by the number of the
    first row of each, refusing those it cannot; `fold` is the network with them, counting what came of each."""

    def check(staging: Staging) -> None:
        describe_twice(staging)
        facts = known_world(staging.session, staging.context, book_currency(staging.session, staging.owner_id))
        forget_bad(staging)
        found = read(staging, facts)
        staging.stage_documents(list(found), list(found.values()))

    def apply(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
        execute(session, "world/claim")
        documents = rows(session, "imports/documents", job_id=job.job_id, **batch._asdict())
        brought = [msgspec.json.decode(row["body"], type=told) for row in documents]
        facts = known_world(session, context, book_currency(session, job.owner_id))
        tally: Counter[str] = Counter()
        changed = fold(facts, brought, tally)
        if changed != facts:
            publish(session, context, changed)
        return Tally(**tally)

    return Kind(sheet, "document", WHOLE_FILE, gather, check, apply, clear_documents)


def refuse_unknown(staging: Staging, column: str, reason: str, known: Sequence[str]) -> None:
    """Refuses rows that name in a column what there is not, and drops them."""
    names = frozenset(known)
    for row in staging.gathered:
        if row[column] not in names:
            problem = unknown(reason, row[column], known)
            staging.refuse(row[ROW], column, row[column], problem.reason, problem.suggestion)
    forget_bad(staging)


def tell(tally: Counter[str], before: Hashable, after: Hashable, nothing: Hashable) -> None:
    """Counts what came of one value: as it was, changed, or new where nothing was told before."""
    tally["unchanged" if before == after else "created" if before == nothing else "changed"] += 1
