-- Whether the first hold is closed and was kept long enough. Numbers ascend with time, so that none before it is.
SELECT EXISTS (
    SELECT FROM (SELECT h.state, h.held_at FROM cart_hold AS h ORDER BY h.hold_id LIMIT 1) AS first
    WHERE first.state <> 'open' AND first.held_at < %(oldest)s
) AS old
