"""A file is checked and staged: good rows lie beside the books, problems are gathered, nothing else has happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import numpy as np

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.sheets.checking import Checked
from stockmesh.domain.kernel.sheets.columns import Sheet
from stockmesh.domain.kernel.sheets.problems import Findings, Problem, shown
from stockmesh.flows.context import Context
from stockmesh.flows.importing.jobs import Batch, Job, Said, Tally
from stockmesh.store.copying import Column, Integers, Texts
from stockmesh.store.database import Session, copy_in, execute


@dataclass(eq=False)
class Staging:
    """A file about to be staged: where it goes, whose it is, what was found so far. `written`: what the file calls its
    columns. `keys` holds a figure of 64 bits
    for what each row is about; `gathered` the rows of sheets whose rows make up larger things."""

    session: Session
    context: Context
    sheet: Sheet
    job_id: int
    owner_id: int
    said: Said
    findings: Findings
    written: Mapping[str, str]
    entries: int = 0
    keys: list[I64] = field(default_factory=list)
    key_rows: list[I64] = field(default_factory=list)
    gathered: list[dict[str, Any]] = field(default_factory=list)

    def places(self, count: int) -> Integers:
        """The next places of staged entries, from 1."""
        first = self.entries + 1
        self.entries += count
        return Integers(np.arange(first, first + count, dtype=np.int64), 4)

    def remember(self, checked: Checked) -> None:
        """Keeps what each good row is about, to find those that are about the same."""
        parts = [list(map(str, key_of(checked, name))) for name in self.sheet.key if name in checked.given]
        if parts:
            hashes = map(hash, zip(*parts, strict=True) if len(parts) > 1 else parts[0])
            self.keys.append(np.fromiter(hashes, dtype=np.int64, count=len(checked.rows))[checked.good])
            self.key_rows.append(checked.rows[checked.good])

    def find_repeats(self) -> dict[int, int]:
        """The rows that are about what an earlier row is about, and which row that is.

        Two different keys are taken for one once in ten million files of a million rows.
        """
        if not self.keys:
            return {}
        keys, row_numbers = np.concatenate(self.keys), np.concatenate(self.key_rows)
        order = np.argsort(keys, kind="stable")
        is_first = np.concatenate([[True], keys[order][1:] != keys[order][:-1]])
        first = np.maximum.accumulate(np.where(is_first, np.arange(len(keys)), 0))
        repeated = np.flatnonzero(~is_first)
        found = zip(row_numbers[order[repeated]].tolist(), row_numbers[order[first[repeated]]].tolist(), strict=True)
        return dict(sorted(found))

    def copy(self, table: str, checked_rows: I64, columns: dict[str, Column]) -> None:
        """Stages good rows; job, place and row number come with them."""
        count = len(checked_rows)
        fixed: dict[str, Column] = {
            "job_id": Integers(self.job_id, 4),
            "place": self.places(count),
            "row_no": Integers(checked_rows, 4),
        }
        copy_in(self.session, table, fixed | columns, count)

    def stage_documents(self, numbers: Sequence[int], documents: Sequence[Any]) -> None:
        """Stages things that several rows make up, each under the number of its first row."""
        bodies = [b"\x01" + msgspec.json.encode(one) for one in documents]  # the version of jsonb's binary form
        self.copy("import_document", np.array(numbers, dtype=np.int64), {"body": Texts(bodies)})

    def refuse(self, row: int, column: str, value: str, reason: str, suggestion: str = "") -> None:
        """Adds a problem that only the books, or several rows together, can tell."""
        self.findings.add(Problem(row, self.written.get(column, column), shown(value), reason, suggestion))


def key_of(checked: Checked, name: str) -> Sequence[Any]:
    """The values of a column, wherever they lie."""
    if name in checked.texts:
        return checked.texts[name]
    return checked.said[name] if name in checked.said else checked.figures[name].tolist()


@dataclass(frozen=True)
class Kind:
    """How one kind of file comes into the books. `stage` takes the good rows of a stretch, `check` asks what only the
    books know, `apply` puts a batch into the books, `finish` ends the job."""

    sheet: Sheet
    table: str
    batch: int
    stage: Callable[[Staging, Checked], None]
    check: Callable[[Staging], None]
    apply: Callable[[Session, Context, Job, Batch], Tally]
    finish: Callable[[Session, Context, Job], None]


def texts(values: Sequence[str], good: Sequence[int] | None = None) -> Texts:
    """A text column, of the good rows alone."""
    return Texts([values[place].encode() for place in good] if good is not None else list(map(str.encode, values)))


def clear_documents(session: Session, context: Context, job: Job) -> None:
    """The end of a job whose rows were staged as documents."""
    del context
    execute(session, "imports/clear_document", job_id=job.job_id, rows=None)


WHOLE_FILE: Final = 2**31 - 1  # a batch: what is published is published at once
