-- A command done: what was asked and what was answered.
INSERT INTO command (key, content, outcome, recorded_at)
VALUES (%(key)s, %(content)s, %(outcome)s::jsonb, %(recorded_at)s)
