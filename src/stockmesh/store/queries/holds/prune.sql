-- Forgets closed holds that were kept long enough, some of the first at a time.
WITH gone AS (
    DELETE FROM cart_hold AS h
    USING (SELECT f.hold_id FROM cart_hold AS f ORDER BY f.hold_id LIMIT %(most)s) AS first
    WHERE h.hold_id = first.hold_id AND h.state <> 'open' AND h.held_at < %(oldest)s
    RETURNING h.hold_id
), forgotten AS (
    DELETE FROM hold_line AS l USING gone WHERE l.hold_id = gone.hold_id
)
SELECT count(*) AS holds FROM gone
