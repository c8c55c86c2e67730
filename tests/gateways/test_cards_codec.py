"""Carriers as documents: read and written without loss, and never read by guessing."""

import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "domain" / "carriers"))
