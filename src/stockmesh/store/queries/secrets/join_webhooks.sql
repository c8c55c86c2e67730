-- Whoever is about to write a secret: together with others, but not beside a rotation.
LOCK TABLE webhook_secret IN ROW EXCLUSIVE MODE
