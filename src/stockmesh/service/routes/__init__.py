"""HTTP bound to answers: paths, parameters, status codes."""
