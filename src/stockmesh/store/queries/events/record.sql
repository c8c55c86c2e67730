-- One event of whatever kind.
INSERT INTO event (event_id, recorded_at, subject_id, kind, body, actor_id)
VALUES (%(event_id)s, %(recorded_at)s, %(subject_id)s, %(kind)s::event_kind, %(body)s::jsonb, %(actor_id)s)
