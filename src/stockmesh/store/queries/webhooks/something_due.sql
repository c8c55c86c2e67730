-- Whether an active endpoint has a delivery due now and does not rest, or has not been told of the latest events.
SELECT EXISTS (
    SELECT FROM webhook_endpoint AS e
    WHERE e.active AND (
        e.position < %(head)s
        OR coalesce(e.rests_until <= %(now)s, true) AND EXISTS (
            SELECT FROM webhook_delivery AS d
            WHERE d.endpoint_id = e.endpoint_id AND d.state = 'due' AND d.next_attempt_at <= %(now)s
        )
    )
) AS due
