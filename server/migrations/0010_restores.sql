-- What tells a database that was restored, and one that is not whole.

-- One life of the log (rule S6). `written_by` is the transaction that wrote the row: a restored row was written by another one,
-- whatever it says. '' until a server has taken it up.
-- `mark_key` signs what counters are told of the log's positions (server/publisher/log-mark.ts); it goes to no device.
ALTER TABLE log_state
  ADD COLUMN written_by text NOT NULL DEFAULT '',
  ADD COLUMN mark_key text NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text;

-- Lives that are over: a server that knows one of these has missed the change, and was not taken back.
CREATE TABLE log_lives (
  epoch uuid PRIMARY KEY,
  ended_at timestamptz NOT NULL DEFAULT now()
);

-- What each server has noted in its DATA_DIR too, outside of the database: an older state of it has an older token.
CREATE TABLE log_witnesses (
  server_id uuid PRIMARY KEY,
  token uuid NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now()
);

-- How many rows were written to tables that a shop can't do without, less those deleted. Its own rows obey no CHECK and refer to
-- nothing, so a restore that loses others keeps them. Only added to: nobody waits for anybody.
CREATE TABLE kept_rows (
  table_name text NOT NULL,
  added bigint NOT NULL
);

CREATE FUNCTION note_kept_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO kept_rows (table_name, added) VALUES (TG_TABLE_NAME, CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END);
  RETURN NULL;
END $$;

CREATE TRIGGER merchants_kept AFTER INSERT OR DELETE ON merchants FOR EACH ROW EXECUTE FUNCTION note_kept_row();
CREATE TRIGGER branches_kept AFTER INSERT OR DELETE ON branches FOR EACH ROW EXECUTE FUNCTION note_kept_row();
CREATE TRIGGER staff_kept AFTER INSERT OR DELETE ON staff FOR EACH ROW EXECUTE FUNCTION note_kept_row();
CREATE TRIGGER devices_kept AFTER INSERT OR DELETE ON devices FOR EACH ROW EXECUTE FUNCTION note_kept_row();
CREATE TRIGGER devices_no_truncate BEFORE TRUNCATE ON devices FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

INSERT INTO kept_rows (table_name, added)
SELECT 'merchants', count(*) FROM merchants UNION ALL
SELECT 'branches', count(*) FROM branches UNION ALL
SELECT 'staff', count(*) FROM staff UNION ALL
SELECT 'devices', count(*) FROM devices;
