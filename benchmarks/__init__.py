"""Figures on fixed seeds, each beside a yardstick measured in the same run."""
