-- Forgets old deliveries, some at a time.
DELETE FROM webhook_delivery
WHERE delivery_id IN (
    SELECT w.delivery_id FROM webhook_delivery AS w
    WHERE w.state <> 'due' AND w.created_at < %(before)s
    ORDER BY w.created_at, w.delivery_id
    LIMIT %(most)s
)
