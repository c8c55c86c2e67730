-- A new hold; its number.
INSERT INTO cart_hold (held_at, expires_at, cost_minor, channel_id, country, area, customer, caller)
VALUES (
    %(held_at)s, %(expires_at)s, %(cost_minor)s, %(channel_id)s, %(country)s, %(area)s, %(customer)s, %(caller)s
)
RETURNING hold_id
