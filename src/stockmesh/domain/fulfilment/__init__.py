"""What an order and a fulfilment may become."""
