-- Staged items into the catalogue: known ones get what the file says, where it says something; the others are new.
-- Rows are locked in key order. Answers how many were created, changed and left as they were.
WITH staged AS (
    SELECT sku, title, weight_mg, length_um, width_um, height_um, unit_price_minor, hs_code, origin_country
    FROM import_item
    WHERE job_id = %(job_id)s AND place > %(after)s AND place <= %(upto)s
), known AS MATERIALIZED (
    SELECT
        i.item_id, i.sku, i.title, i.weight_mg, i.length_um, i.width_um, i.height_um, i.unit_price_minor, i.hs_code,
        i.origin_country, i.assumed
    FROM item AS i
    WHERE i.owner_id = %(owner_id)s AND NOT i.superseded AND i.sku IN (SELECT s.sku FROM staged AS s)
    ORDER BY i.item_id
    FOR UPDATE
), told AS (
    SELECT
        k.item_id, s.weight_mg, s.length_um, s.width_um, s.height_um,
        coalesce(s.title, k.title) AS title, coalesce(s.unit_price_minor, k.unit_price_minor) AS unit_price_minor,
        coalesce(s.hs_code, k.hs_code) AS hs_code, coalesce(s.origin_country, k.origin_country) AS origin_country,
        ARRAY(
            SELECT field FROM unnest(k.assumed) AS field
            WHERE NOT (
                field IN ('weight_mg', 'length_um', 'width_um', 'height_um')
                OR (field = 'title' AND s.title IS NOT NULL)
                OR (field = 'unit_price_minor' AND s.unit_price_minor IS NOT NULL)
                OR (field = 'hs_code' AND s.hs_code IS NOT NULL)
                OR (field = 'origin_country' AND s.origin_country IS NOT NULL)
            )
        ) AS assumed
    FROM staged AS s
    JOIN known AS k USING (sku)
), changed AS (
    UPDATE item AS i
    SET
        title = t.title, weight_mg = t.weight_mg, length_um = t.length_um, width_um = t.width_um,
        height_um = t.height_um, unit_price_minor = t.unit_price_minor, hs_code = t.hs_code,
        origin_country = t.origin_country, assumed = t.assumed
    FROM told AS t
    WHERE i.item_id = t.item_id AND (
        i.title, i.weight_mg, i.length_um, i.width_um, i.height_um, i.unit_price_minor, i.hs_code, i.origin_country,
        i.assumed
    ) IS DISTINCT FROM (
        t.title, t.weight_mg, t.length_um, t.width_um, t.height_um, t.unit_price_minor, t.hs_code, t.origin_country,
        t.assumed
    )
    RETURNING 1
), created AS (
    INSERT INTO item (
        owner_id, sku, title, weight_mg, length_um, width_um, height_um, unit_price_minor, hs_code, origin_country
    )
    SELECT
        %(owner_id)s, s.sku, coalesce(s.title, s.sku), s.weight_mg, s.length_um, s.width_um, s.height_um,
        coalesce(s.unit_price_minor, 0), coalesce(s.hs_code, ''), coalesce(s.origin_country, '')
    FROM staged AS s
    WHERE s.sku NOT IN (SELECT k.sku FROM known AS k)
    ORDER BY s.sku
    RETURNING 1
)
SELECT
    (SELECT count(*) FROM created) AS created, (SELECT count(*) FROM changed) AS changed,
    (SELECT count(*) FROM known) - (SELECT count(*) FROM changed) AS unchanged,
    ARRAY(
        -- The first of those changed, for the trail: what is kept of a million is a sample.
        SELECT jsonb_build_object(
            'sku', k.sku, 'before', to_jsonb(k) - '{item_id,sku,assumed}'::text[],
            'after', to_jsonb(t) - '{item_id,assumed}'::text[]
        )::text
        FROM told AS t
        JOIN known AS k USING (item_id)
        WHERE (
            t.title, t.weight_mg, t.length_um, t.width_um, t.height_um, t.unit_price_minor, t.hs_code, t.origin_country
        ) IS DISTINCT FROM (
            k.title, k.weight_mg, k.length_um, k.width_um, k.height_um, k.unit_price_minor, k.hs_code, k.origin_country
        )
        LIMIT 25
    ) AS differing
