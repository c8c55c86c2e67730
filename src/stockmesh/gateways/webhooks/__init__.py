"""Messages to endpoints of others: signed as Standard Webhooks has it, sent to addresses that were looked at."""
