-- What a message says, while it is kept.
SELECT m.body FROM shop_message AS m WHERE m.message_id = %(message_id)s AND m.body IS NOT NULL
