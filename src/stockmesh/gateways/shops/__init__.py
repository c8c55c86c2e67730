"""Shops that a merchant sells through: what their messages say, and how they are told of stock."""
