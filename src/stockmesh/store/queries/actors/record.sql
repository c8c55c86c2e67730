-- An actor seen for the first time.
INSERT INTO actor (kind, name) VALUES (%(kind)s::actor_kind, %(name)s) ON CONFLICT (kind, name) DO NOTHING
RETURNING actor_id
