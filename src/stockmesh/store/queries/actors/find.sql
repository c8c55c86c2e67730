-- The number of an actor.
SELECT actor_id FROM actor WHERE kind = %(kind)s::actor_kind AND name = %(name)s
