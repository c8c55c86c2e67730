-- How it went with the levels of items. What changed while they were told is due again at once.
UPDATE shop_level AS l
SET
    told = t.told, told_at = CASE WHEN t.problem = '' THEN %(now)s ELSE l.told_at END, problem = t.problem,
    attempts = t.attempts,
    next_attempt_at = CASE WHEN l.marked > t.marked AND t.problem = '' THEN %(now)s ELSE t.next_attempt_at END
FROM jsonb_to_recordset(%(levels)s::jsonb) AS t (
    item_id integer, marked bigint, told jsonb, problem text, attempts smallint, next_attempt_at timestamptz
)
WHERE l.shop_id = %(shop_id)s AND l.item_id = t.item_id
