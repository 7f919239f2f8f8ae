-- Functions that mean the same whatever the search_path is. A dump restores with an empty one: a CHECK that calls a function
-- which calls another one by its bare name then fails, and its table stays empty.
--
-- Two forms. SQL functions have a body that is parsed when it is defined (RETURN, BEGIN ATOMIC): names are bound for good, and
-- the planner still inlines them into a CHECK or an index. PL/pgSQL functions, whose bodies are only text, carry their own
-- search_path. tests/pg/search-path.pg.test.ts holds that every function is one or the other.

CREATE OR REPLACE FUNCTION utf16_length(value text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN length(value) + length(regexp_replace(value, '[^\U00010000-\U0010FFFF]', '', 'g'));

CREATE OR REPLACE FUNCTION is_topic_level(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN name <> ''
   AND utf16_length(name) <= 64
   AND left(name, 1) <> '$'
   AND name !~ '[+#/\u0001-\u001f\u007f-\u009f]'
   AND name !~ '^[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]'
   AND name !~ '[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]$';

CREATE OR REPLACE FUNCTION is_wire_text(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN value IS NULL OR octet_length(value) <= 500 OR utf16_length(value) <= 500;

CREATE OR REPLACE FUNCTION iso_utc(moment timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

CREATE OR REPLACE FUNCTION wire_delta(before numeric, after numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(after - before) < 1000000000 THEN trim_scale(after - before) END;

CREATE OR REPLACE FUNCTION shop_day(moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (moment AT TIME ZONE 'Asia/Jakarta')::date;

CREATE OR REPLACE FUNCTION credible_time(by_device timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN by_device BETWEEN now() - interval '90 days' AND now() THEN by_device ELSE now() END;

CREATE OR REPLACE FUNCTION checksum(content text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
RETURN left(encode(sha256(convert_to(content, 'UTF8')), 'hex'), 16);

CREATE OR REPLACE FUNCTION is_coupled() RETURNS boolean
LANGUAGE sql STABLE
RETURN current_setting('mstore.coupling', true) IS DISTINCT FROM 'off';

CREATE OR REPLACE FUNCTION product_json(p products) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
  'id', p.id, 'name', p.name, 'sku', p.sku, 'barcode', p.barcode, 'category', p.category, 'price', p.price,
  'unit', p.unit, 'active', p.active, 'version', p.version, 'stock', trim_scale(p.stock), 'stock_version', p.stock_version
);

CREATE OR REPLACE FUNCTION inventory_json(i inventory) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
  'id', i.id, 'product_id', i.product_id, 'place', i.place, 'quantity', trim_scale(i.quantity), 'version', i.version
);

CREATE OR REPLACE FUNCTION staff_json(s staff) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
  'id', s.id, 'name', s.name, 'role', s.role, 'pin_hash', s.pin_hash, 'active', s.active, 'version', s.version
);

CREATE OR REPLACE FUNCTION settings_json(s settings) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object('values', s."values", 'updated_at', iso_utc(s.updated_at), 'version', s.version);

CREATE OR REPLACE FUNCTION bury(of_kind text, of_id bigint, last_version bigint, last_stock_version bigint) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO tombstones AS t (kind, record_id, version, stock_version)
  VALUES (of_kind, of_id, last_version, last_stock_version)
  ON CONFLICT (kind, record_id) DO UPDATE
  SET version = greatest(t.version, EXCLUDED.version),
      stock_version = greatest(t.stock_version, EXCLUDED.stock_version),
      deleted_at = EXCLUDED.deleted_at;
END;

-- Its text only: a bound body would forbid later migrations to change columns of these tables.
ALTER FUNCTION transaction_event(bigint) SET search_path = public, pg_temp;

ALTER FUNCTION change_context() SET search_path = public, pg_temp;
ALTER FUNCTION count_on_from(regclass, bigint) SET search_path = public, pg_temp;
ALTER FUNCTION log_transaction_of(bigint, bigint, text) SET search_path = public, pg_temp;
ALTER FUNCTION move_first_place(bigint, bigint, numeric) SET search_path = public, pg_temp;
ALTER FUNCTION move_stock(bigint, numeric) SET search_path = public, pg_temp;
ALTER FUNCTION number_changes_at_commit() SET search_path = public, pg_temp;
ALTER FUNCTION refuse_truncate() SET search_path = public, pg_temp;
