-- What shops tell of an owner's items: known ones get what is told, the others are new with what is told and, marked
-- as assumed, what is not. Answers the items created or changed.
WITH told AS (
    SELECT t.sku, t.title, t.weight_mg, t.length_um, t.width_um, t.height_um, t.unit_price_minor, t.hs_code, t.origin_country
    FROM jsonb_to_recordset(%(items)s::jsonb) AS t (
        sku text, title text, weight_mg bigint, length_um bigint, width_um bigint, height_um bigint,
        unit_price_minor bigint, hs_code text, origin_country text
    )
), known AS MATERIALIZED (
    SELECT i.*
    FROM item AS i
    WHERE i.owner_id = %(owner_id)s AND NOT i.superseded AND i.sku IN (SELECT t.sku FROM told AS t)
    ORDER BY i.item_id
    FOR UPDATE
), due AS (
    SELECT
        k.item_id, coalesce(t.title, k.title) AS title, coalesce(t.weight_mg, k.weight_mg) AS weight_mg,
        coalesce(t.length_um, k.length_um) AS length_um, coalesce(t.width_um, k.width_um) AS width_um,
        coalesce(t.height_um, k.height_um) AS height_um,
        coalesce(t.unit_price_minor, k.unit_price_minor) AS unit_price_minor, coalesce(t.hs_code, k.hs_code) AS hs_code,
        coalesce(t.origin_country, k.origin_country) AS origin_country,
        ARRAY(
            SELECT field FROM unnest(k.assumed) AS field
            WHERE NOT (
                (field = 'title' AND t.title IS NOT NULL)
                OR (field = 'weight_mg' AND t.weight_mg IS NOT NULL)
                OR (field IN ('length_um', 'width_um', 'height_um') AND t.length_um IS NOT NULL)
                OR (field = 'unit_price_minor' AND t.unit_price_minor IS NOT NULL)
                OR (field = 'hs_code' AND t.hs_code IS NOT NULL)
                OR (field = 'origin_country' AND t.origin_country IS NOT NULL)
            )
        ) AS assumed
    FROM told AS t
    JOIN known AS k USING (sku)
), changed AS (
    UPDATE item AS i
    SET
        title = d.title, weight_mg = d.weight_mg, length_um = d.length_um, width_um = d.width_um,
        height_um = d.height_um, unit_price_minor = d.unit_price_minor, hs_code = d.hs_code,
        origin_country = d.origin_country, assumed = d.assumed
    FROM due AS d
    WHERE i.item_id = d.item_id AND (
        i.title, i.weight_mg, i.length_um, i.width_um, i.height_um, i.unit_price_minor, i.hs_code, i.origin_country,
        i.assumed
    ) IS DISTINCT FROM (
        d.title, d.weight_mg, d.length_um, d.width_um, d.height_um, d.unit_price_minor, d.hs_code, d.origin_country,
        d.assumed
    )
    RETURNING i.item_id
), created AS (
    INSERT INTO item (
        owner_id, sku, title, weight_mg, length_um, width_um, height_um, unit_price_minor, hs_code, origin_country,
        assumed
    )
    SELECT
        %(owner_id)s, t.sku, coalesce(t.title, t.sku), coalesce(t.weight_mg, %(weight_mg)s),
        coalesce(t.length_um, %(length_um)s), coalesce(t.width_um, %(width_um)s), coalesce(t.height_um, %(height_um)s),
        coalesce(t.unit_price_minor, 0), coalesce(t.hs_code, ''), coalesce(t.origin_country, ''),
        CASE WHEN t.weight_mg IS NULL THEN ARRAY['weight_mg'] ELSE '{}' END
        || CASE WHEN t.length_um IS NULL THEN ARRAY['length_um', 'width_um', 'height_um'] ELSE '{}' END
        || CASE WHEN t.unit_price_minor IS NULL THEN ARRAY['unit_price_minor'] ELSE '{}' END
    FROM told AS t
    WHERE t.sku NOT IN (SELECT k.sku FROM known AS k)
    ORDER BY t.sku
    RETURNING item_id
)
SELECT c.item_id FROM changed AS c
UNION ALL
SELECT c.item_id FROM created AS c
ORDER BY item_id
