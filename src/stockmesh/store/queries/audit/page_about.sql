-- The latest events that pass the filter and are about some subjects, given as kinds of event and numbers.
SELECT v.event_id, v.recorded_at, v.subject_id, v.kind::text AS kind, v.body::text AS body, v.actor_id
FROM unnest(%(subjects)s::bigint[], %(subject_kinds)s::text[]) AS s (subject_id, kinds)
JOIN event AS v ON v.subject_id = s.subject_id AND v.kind::text = ANY (string_to_array(s.kinds, ' '))
LEFT JOIN actor AS a ON a.actor_id = v.actor_id
WHERE
    v.kind = ANY (%(kinds)s::event_kind[])
    AND (%(actor)s::text IS NULL OR coalesce(a.name, 'system') = %(actor)s)
    AND (%(actor_kind)s::actor_kind IS NULL OR coalesce(a.kind, 'system') = %(actor_kind)s)
    AND (%(since)s::timestamptz IS NULL OR v.recorded_at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR v.recorded_at < %(until)s)
    AND (%(before_at)s::timestamptz IS NULL OR (v.recorded_at, v.event_id) < (%(before_at)s, %(before_id)s::bigint))
ORDER BY v.recorded_at DESC, v.event_id DESC
LIMIT %(count)s
