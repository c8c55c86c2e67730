"""From an order to a plan: candidates, exact solver, large-order solver, explanation."""
