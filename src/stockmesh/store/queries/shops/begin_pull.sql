-- A shop is to be asked: from the beginning, or from where an unfinished pull has come to.
INSERT INTO shop_pull AS p (shop_id, subject, begun_at, next_attempt_at)
SELECT t.shop_id, t.subject, %(now)s::timestamptz, %(now)s::timestamptz
FROM unnest(%(shops)s::bigint[], %(subjects)s::text[]) AS t (shop_id, subject)
ORDER BY t.shop_id, t.subject
ON CONFLICT (shop_id, subject) DO UPDATE SET
    begun_at = CASE WHEN p.next_attempt_at IS NULL OR p.position = '' THEN excluded.begun_at ELSE p.begun_at END,
    read = CASE WHEN p.next_attempt_at IS NULL THEN 0 ELSE p.read END,
    position = CASE WHEN p.next_attempt_at IS NULL THEN '' ELSE p.position END,
    expected = CASE WHEN p.next_attempt_at IS NULL THEN NULL ELSE p.expected END,
    next_attempt_at = excluded.next_attempt_at, attempts = 0, problem = '', ended_at = NULL
