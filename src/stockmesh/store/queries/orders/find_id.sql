-- Orders by their own number or by their reference, in one channel or all.
SELECT o.order_id, c.code AS channel, o.order_id = %(number)s AS by_number
FROM orders AS o
JOIN channel AS c USING (channel_id)
WHERE (o.order_id = %(number)s OR o.reference = %(reference)s) AND (%(channel)s = '' OR c.code = %(channel)s)
ORDER BY c.code, o.order_id
