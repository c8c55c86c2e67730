-- The codes of owners that events are about.
SELECT owner_id AS subject_id, code AS owner FROM owner WHERE owner_id = ANY (%(subjects)s::bigint[]) ORDER BY owner_id
