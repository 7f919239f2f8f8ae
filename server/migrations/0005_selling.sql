-- Selling: what counters upload, each exactly once, and what it did. docs/selling.md tells the rules in words.

-- The day of the shop. Literal zone: a report must not depend on how the database's server is set.
CREATE FUNCTION shop_day(moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT (moment AT TIME ZONE 'Asia/Jakarta')::date
$$;

-- When something happened, as far as it can be believed: a counter's clock may be years off.
CREATE FUNCTION credible_time(by_device timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN by_device BETWEEN now() - interval '90 days' AND now() THEN by_device ELSE now() END
$$;

-- One row for each item of a batch-sync that was booked (rule Q2). `content` is the item as it was sent, without
-- `sync_status`, `synced_at` and nulls: what a retry is compared with. The rest is its result, returned unchanged. `part_of`
-- is the operation in whose transaction it was booked (a payment with its sale); that one has the `seq`.
CREATE TABLE operations (
  offline_id uuid PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches,
  type text NOT NULL CHECK (type IN ('transaction', 'payment', 'void', 'refund', 'shift', 'cash_movement')),
  content jsonb NOT NULL,
  -- The device whose token sent it.
  sent_by text NOT NULL,
  part_of uuid,
  server_id bigint,
  transaction_code text,
  versions jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(versions) = 'object'),
  -- Last position of the transaction that booked it; numbering fills it in at commit.
  seq bigint,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX operations_branch ON operations (branch_id, created_at);

-- A refund is a transaction of its own: op 'refund', `refund_of` its sale, quantities and amounts below zero, so that a sum
-- over paid transactions is the net. Codes count anew in each branch and on each day.
ALTER TABLE transactions
  DROP CONSTRAINT transactions_transaction_code_key,
  ADD CONSTRAINT transactions_code UNIQUE (branch_id, transaction_code),
  -- created_at_device where it can be believed, else when it was booked: the time that days and reports go by.
  ADD COLUMN occurred_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN cart_discount bigint NOT NULL DEFAULT 0 CHECK (cart_discount BETWEEN 0 AND 1000000000000),
  ADD COLUMN rounding_total bigint NOT NULL DEFAULT 0 CHECK (rounding_total BETWEEN -1000000000000 AND 1000000000000),
  ADD COLUMN tax_rate_bp integer CHECK (tax_rate_bp BETWEEN 0 AND 10000),
  ADD COLUMN tax_included boolean CHECK ((tax_rate_bp IS NULL) = (tax_included IS NULL)),
  ADD COLUMN note text CHECK (is_wire_text(note)),
  -- Of the opening. No foreign key: a sale is a fact even when the opening never came.
  ADD COLUMN shift_offline_id uuid,
  -- As the counter names them, without foreign key: they may have left the staff meanwhile.
  ADD COLUMN staff_id bigint,
  ADD COLUMN approved_by bigint,
  ADD COLUMN refund_of bigint REFERENCES transactions,
  -- Why it was refunded.
  ADD COLUMN reason text CHECK (is_wire_text(reason)),
  ADD CONSTRAINT transactions_refund CHECK ((op = 'refund') = (refund_of IS NOT NULL));
UPDATE transactions SET occurred_at = created_at;
CREATE INDEX transactions_day ON transactions (branch_id, shop_day(occurred_at), id);
CREATE INDEX transactions_refund_of ON transactions (refund_of) WHERE refund_of IS NOT NULL;
CREATE INDEX transactions_shift ON transactions (shift_offline_id) WHERE shift_offline_id IS NOT NULL;

ALTER TABLE transaction_items
  ADD COLUMN unit text CHECK (is_wire_text(unit)),
  ADD COLUMN discount bigint NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 1000000000000),
  -- Whole rupiah of the line after its discount; below zero on a refund.
  ADD COLUMN amount bigint CHECK (amount BETWEEN -1000000000000 AND 1000000000000),
  ADD COLUMN note text CHECK (is_wire_text(note)),
  -- What the counter knew: the price in its catalogue and the stock that it showed.
  ADD COLUMN master_price bigint CHECK (master_price BETWEEN 0 AND 1000000000000),
  ADD COLUMN stock_shown numeric(12,3) CHECK (stock_shown <> 'NaN');
UPDATE transaction_items SET amount = round(price * quantity) WHERE abs(price * quantity) <= 1000000000000;

ALTER TABLE transaction_payments
  ADD COLUMN tendered bigint CHECK (tendered BETWEEN 0 AND 1000000000000),
  -- Made by the server for a paid sale that came without payments; payments that come later take its place.
  ADD COLUMN implied boolean NOT NULL DEFAULT false;

-- The last number given out in a branch on a day. Locked from the writing of a transaction to its commit.
CREATE TABLE transaction_numbers (
  branch_id bigint NOT NULL REFERENCES branches,
  prefix text NOT NULL,
  day date NOT NULL,
  last bigint NOT NULL,
  PRIMARY KEY (branch_id, prefix, day)
) WITH (fillfactor = 50);

-- `TRX-20251014-001`. Steps over codes that somebody wrote by hand.
CREATE FUNCTION next_transaction_code(of_branch bigint, of_prefix text, of_day date) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  number bigint;
  code text;
BEGIN
  LOOP
    INSERT INTO transaction_numbers AS n (branch_id, prefix, day, last) VALUES (of_branch, of_prefix, of_day, 1)
    ON CONFLICT (branch_id, prefix, day) DO UPDATE SET last = n.last + 1
    RETURNING n.last INTO number;
    code := of_prefix || '-' || to_char(of_day, 'YYYYMMDD') || '-' || lpad(number::text, greatest(3, length(number::text)), '0');
    PERFORM 1 FROM transactions WHERE branch_id = of_branch AND transaction_code = code;
    IF NOT FOUND THEN RETURN code; END IF;
  END LOOP;
END $$;

-- One void a sale. It may come before its sale, or without it: then `transaction_id` is null, and the sale, when it comes, is
-- booked as void without touching stock.
CREATE TABLE voids (
  offline_id uuid PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches,
  transaction_offline_id uuid UNIQUE,
  transaction_id bigint UNIQUE REFERENCES transactions,
  reason text NOT NULL CHECK (is_wire_text(reason)),
  -- Rupiah handed back: what was paid less what was refunded before.
  amount bigint NOT NULL DEFAULT 0,
  staff_id bigint,
  approved_by bigint,
  shift_offline_id uuid,
  device_id text CHECK (is_wire_text(device_id)),
  created_at_device timestamptz,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (transaction_offline_id IS NOT NULL OR transaction_id IS NOT NULL)
);
CREATE INDEX voids_branch ON voids (branch_id, occurred_at);
CREATE INDEX voids_shift ON voids (shift_offline_id) WHERE shift_offline_id IS NOT NULL;

-- A shift from its opening; the closing fills in the rest. `totals`: what the counter counted, as methodTotalSchema.
CREATE TABLE shifts (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  shift_offline_id uuid NOT NULL UNIQUE,
  branch_id bigint NOT NULL REFERENCES branches,
  device_id text CHECK (is_wire_text(device_id)),
  staff_id bigint,
  staff_name text CHECK (is_wire_text(staff_name)),
  opening_cash bigint NOT NULL,
  opened_at_device timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  close_offline_id uuid UNIQUE,
  closed_by_staff_id bigint,
  closed_by_staff_name text CHECK (is_wire_text(closed_by_staff_name)),
  counted_cash bigint,
  expected_cash bigint,
  totals jsonb,
  unsent_count integer,
  note text CHECK (is_wire_text(note)),
  closed_at_device timestamptz,
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((close_offline_id IS NULL) = (closed_at IS NULL))
);
CREATE INDEX shifts_branch ON shifts (branch_id, opened_at);

CREATE TABLE cash_movements (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  offline_id uuid NOT NULL UNIQUE,
  branch_id bigint NOT NULL REFERENCES branches,
  shift_offline_id uuid NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
  reason text NOT NULL CHECK (is_wire_text(reason)),
  staff_id bigint,
  approved_by bigint,
  device_id text CHECK (is_wire_text(device_id)),
  created_at_device timestamptz NOT NULL,
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX cash_movements_shift ON cash_movements (shift_offline_id);
CREATE INDEX cash_movements_branch ON cash_movements (branch_id, occurred_at);

-- Rule S9: lines that took a product below zero, with what the cashier saw.
CREATE TABLE oversold_lines (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches,
  transaction_id bigint NOT NULL REFERENCES transactions,
  product_id bigint NOT NULL,
  product_name text CHECK (is_wire_text(product_name)),
  -- Sold of the product in this sale, and how much of that was not there.
  quantity numeric(12,3) NOT NULL,
  missing numeric(12,3) NOT NULL,
  stock_before numeric(12,3) NOT NULL,
  stock_after numeric(12,3) NOT NULL,
  stock_shown numeric(12,3),
  device_id text CHECK (is_wire_text(device_id)),
  staff_id bigint,
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX oversold_lines_branch ON oversold_lines (branch_id, occurred_at);

-- Lines sold at another price than the server's at the moment of booking. Accepted as sold.
CREATE TABLE price_differences (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches,
  transaction_id bigint NOT NULL REFERENCES transactions,
  product_id bigint NOT NULL,
  product_name text CHECK (is_wire_text(product_name)),
  quantity numeric(12,3) NOT NULL,
  sold_price bigint NOT NULL,
  server_price bigint NOT NULL,
  -- The price in the counter's own catalogue when it was sold.
  counter_price bigint,
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX price_differences_branch ON price_differences (branch_id, occurred_at);

-- An offline_id that came again with other content. `server_content` is what is booked, `local_content` what the counter has;
-- both `{"item": …, "payments": […]}`, payments only with a sale. `result` is the verdict that the counter was given.
CREATE TABLE offline_conflicts (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches,
  offline_id uuid NOT NULL REFERENCES operations,
  type text NOT NULL,
  conflict_type text NOT NULL DEFAULT 'data_mismatch' CHECK (conflict_type IN ('duplicate', 'data_mismatch', 'constraint_violation')),
  server_content jsonb NOT NULL,
  local_content jsonb NOT NULL,
  sent_by text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
  resolution text CHECK (resolution IN ('keep_server', 'keep_local')),
  reason text CHECK (is_wire_text(reason)),
  approved_by bigint,
  resolved_by text,
  resolved_at timestamptz,
  -- Of keep_local: the operation that the counter's content was booked as.
  booked_as uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'resolved') = (resolution IS NOT NULL))
);
CREATE INDEX offline_conflicts_operation ON offline_conflicts (offline_id);
CREATE INDEX offline_conflicts_branch ON offline_conflicts (branch_id, state, id);

-- Who allowed what. `offline_id` is the operation's.
CREATE TABLE approvals (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches,
  what text NOT NULL CHECK (what IN ('discount', 'void', 'refund', 'cash_movement', 'conflict')),
  offline_id uuid NOT NULL,
  approved_by bigint NOT NULL,
  staff_id bigint,
  reason text CHECK (is_wire_text(reason)),
  device_id text CHECK (is_wire_text(device_id)),
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX approvals_branch ON approvals (branch_id, occurred_at);

-- An emptied table of these would book everything again, or lose money without a trace.
CREATE TRIGGER operations_no_truncate BEFORE TRUNCATE ON operations FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER transaction_payments_no_truncate BEFORE TRUNCATE ON transaction_payments FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER voids_no_truncate BEFORE TRUNCATE ON voids FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER shifts_no_truncate BEFORE TRUNCATE ON shifts FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER cash_movements_no_truncate BEFORE TRUNCATE ON cash_movements FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- `offline_id`, `op` and `versions` are those of the last operation on the transaction: of a void its own, as on the stock
-- events that it causes (rule S10). `transaction_offline_id` is the sale that it is about.
CREATE OR REPLACE FUNCTION transaction_event(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
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
  )
  FROM transactions t
  LEFT JOIN voids v ON v.transaction_id = t.id
  LEFT JOIN transactions s ON s.id = t.refund_of
  WHERE t.id = wanted
$$;

-- As in 0002, and it tells the operation that caused the changes where they stand.
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
