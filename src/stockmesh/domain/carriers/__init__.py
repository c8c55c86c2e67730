"""Rate cards, zones, parcels: what a shipment costs, to the minor unit."""
