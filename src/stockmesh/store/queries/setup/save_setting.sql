-- One named document of the world: exchange rates, policy.
INSERT INTO setting (name, body) VALUES (%(name)s, %(body)s::jsonb)
ON CONFLICT (name) DO UPDATE SET body = excluded.body
