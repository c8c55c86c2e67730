-- Problems of an upload, in the order of the file.
INSERT INTO import_problem (upload_id, place, row_no, column_name, value, reason, suggestion)
SELECT %(upload_id)s, p.place, p."row", p."column", p.value, p.reason, p.suggestion
FROM jsonb_to_recordset(%(problems)s::jsonb) AS p (
    place integer, "row" integer, "column" text, value text, reason text, suggestion text
)
