"""What the API answers, as values: the same for programs (JSON) and for the console (pages)."""
