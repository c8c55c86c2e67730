"""The books: accounts, movements, availability, counts, incoming supply by date."""
