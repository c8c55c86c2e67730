-- Active endpoints that have not been told of the latest events and do not have too much waiting.
SELECT e.endpoint_id, e.topics, e.position, e.owners, e.locations, e.channels
FROM webhook_endpoint AS e
WHERE e.active AND e.position < %(head)s AND %(waiting_max)s > (
    SELECT count(*) FROM (
        SELECT FROM webhook_delivery AS d WHERE d.endpoint_id = e.endpoint_id AND d.state = 'due' LIMIT %(waiting_max)s
    ) AS waiting
)
ORDER BY e.endpoint_id
FOR UPDATE OF e
