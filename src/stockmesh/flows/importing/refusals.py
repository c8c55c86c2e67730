"""What an import cannot begin with."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class NoOwner(Refusal):
    """Goods belong to somebody, and the books know nobody yet."""

    code = "no_owner"
    text = "The books have no owner yet. Add one first: stockmesh owners add CODE --currency EUR --channel web."


@dataclass(eq=False)
class OwnerNeeded(Refusal):
    """The books know several owners, and the file does not say whose goods it is about."""

    owners: tuple[str, ...]
    code = "owner_needed"
    text = "Whose goods are these? Say it with --owner: {owners}."


@dataclass(eq=False)
class UnknownJob(Refusal):
    """A job of this number was never begun."""

    job: int
    code = "unknown_job"
    text = "There is no import {job}. `stockmesh import jobs` lists them."


@dataclass(eq=False)
class InstantNeeded(Refusal):
    """A count without an instant cannot be netted."""

    code = "instant_needed"
    text = "As of when is this stock? Add a column as_of, or say it for the whole file: --as-of 2026-03-02T06:00:00Z."


@dataclass(eq=False)
class CountKindNeeded(Refusal):
    """A quantity alone does not say what was counted."""

    code = "count_kind_needed"
    text = (
        "What was counted? Say --kind on_hand (all that lies there), available (what nobody has claimed) or opening "
        "(what the books open with)."
    )


@dataclass(eq=False)
class CardTaken(Refusal):
    """Published cards are never edited, only superseded."""

    service: str
    version: str
    code = "card_taken"
    text = (
        "Service {service} has a card {version!r} with other prices. Published cards stay; give new prices a version."
    )


@dataclass(eq=False)
class UnknownUpload(Refusal):
    """A file was never brought under this number, or was forgotten since."""

    upload: int
    code = "unknown_upload"
    text = "There is no import {upload}; files and their problems are forgotten after thirty days."


@dataclass(eq=False)
class UploadNotReady(Refusal):
    """What is asked of a file does not fit its state."""

    upload: int
    state: str
    code = "upload_not_ready"
    text = (
        "Import {upload} is {state}. One that is checked and has no problems can be applied, one with problems with "
        "only_good; one that is not over can be cancelled."
    )


@dataclass(eq=False)
class NoRejects(Refusal):
    """Every row of the file was good, or none could be read."""

    upload: int
    code = "no_rejects"
    text = "Import {upload} has no rejected rows."
