-- Who signed in at a counter and whom it refused, as the device says: PINs of counters are checked there, without the server. Apart from
-- `security_events`, which hold what the server saw itself. The newest of each device are kept (server/sql/counter-sign-ins.ts).
CREATE TABLE counter_sign_ins (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches ON DELETE CASCADE,
  device_id text NOT NULL REFERENCES devices ON DELETE CASCADE,
  -- Made by the device: the same again is the same row.
  note_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('counter_signed_in', 'counter_pin_wrong', 'counter_pin_locked', 'counter_not_kept')),
  -- Null: of several people, as they were counted together.
  staff_id bigint,
  count integer NOT NULL CHECK (count > 0),
  -- By the device's clock, never later than the report.
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  reported_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (device_id, note_id)
);
CREATE INDEX counter_sign_ins_device ON counter_sign_ins (device_id, id);
CREATE INDEX counter_sign_ins_branch ON counter_sign_ins (branch_id, reported_at);
