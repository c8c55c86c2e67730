-- A rotation: nobody else writes a secret until it has ended; reading goes on.
LOCK TABLE webhook_secret IN EXCLUSIVE MODE
