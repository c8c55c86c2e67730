"""One module per step of an order's story: load, decide, write, announce, commit."""
