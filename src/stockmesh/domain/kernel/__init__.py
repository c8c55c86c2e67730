"""What every room stands on: money, quantities, refusals, state machines as tables."""
