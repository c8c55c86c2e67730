-- Whether events have positions beyond the last block.
SELECT EXISTS (
    SELECT FROM event_run AS r
    WHERE r.first_position > coalesce((SELECT max(b.last_position) FROM event_block AS b), 0)
) AS waits
