-- By what an approval that was given at a counter is proved: public keys whose private halves a PIN opens (docs/security.md). One is
-- shown together with the right PIN, for one person at one device. One is active; earlier ones stay, because a tablet that was away
-- may bring later what it signed before.
CREATE TABLE approval_keys (
  -- SHA-256 of the key (RFC 7638), and its point on P-256.
  thumbprint text PRIMARY KEY CHECK (thumbprint ~ '^[A-Za-z0-9_-]{43}$'),
  x text NOT NULL CHECK (x ~ '^[A-Za-z0-9_-]{43}$'),
  y text NOT NULL CHECK (y ~ '^[A-Za-z0-9_-]{43}$'),
  branch_id bigint NOT NULL REFERENCES branches,
  device_id text NOT NULL REFERENCES devices ON DELETE CASCADE,
  staff_id bigint NOT NULL REFERENCES staff ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- From then on it proves nothing; null: active.
  ended_at timestamptz,
  -- It had ended and was shown again: neither does it prove what is dated from its first end to the last time that it came back.
  lapsed_at timestamptz,
  revived_at timestamptz
);
CREATE UNIQUE INDEX approval_keys_active ON approval_keys (device_id, staff_id) WHERE ended_at IS NULL;
CREATE INDEX approval_keys_owner ON approval_keys (device_id, staff_id, created_at);
CREATE INDEX approval_keys_staff ON approval_keys (staff_id);

-- Whoever changes a PIN may do so because somebody knows it.
CREATE FUNCTION end_staff_approval_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE approval_keys SET ended_at = clock_timestamp() WHERE staff_id = NEW.id AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER staff_approval_keys AFTER UPDATE ON staff FOR EACH ROW
  WHEN ((OLD.pin_hash, OLD.role, OLD.active, OLD.branch_id) IS DISTINCT FROM (NEW.pin_hash, NEW.role, NEW.active, NEW.branch_id))
  EXECUTE FUNCTION end_staff_approval_keys();

CREATE FUNCTION end_device_approval_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE approval_keys SET ended_at = clock_timestamp() WHERE device_id = NEW.id AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER device_approval_keys AFTER UPDATE OF revoked_at ON devices FOR EACH ROW
  WHEN (NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION end_device_approval_keys();

-- Null: booked by a server that did not ask for a proof.
ALTER TABLE approvals ADD COLUMN proof text CONSTRAINT approvals_proof_form CHECK (proof IN ('proven', 'unproven', 'forged'));
-- A sale that comes after its void takes the word back that this was proven.
CREATE INDEX approvals_operation ON approvals (offline_id);

-- What the proof of a void that waits for its sale says the sale was: held against the sale when that comes.
ALTER TABLE voids ADD COLUMN proved_amount bigint;

ALTER TABLE sale_marks DROP CONSTRAINT sale_marks_kind_check, ADD CONSTRAINT sale_marks_kind_check CHECK (kind IN (
  'no_items', 'sum', 'tax', 'rounding', 'payments', 'price', 'refund_share', 'time', 'late', 'other_device',
  'foreign_shift', 'void_by_other', 'staff_unknown', 'approver_unknown', 'approver_without_right', 'approval_missing',
  'approval_unproven', 'approval_forged'));
