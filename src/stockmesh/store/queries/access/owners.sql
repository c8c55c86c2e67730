-- Owners by code that are within reach.
SELECT o.owner_id AS number, o.code
FROM owner AS o
WHERE o.code = ANY (%(codes)s::text[])
    AND (%(reach_owners)s::integer[] IS NULL OR o.owner_id = ANY (%(reach_owners)s::integer[]))
ORDER BY o.owner_id
