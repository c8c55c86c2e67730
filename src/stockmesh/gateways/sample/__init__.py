"""The sample retailer: seeded orders, a network of sites, and synthetic carriers."""

from stockmesh.gateways.sample.generator import generate_sample, sample_retailer
from stockmesh.gateways.sample.network import sample_network
from stockmesh.gateways.sample.stocking import incoming_supply, opening_stock

__all__ = ["generate_sample", "incoming_supply", "opening_stock", "sample_network", "sample_retailer"]
