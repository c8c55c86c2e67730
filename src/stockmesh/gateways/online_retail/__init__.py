"""The "Online Retail" order file of the UCI repository: read, cleaned, accounted for line by line."""

from stockmesh.gateways.online_retail.importing import read_online_retail

__all__ = ["read_online_retail"]
