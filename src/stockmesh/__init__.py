"""Stockmesh: the open system that runs a distributed inventory."""

__version__ = "0.1.0"
