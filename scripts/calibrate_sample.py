"""Measures the UCI "Online Retail" file anew and prints the sample's calibration table.

python scripts/calibrate_sample.py online-retail.csv.xz > src/stockmesh/gateways/sample/wholesale.toml
"""

import sys
from datetime import date
from pathlib import Path

from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.online_retail import read_online_retail
from stockmesh.gateways.online_retail.dates import shift_to_2026
from stockmesh.gateways.sample.calibration import as_toml
from stockmesh.gateways.sample.measuring import measure

SOURCE = (
    'Measured on "Online Retail", Daqing Chen (2015), UCI Machine Learning Repository, doi 10.24432/C5BW33, CC BY 4.0; '
    "goods lines of orders and credit notes only. Figures, no rows."
)
LAST_DAY = date(2011, 12, 9)


def main() -> int:
    """Prints the table; 2 when no file is named."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    retailer = read_online_retail(Path(sys.argv[1]), load_gazetteer())
    print("# Written by scripts/calibrate_sample.py. [value, share in parts per million], ...")
    print(as_toml(measure(retailer, SOURCE, moved_by=shift_to_2026(LAST_DAY))), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
