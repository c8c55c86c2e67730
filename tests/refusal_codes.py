"""Every refusal the program knows, with all its modules loaded."""

import importlib
import pkgutil

import stockmesh
from stockmesh.domain.kernel.refusals import every_refusal


def every_code() -> set[str]:
    """The codes of all refusals."""
    for module in pkgutil.walk_packages(stockmesh.__path__, "stockmesh."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    return {refusal.code for refusal in every_refusal()}
