"""Everything that must hold before a change is accepted, in the order of how fast it fails."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

BIN: Final = Path(sys.executable).parent
STEPS: Final = (
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["ruff", "check", "--quiet", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports"]),
    ("tests and docs", ["pytest", "-n", "2", "--dist", "worksteal", "-m", "not soak"]),
)


def run() -> int:
    """The number of steps that failed; every step is run, so that one call tells everything."""
    failed = []
    for name, command in STEPS:
        started = time.monotonic()
        print(f"--- {name}", flush=True)
        code = subprocess.run([BIN / command[0], *command[1:]], check=False).returncode
        print(f"--- {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
        if code != 0:
            failed.append(name)
    print("make check: " + (f"FAILED in {', '.join(failed)}" if failed else "ok"), flush=True)
    return len(failed)


if __name__ == "__main__":
    sys.exit(run())
