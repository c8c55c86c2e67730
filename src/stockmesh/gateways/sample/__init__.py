"""The sample retailer: seeded orders, a network of sites, and synthetic carriers."""

from stockmesh.gateways.sample.generator import generate_sample, sample_retailer
from stockmesh.gateways.sample.network import sample_network
from stockmesh.gateways.sample.stocking import replenishment

__all__ = ["generate_sample", "replenishment", "sample_network", "sample_retailer"]
