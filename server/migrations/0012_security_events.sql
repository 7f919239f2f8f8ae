-- What concerns the safety of a branch: sign-ins, refusals, devices. The newest of each branch are kept (server/sql/security-events.ts).
CREATE TABLE security_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Null: it concerns no branch that is known, as a made-up token.
  branch_id bigint REFERENCES branches ON DELETE CASCADE,
  kind text NOT NULL,
  device_id text,
  staff_id bigint,
  address text,
  count integer NOT NULL,
  first_at timestamptz NOT NULL DEFAULT now(),
  last_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX security_events_branch ON security_events (branch_id, id);
