-- The hash of an owner's PIN opens everything and that of somebody who left opens nothing: neither leaves the server any more.
-- Wrong PINs are counted for a member of staff at a device.

-- '' stands for "no hash": a tablet of any version reads it as a PIN that nobody has. `null` would make an older one refuse the
-- whole list.
CREATE FUNCTION shared_pin_hash(s staff) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN s.active AND s.role <> 'owner' THEN s.pin_hash ELSE '' END
$$;

CREATE OR REPLACE FUNCTION staff_json(s staff) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'id', s.id, 'name', s.name, 'role', s.role, 'pin_hash', shared_pin_hash(s), 'active', s.active, 'version', s.version
  )
$$;

CREATE INDEX changes_staff ON changes (record_id) WHERE event_type = 'staff_changed';

-- Takes a member's hashes out of the log: whoever catches up later reads them there.
CREATE FUNCTION forget_staff_hashes(of_staff bigint) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  UPDATE changes SET data = data || '{"pin_hash": ""}'
  WHERE event_type = 'staff_changed' AND record_id = of_staff AND data ->> 'pin_hash' <> ''
$$;

CREATE OR REPLACE FUNCTION log_staff() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moved staff;
BEGIN
  IF TG_OP = 'DELETE' THEN
    OLD.active := false;
    OLD.version := OLD.version + 1;
    PERFORM forget_staff_hashes(OLD.id);
    PERFORM bury('staff', OLD.id, OLD.version, 0);
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, 'branch', 'staff_changed', OLD.id, staff_json(OLD));
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.version = OLD.version THEN RETURN NULL; END IF;
    -- An earlier hash of the same person is nobody's business any more, whatever comes after it.
    PERFORM forget_staff_hashes(NEW.id);
    IF NEW.branch_id <> OLD.branch_id THEN
      moved := NEW;
      moved.active := false;
      INSERT INTO changes (branch_id, kind, event_type, record_id, data)
      VALUES (OLD.branch_id, 'branch', 'staff_changed', NEW.id, staff_json(moved));
    END IF;
  END IF;
  INSERT INTO changes (branch_id, kind, event_type, record_id, data)
  VALUES (NEW.branch_id, 'branch', 'staff_changed', NEW.id, staff_json(NEW));
  RETURN NULL;
END $$;

-- What was handed out before: gone from the log, and a new version makes each tablet drop what it has. A trigger gives versions
-- only for other content.
UPDATE changes c SET data = data || '{"pin_hash": ""}'
WHERE c.event_type = 'staff_changed' AND NOT EXISTS (
  SELECT 1 FROM staff s WHERE s.id = c.record_id AND s.branch_id = c.branch_id AND s.active AND s.role <> 'owner'
    AND s.pin_hash = c.data ->> 'pin_hash' AND c.data ->> 'role' <> 'owner' AND c.data ->> 'active' = 'true');
ALTER TABLE staff DISABLE TRIGGER staff_version;
UPDATE staff SET version = version + 1 WHERE role = 'owner' OR NOT active;
ALTER TABLE staff ENABLE TRIGGER staff_version;

-- Attempts of before counted for everybody at a device, and for somebody at every device: neither can be told apart now.
DROP TABLE pin_attempts;
CREATE TABLE pin_attempts (
  device_id text NOT NULL REFERENCES devices ON DELETE CASCADE,
  staff_id bigint NOT NULL REFERENCES staff ON DELETE CASCADE,
  wrong integer NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (device_id, staff_id)
);
CREATE INDEX pin_attempts_staff ON pin_attempts (staff_id);
