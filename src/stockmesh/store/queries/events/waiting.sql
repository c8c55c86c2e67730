-- Whether something waits for the relay.
SELECT EXISTS (SELECT FROM announcement) AS waiting
