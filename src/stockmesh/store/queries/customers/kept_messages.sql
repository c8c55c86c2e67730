-- Messages of an owner's shops whose bodies are kept; `of_orders`: about one of some orders.
SELECT
    m.message_id, m.state::text AS state, m.body,
    EXISTS (
        SELECT FROM shop_subject AS k
        WHERE k.shop_id = m.shop_id AND k.subject = m.subject AND k.order_id = ANY (%(orders)s::bigint[])
    ) AS of_orders
FROM shop_message AS m
JOIN shop AS s USING (shop_id)
JOIN channel AS c USING (channel_id)
JOIN owner AS o USING (owner_id)
WHERE m.state IN ('waiting', 'failed') AND o.code = %(owner)s
ORDER BY m.message_id
FOR UPDATE OF m
