"""Shops: their messages are stored as they come and applied in the order of each subject; stock levels go back."""
