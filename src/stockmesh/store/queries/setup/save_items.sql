-- The items of an owner, by SKU.
INSERT INTO item (
    owner_id, sku, title, weight_mg, length_um, width_um, height_um, unit_price_minor, hs_code, origin_country, assumed
)
SELECT
    %(owner_id)s, i.sku, i.title, i.weight_mg, i.length_um, i.width_um, i.height_um, i.unit_price_minor, i.hs_code,
    i.origin_country, i.assumed
FROM jsonb_to_recordset(%(items)s::jsonb) AS i (
    sku text, title text, weight_mg bigint, length_um bigint, width_um bigint, height_um bigint,
    unit_price_minor bigint, hs_code text, origin_country text, assumed text[]
)
ORDER BY i.sku
ON CONFLICT (sku, owner_id) WHERE NOT superseded DO UPDATE SET
    title = excluded.title, weight_mg = excluded.weight_mg, length_um = excluded.length_um,
    width_um = excluded.width_um, height_um = excluded.height_um, unit_price_minor = excluded.unit_price_minor,
    hs_code = excluded.hs_code, origin_country = excluded.origin_country, assumed = excluded.assumed
