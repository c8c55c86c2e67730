"""The proof of the books as text."""

from stockmesh.cli.output import console
from stockmesh.domain.kernel.words import count_of
from stockmesh.flows.verify_books import Verification


def show_verification(verification: Verification) -> None:
    """One line when all is well; otherwise every finding in a sentence."""
    if verification.ok:
        console.print(f"Books verified: {', '.join(verification.checks)}; no difference.")
        return
    console.print(f"[bold]{count_of(len(verification.findings), 'difference')}:[/bold]")
    for finding in verification.findings:
        console.print(f"  {finding.sentence}", markup=False)
    for check in verification.truncated:
        console.print(f"  and more in {check}")
    console.print("Take no orders on these cells until the cause is found; `stockmesh stock count` sets a cell right.")
