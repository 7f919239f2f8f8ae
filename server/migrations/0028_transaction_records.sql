-- A sale is a record (docs/architecture.md, Records): the sales of the last 45 days are on every counter, with their goods and with what
-- became of them. A refund is part of its sale's row.

-- Grows with each commit that changes the row as it travels; number_changes counts.
ALTER TABLE transactions ADD COLUMN version bigint NOT NULL DEFAULT 1;
CREATE INDEX transactions_created ON transactions (branch_id, created_at) WHERE refund_of IS NULL;

-- Whatever a writer sets: a version that went back would keep counters from ever hearing of the sale again.
CREATE FUNCTION version_transaction() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.version := greatest(NEW.version, OLD.version);
  RETURN NEW;
END $$;
CREATE TRIGGER transaction_version BEFORE UPDATE ON transactions FOR EACH ROW EXECUTE FUNCTION version_transaction();

-- First id of the branch's sales that counters keep. A whole day leaves at a time, so that what they have is compared with the same rows all
-- day long. Ids grow with the time of booking: a sale that a counter brings late is kept for 45 days from then.
CREATE FUNCTION first_kept_sale(of_branch bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce((
    SELECT t.id FROM transactions t
    WHERE t.branch_id = of_branch AND t.refund_of IS NULL
      AND t.created_at >= ((shop_day(now()) - 45)::timestamp AT TIME ZONE 'Asia/Jakarta')
    ORDER BY t.created_at LIMIT 1
  ), 9223372036854775807)
$$;

CREATE FUNCTION transaction_json(t transactions) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'id', t.id, 'transaction_code', t.transaction_code, 'offline_id', t.offline_id, 'offline_reference', t.offline_reference,
    'status', t.status, 'grand_total', t.grand_total, 'device_id', t.device_id, 'created_by', t.created_by,
    'created_at', iso_utc(t.created_at), 'created_at_device', iso_utc(t.created_at_device), 'op', t.op,
    'payment_status', t.payment_status, 'subtotal', t.subtotal, 'discount_total', t.discount_total, 'cart_discount', t.cart_discount,
    'tax_total', t.tax_total, 'rounding_total', t.rounding_total,
    'tax', CASE WHEN t.tax_rate_bp IS NOT NULL
      THEN jsonb_build_object('rate_bp', t.tax_rate_bp, 'included', t.tax_included) END,
    'note', t.note, 'staff_id', t.staff_id, 'approved_by', t.approved_by, 'shift_offline_id', t.shift_offline_id,
    'version', t.version,
    'items', coalesce((
      SELECT jsonb_agg(jsonb_build_object('product_id', i.product_id, 'quantity', trim_scale(i.quantity), 'price', i.price,
               'product_name', i.product_name, 'unit', i.unit, 'discount', i.discount, 'note', i.note) ORDER BY i.id)
      FROM transaction_items i WHERE i.transaction_id = t.id), '[]'),
    'payments', coalesce((
      SELECT jsonb_agg(jsonb_build_object('offline_id', p.offline_id, 'payment_method', p.payment_method, 'amount', p.amount,
               'reference', p.reference, 'tendered', p.tendered) ORDER BY p.id)
      FROM transaction_payments p WHERE p.transaction_id = t.id), '[]'),
    'voided', (
      SELECT jsonb_build_object('offline_id', v.offline_id, 'reason', v.reason, 'created_at', iso_utc(v.occurred_at),
               'staff_id', v.staff_id, 'approved_by', v.approved_by, 'amount', v.amount)
      FROM voids v WHERE v.transaction_id = t.id),
    'refunds', coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', r.id, 'offline_id', r.offline_id, 'offline_reference', r.offline_reference,
               'transaction_code', r.transaction_code, 'refund_total', -r.grand_total,
               'payment_method', coalesce(r.payment_method, ''), 'reason', r.reason, 'created_at', iso_utc(r.created_at),
               'created_at_device', iso_utc(r.created_at_device), 'staff_id', r.staff_id,
               'items', (
                 SELECT coalesce(jsonb_agg(jsonb_build_object('product_id', i.product_id, 'quantity', trim_scale(-i.quantity),
                          'amount', -coalesce(i.amount, 0)) ORDER BY i.id), '[]')
                 FROM transaction_items i WHERE i.transaction_id = r.id)) ORDER BY r.id)
      FROM transactions r WHERE r.refund_of = t.id), '[]')
  )
$$;

-- As in 0004, and a refund changes its sale's row too.
CREATE OR REPLACE FUNCTION log_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'transaction % can not be deleted: a sale is a fact. Set its status to void.', OLD.id
      USING ERRCODE = 'feature_not_supported';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.branch_id) IS DISTINCT FROM (OLD.id, OLD.branch_id) THEN
      RAISE EXCEPTION 'transaction % can not change its id or its branch', OLD.id USING ERRCODE = 'feature_not_supported';
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NULL; END IF;
    PERFORM log_transaction_of(NEW.id, NEW.branch_id, 'transaction_updated');
    IF OLD.refund_of IS NOT NULL THEN PERFORM log_transaction_of(OLD.refund_of, NEW.branch_id, 'transaction_updated'); END IF;
  ELSE
    PERFORM log_transaction_of(NEW.id, NEW.branch_id, 'transaction_created');
  END IF;
  IF NEW.refund_of IS NOT NULL THEN PERFORM log_transaction_of(NEW.refund_of, NEW.branch_id, 'transaction_updated'); END IF;
  RETURN NULL;
END $$;

-- Of transaction_items, transaction_payments and voids. Of a refund's it is its sale's row that changes, too.
CREATE OR REPLACE FUNCTION log_transaction_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM log_transaction_of(changed.id, changed.branch_id, 'transaction_updated')
  FROM (
    SELECT t.id, t.branch_id FROM transactions t
    WHERE t.id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.transaction_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.transaction_id END)
    UNION
    SELECT t.refund_of, t.branch_id FROM transactions t
    WHERE t.id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.transaction_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.transaction_id END)
      AND t.refund_of IS NOT NULL
  ) changed;
  RETURN NULL;
END $$;
CREATE TRIGGER transaction_payment_log AFTER INSERT OR UPDATE OR DELETE ON transaction_payments
  FOR EACH ROW EXECUTE FUNCTION log_transaction_item();
CREATE TRIGGER void_log AFTER INSERT OR UPDATE OR DELETE ON voids
  FOR EACH ROW EXECUTE FUNCTION log_transaction_item();

-- As in 0005, and of a sale it tells the version; a refund is no record of its own.
CREATE OR REPLACE FUNCTION transaction_event(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'transaction_id', t.id,
    'transaction_code', t.transaction_code,
    'offline_id', CASE WHEN t.op = 'void' THEN coalesce(v.offline_id, t.offline_id) ELSE t.offline_id END,
    'transaction_offline_id', CASE WHEN t.op = 'refund' THEN s.offline_id ELSE t.offline_id END,
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
  ) || CASE WHEN t.refund_of IS NULL THEN jsonb_build_object('version', t.version) ELSE '{}' END
  FROM transactions t
  LEFT JOIN voids v ON v.transaction_id = t.id
  LEFT JOIN transactions s ON s.id = t.refund_of
  WHERE t.id = wanted
$$;

-- As in 0005, and what was changed since it was created is one version further. The update makes no event: one is there.
CREATE OR REPLACE FUNCTION number_changes() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  operation text := nullif(current_setting('mstore.operation', true), '');
  pending record;
  first_seq bigint;
  highest bigint := 0;
BEGIN
  UPDATE transactions t SET version = t.version + 1
  FROM changes c
  WHERE c.data IS NULL AND c.seq IS NULL AND c.kind = 'transaction' AND c.event_type = 'transaction_updated' AND t.id = c.record_id;
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
    IF operation IS NOT NULL THEN
      UPDATE operations SET seq = first_seq + pending.amount
      WHERE offline_id = operation::uuid AND branch_id = pending.branch_id;
    END IF;
    highest := greatest(highest, pending.last_id);
  END LOOP;
  PERFORM pg_notify('mstore_changes', '');
  RETURN highest;
END $$;
