"""Stockmesh: the open system that runs a distributed inventory."""

from stockmesh.compiled_code import choose_folder

__version__ = "0.1.0"

choose_folder()
