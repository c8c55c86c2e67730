"""Who may do what: scopes and roles, API keys, users, their login links and sessions."""
