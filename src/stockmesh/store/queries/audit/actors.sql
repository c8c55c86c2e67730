-- Everybody who has done anything.
SELECT a.actor_id, a.kind::text AS kind, a.name FROM actor AS a ORDER BY a.kind, a.name
