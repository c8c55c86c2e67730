"""The door of the service: who is calling, what a route needs, cookies of sessions."""
