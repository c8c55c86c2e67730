-- Subjects as they stand, with the order that each led to.
SELECT
    k.shop_id, k.subject, k.as_of, k.tie, k.standing, k.content_as_of, k.content_tie, k.content::text AS content,
    k.removed, k.restored, k.order_id, k.lives, k.brought, k.cancelled, o.state::text AS state, o.country, o.area,
    o.pause_reason
FROM unnest(%(shops)s::bigint[], %(subjects)s::text[]) AS t (shop_id, subject)
JOIN shop_subject AS k ON k.shop_id = t.shop_id AND k.subject = t.subject
LEFT JOIN orders AS o USING (order_id)
ORDER BY k.shop_id, k.subject
