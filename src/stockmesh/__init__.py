"""Stockmesh: the open system that runs a distributed inventory."""

import hashlib
import os
from pathlib import Path

__version__ = "0.1.0"
COMPILED = "stockmesh-compiled"  # the folder of compiled code, a folder in it for each state of the sources


def _choose_compiler_cache() -> None:
    """Keeps compiled code apart by the sources it came from.

    The compiler's own cache notices changes in a function's file but not in those it calls, and would run old code.
    """
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted((package / "domain").rglob("*.py")):
        digest.update(source.read_bytes())
    writable = os.access(package, os.W_OK)
    base = package / "__pycache__" if writable else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    os.environ.setdefault("NUMBA_CACHE_DIR", str(base / COMPILED / digest.hexdigest()[:16]))


_choose_compiler_cache()
