"""The postal gazetteer: a compiled table of GeoNames positions, read once and kept."""

from stockmesh.gateways.gazetteer.loading import load_gazetteer

__all__ = ["load_gazetteer"]
