-- The owners within reach, by code.
SELECT code, name, book_currency FROM owner
WHERE %(reach_owners)s::integer[] IS NULL OR owner_id = ANY (%(reach_owners)s::integer[])
ORDER BY code
