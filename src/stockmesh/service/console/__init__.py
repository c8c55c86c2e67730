"""The console: pages over the answers of the API, nothing else."""
