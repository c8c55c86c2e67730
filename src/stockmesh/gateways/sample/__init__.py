"""The sample retailer: seeded orders, a network of sites, and synthetic carriers."""
