"""The HTTP service: the API under /v1 and the console under /console."""
