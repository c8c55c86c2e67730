"""Rules of the trade: values in, values out; no clock, no chance, no I/O."""
