-- Variants that a shop sells no more: of products that are gone or were told whole, all but those that were named; and
-- those that were named without a number. With a product of WooCommerce its variations go, which are its own products.
DELETE FROM shop_variant AS v
USING shop AS s
WHERE v.shop_id = %(shop_id)s AND s.shop_id = v.shop_id AND (
    v.variant = ANY (%(unnamed)s::text[])
    OR (v.product = ANY (%(products)s::text[]) AND NOT v.variant = ANY (%(named)s::text[]))
    OR (s.kind = 'woocommerce' AND v.stock_number = ANY (%(gone)s::text[]))
)
