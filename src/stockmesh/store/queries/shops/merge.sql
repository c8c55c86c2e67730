-- Joins what messages told with what is known of their subjects: the newest has the say, whenever it comes.
INSERT INTO shop_subject AS k (
    shop_id, subject, as_of, tie, standing, content_as_of, content_tie, content, removed, restored
)
SELECT
    t.shop_id, t.subject, coalesce(t.as_of, 'epoch'), decode(t.tie, 'hex'), t.standing,
    coalesce(t.content_as_of, 'epoch'), decode(t.content_tie, 'hex'), t.content, t.removed, t.restored
FROM jsonb_to_recordset(%(told)s::jsonb) AS t (
    shop_id integer, subject text, as_of timestamptz, tie text, standing text, content_as_of timestamptz,
    content_tie text, content jsonb, removed integer, restored integer
)
ORDER BY t.shop_id, t.subject
ON CONFLICT (shop_id, subject) DO UPDATE SET
    as_of = greatest(k.as_of, excluded.as_of),
    tie = CASE WHEN (excluded.as_of, excluded.tie) > (k.as_of, k.tie) THEN excluded.tie ELSE k.tie END,
    standing = CASE WHEN (excluded.as_of, excluded.tie) > (k.as_of, k.tie) THEN excluded.standing ELSE k.standing END,
    content_as_of = greatest(k.content_as_of, excluded.content_as_of),
    content_tie = CASE
        WHEN (excluded.content_as_of, excluded.content_tie) > (k.content_as_of, k.content_tie) THEN excluded.content_tie
        ELSE k.content_tie
    END,
    content = CASE
        WHEN (excluded.content_as_of, excluded.content_tie) > (k.content_as_of, k.content_tie) THEN excluded.content
        ELSE k.content
    END,
    removed = k.removed + excluded.removed,
    restored = k.restored + excluded.restored
