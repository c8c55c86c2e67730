-- A shop is reached or understood otherwise. It is not left alone any longer. One that was told nothing until now is not
-- told of what happened before; all its levels are due anyhow.
UPDATE shop
SET
    base_url = %(base_url)s, token = %(token)s, home = %(home)s, locations = %(locations)s::jsonb,
    weight_unit = %(weight_unit)s, side_unit = %(side_unit)s, takes_counts = %(takes_counts)s,
    rests_until = NULL, failures = 0, problem = '',
    position = CASE WHEN token <> '' AND NOT takes_counts THEN position ELSE coalesce(
        (SELECT r.first_position + r.events - 1 FROM event_run AS r ORDER BY r.first_position DESC LIMIT 1), position
    ) END
WHERE shop_id = %(shop_id)s
