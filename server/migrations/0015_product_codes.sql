-- One code, one spelling: the rules of src/domain/product-code.ts, so that a SKU or barcode that plain SQL wrote is compared
-- like one that came by a form. Rows keep what they hold; two whose codes become equal are both kept, and the cashier chooses.
-- Bodies are parsed here and now, so no search_path changes what they call.

CREATE FUNCTION sku_key(code text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT btrim(coalesce(substring(plain FROM '^="([^"]*)"$'), regexp_replace(plain, '^''+', '')), ' ')
    FROM (SELECT btrim(regexp_replace(
                   regexp_replace(code, '[\u00ad\u200b-\u200f\u2060\ufeff]', '', 'g'),
                   '[\u0009-\u000d\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'), ' ') AS plain) AS visible
);

CREATE FUNCTION barcode_key(code text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT CASE
           WHEN joined !~ '^[0-9]{12,14}$' THEN joined
           WHEN lpad(joined, 14, '0') ~ '^000000' THEN right(joined, 8)
           ELSE ltrim(left(lpad(joined, 14, '0'), 1), '0') || right(lpad(joined, 14, '0'), 13)
         END
    FROM (SELECT CASE WHEN cleaned ~ '^[0-9]+( [0-9]+)+$' THEN replace(cleaned, ' ', '') ELSE cleaned END AS joined
            FROM (SELECT sku_key(code) AS cleaned) AS given) AS code
);

CREATE INDEX products_sku_key ON products (branch_id, sku_key(sku)) WHERE sku IS NOT NULL;
CREATE INDEX products_barcode_key ON products (branch_id, barcode_key(barcode)) WHERE barcode IS NOT NULL;
DROP INDEX products_sku;
DROP INDEX products_barcode;
