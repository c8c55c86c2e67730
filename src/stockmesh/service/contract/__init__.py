"""What the API promises its clients: bodies, answers and failures, as one OpenAPI document."""
