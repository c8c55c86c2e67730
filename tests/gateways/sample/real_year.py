"""The real file's year, read once, when ONLINE_RETAIL_FILE says where it is."""

import os
from functools import cache

import pytest

from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.online_retail import read_online_retail
from stockmesh.gateways.retailer import Retailer

PATH = os.environ.get("ONLINE_RETAIL_FILE", "")

needs_the_real_file = pytest.mark.skipif(not PATH, reason="ONLINE_RETAIL_FILE does not name the real file")


@cache
def real_year() -> Retailer:
    """The retailer of the real file."""
    return read_online_retail(PATH, load_gazetteer())
