-- Numbering of the change log, and what every logging trigger needs.
--
-- Transaction-local settings reach the triggers (server/sql/change-context.ts sets them; '' means unset):
--   mstore.updated_by, mstore.reason, mstore.transaction_id, mstore.offline_id, mstore.op   who, why, by which operation
--   mstore.coupling   'off' while stock and inventory are moved together by the caller (0003)
--   mstore.versions   'given' while a trigger itself sets a version
--   mstore.numbered   highest changes.id that this transaction has numbered

CREATE FUNCTION iso_utc(moment timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Who changes a record and why. Texts are cut and malformed values left out rather than refused: a wrong hint must not
-- stop an owner's UPDATE, and must not make an event that clients refuse.
CREATE FUNCTION change_context() RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  updated_by text := nullif(current_setting('mstore.updated_by', true), '');
  reason text := nullif(current_setting('mstore.reason', true), '');
  transaction_id text := current_setting('mstore.transaction_id', true);
  offline_id text := current_setting('mstore.offline_id', true);
  op text := current_setting('mstore.op', true);
BEGIN
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'updated_by', coalesce(left(updated_by, 250), 'db:' || session_user),
    'reason', coalesce(left(reason, 250), 'database'),
    'transaction_id', CASE WHEN transaction_id ~ '^[1-9][0-9]{0,14}$' THEN transaction_id::bigint END,
    'offline_id', CASE WHEN offline_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN lower(offline_id) END,
    'op', CASE WHEN op IN ('sale', 'void', 'refund') THEN op END
  ));
END $$;

-- A difference of two quantities can be one digit longer than a quantity; then it is left out of the event.
CREATE FUNCTION wire_delta(before numeric, after numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN abs(after - before) < 1000000000 THEN trim_scale(after - before) END
$$;

CREATE FUNCTION transaction_event(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'transaction_id', t.id,
    'transaction_code', t.transaction_code,
    'offline_id', t.offline_id,
    'status', t.status,
    'grand_total', t.grand_total,
    'created_by', t.created_by,
    'device_id', t.device_id,
    'items', coalesce((
      SELECT jsonb_agg(jsonb_build_object('product_id', i.product_id, 'quantity', trim_scale(i.quantity), 'price', i.price) ORDER BY i.id)
      FROM transaction_items i WHERE i.transaction_id = t.id
    ), '[]'),
    'op', t.op,
    'versions', t.versions
  )
  FROM transactions t WHERE t.id = wanted
$$;

-- Numbers every change of this transaction (rule S2): changes of others are invisible before they commit, and theirs are
-- numbered then. Counters are locked in branch order. The planner knows nothing useful about a table that only ever
-- shows this transaction's few unnumbered rows, hence the settings: a full scan or a join over the whole log made commits
-- ten times slower as the log grew.
CREATE FUNCTION number_changes() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  pending record;
  first_seq bigint;
  highest bigint := 0;
BEGIN
  UPDATE changes SET data = transaction_event(record_id) WHERE data IS NULL AND seq IS NULL;
  FOR pending IN
    SELECT branch_id, array_agg(id ORDER BY id) AS ids, count(*) AS amount, max(id) AS last_id
    FROM changes WHERE seq IS NULL GROUP BY branch_id ORDER BY branch_id
  LOOP
    UPDATE branch_seq SET seq = seq + pending.amount WHERE branch_id = pending.branch_id
    RETURNING seq - pending.amount INTO first_seq;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'branch % has no change log', pending.branch_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    UPDATE changes c SET seq = first_seq + numbered.place
    FROM unnest(pending.ids) WITH ORDINALITY AS numbered(id, place)
    WHERE c.id = numbered.id;
    highest := greatest(highest, pending.last_id);
  END LOOP;
  PERFORM pg_notify('mstore_changes', '');
  RETURN highest;
END $$;

-- Fires once a row, at commit. The first firing numbers all rows; the others see that from a transaction-local note,
-- because looking the row up 10,000 times costs more than numbering it.
CREATE FUNCTION number_changes_at_commit() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id > coalesce(nullif(current_setting('mstore.numbered', true), ''), '0')::bigint THEN
    PERFORM set_config('mstore.numbered', number_changes()::text, true);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER changes_number AFTER INSERT ON changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION number_changes_at_commit();

CREATE FUNCTION refuse_truncate() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE % is refused: counters would never hear of it. Use DELETE, which is logged row by row.', TG_TABLE_NAME
    USING ERRCODE = 'feature_not_supported';
END $$;
CREATE TRIGGER changes_no_truncate BEFORE TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER branch_seq_no_truncate BEFORE TRUNCATE ON branch_seq FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- Remembers the last version of a deleted record (rule S3).
CREATE FUNCTION bury(of_kind text, of_id bigint, last_version bigint, last_stock_version bigint) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO tombstones AS t (kind, record_id, version, stock_version)
  VALUES (of_kind, of_id, last_version, last_stock_version)
  ON CONFLICT (kind, record_id) DO UPDATE
  SET version = greatest(t.version, EXCLUDED.version),
      stock_version = greatest(t.stock_version, EXCLUDED.stock_version),
      deleted_at = EXCLUDED.deleted_at
$$;
