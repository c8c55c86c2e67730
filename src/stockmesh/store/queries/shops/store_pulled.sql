-- What a shop answered, as messages of its own; nothing of what is known.
INSERT INTO shop_message (shop_id, delivery, topic, received_at, body)
SELECT %(shop_id)s, t.delivery, t.topic, %(received_at)s, t.body
FROM unnest(%(deliveries)s::text[], %(topics)s::text[], %(bodies)s::bytea[]) WITH ORDINALITY AS t (
    delivery, topic, body, place
)
ORDER BY t.place
ON CONFLICT (shop_id, delivery) DO NOTHING
