-- Forgets messages settled long ago, at most so many: no shop sends them again.
DELETE FROM shop_message
WHERE message_id IN (
    SELECT m.message_id FROM shop_message AS m
    WHERE m.state IN ('applied', 'discarded') AND m.settled_at < %(before)s
    ORDER BY m.settled_at
    LIMIT %(most)s
)
