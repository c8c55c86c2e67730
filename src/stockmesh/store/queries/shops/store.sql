-- A message as it came; nothing when the delivery is known.
INSERT INTO shop_message (shop_id, delivery, topic, received_at, body)
VALUES (%(shop_id)s, %(delivery)s, %(topic)s, %(received_at)s, %(body)s)
ON CONFLICT (shop_id, delivery) DO NOTHING
