-- What was brought into the books of subjects.
UPDATE shop_subject AS k
SET order_id = t.order_id, lives = t.lives, brought = decode(t.brought, 'hex'), cancelled = t.cancelled
FROM jsonb_to_recordset(%(brought)s::jsonb) AS t (
    shop_id integer, subject text, order_id bigint, lives integer, brought text, cancelled boolean
)
WHERE k.shop_id = t.shop_id AND k.subject = t.subject
