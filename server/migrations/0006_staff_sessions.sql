-- Staff at the owner's pages: short-lived tokens, counted wrong PINs, and what owners booked.

-- Only a hash of the token is kept. `pin_hash` is the one that was proved: a changed PIN ends the session.
CREATE TABLE staff_sessions (
  token_hash text PRIMARY KEY,
  staff_id bigint NOT NULL REFERENCES staff ON DELETE CASCADE,
  device_id text NOT NULL REFERENCES devices ON DELETE CASCADE,
  pin_hash text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id);
CREATE INDEX staff_sessions_device ON staff_sessions (device_id);
CREATE INDEX staff_sessions_expiry ON staff_sessions (expires_at);

-- Wrong PINs in a row, by member of staff ('staff 4') and by device ('device DEV-…').
CREATE TABLE pin_attempts (
  subject text PRIMARY KEY,
  wrong integer NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL DEFAULT '-infinity'
);

-- What an owner booked, once for each `request_id`; `answer` is given again when the same request comes again.
CREATE TABLE owner_documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  branch_id bigint NOT NULL REFERENCES branches,
  request_id uuid NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('product', 'receiving', 'stocktake')),
  -- The request without its id, by which a repeated id with other content is told.
  request jsonb NOT NULL,
  answer jsonb,
  staff_id bigint,
  device_id text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX owner_documents_branch ON owner_documents (branch_id, id);
