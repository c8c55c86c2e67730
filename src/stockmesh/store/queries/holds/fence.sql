-- Lets one transaction at a time open holds for a customer of a channel.
SELECT pg_advisory_xact_lock(hashtextextended('cart_hold ' || %(channel_id)s::text || ' ' || %(customer)s::text, 0))
