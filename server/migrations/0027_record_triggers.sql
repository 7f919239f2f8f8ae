-- What a kind of record needs beside its table and the function that gives its row as it travels, for every kind from now on: one
-- call of keep_records. Products, inventory, staff and settings keep their own triggers (0003, 0004, 0011): their events say more.
-- docs/architecture.md, Records, says what a kind's own migration holds.

-- A kind is whatever keep_records was called with.
ALTER TABLE tombstones DROP CONSTRAINT tombstones_kind_check;

-- Arguments: kind. The version is this function's alone: it counts updates that change something, whatever a writer sets, and goes
-- on from the tombstone when an id is used again (rule S3).
CREATE FUNCTION version_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  buried bigint := (SELECT t.version FROM tombstones t WHERE t.kind = TG_ARGV[0] AND t.record_id = NEW.id);
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := coalesce(buried, 0) + 1;
    -- What the table's own CHECK refuses must not move its sequence.
    IF NEW.id BETWEEN 1 AND 9007199254740991 THEN
      PERFORM count_on_from(pg_get_serial_sequence(TG_RELID::regclass::text, 'id')::regclass, NEW.id);
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'the id of % % can not change: delete it and insert another', TG_ARGV[0], OLD.id
      USING ERRCODE = 'feature_not_supported';
  END IF;
  NEW.version := OLD.version;
  IF NEW IS DISTINCT FROM OLD THEN NEW.version := OLD.version + 1; END IF;
  -- A record that lives is newer than its tombstone (log_record, on INSERT).
  NEW.version := greatest(NEW.version, buried + 1);
  RETURN NEW;
END $$;

-- Arguments: kind, topic, function of the row as it travels. Writes `{kind}_changed` with that row, and `{kind}_removed {id, version}`
-- for a record that was deleted or went to another branch (rule S1).
CREATE FUNCTION log_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  wire jsonb;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM bury(TG_ARGV[0], OLD.id, OLD.version + 1, 0);
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, TG_ARGV[1], TG_ARGV[0] || '_removed', OLD.id,
      jsonb_build_object('id', OLD.id, 'version', OLD.version + 1));
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' AND EXISTS (
    SELECT FROM tombstones t WHERE t.kind = TG_ARGV[0] AND t.record_id = NEW.id AND t.version >= NEW.version) THEN
    -- The insert waited for the delete of the same id, whose tombstone the BEFORE trigger could not see. This update gets the
    -- version, and logs the record.
    EXECUTE format('UPDATE %s SET version = version WHERE id = $1', TG_RELID::regclass) USING NEW.id;
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.version = OLD.version THEN RETURN NULL; END IF;
    IF NEW.branch_id <> OLD.branch_id THEN
      INSERT INTO changes (branch_id, kind, event_type, record_id, data)
      VALUES (OLD.branch_id, TG_ARGV[1], TG_ARGV[0] || '_removed', NEW.id,
        jsonb_build_object('id', NEW.id, 'version', NEW.version));
    END IF;
  END IF;
  EXECUTE format('SELECT public.%I($1)', TG_ARGV[2]) INTO wire USING NEW;
  INSERT INTO changes (branch_id, kind, event_type, record_id, data)
  VALUES (NEW.branch_id, TG_ARGV[1], TG_ARGV[0] || '_changed', NEW.id, wire);
  RETURN NULL;
END $$;

-- From now on the table's rows are records of this kind: versioned, logged to this topic (src/contract/topics.ts), counted (0025),
-- and not to be truncated. The table has `id`, `branch_id` and `version`, and no column whose type knows no `=` (json).
CREATE FUNCTION keep_records(of_table regclass, kind text, topic text, wire_function text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  table_name text := (SELECT c.relname FROM pg_class c WHERE c.oid = of_table);
BEGIN
  -- These fail now rather than at the first row that is written.
  IF kind !~ '^[a-z][a-z0-9_]{0,39}$' THEN RAISE EXCEPTION 'not a name of a kind: %', kind USING ERRCODE = 'invalid_name'; END IF;
  EXECUTE format('SELECT t.id, t.branch_id, t.version, public.%I(t)::jsonb FROM %s t LIMIT 0', wire_function, of_table);

  EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION version_record(%L)',
    kind || '_version', of_table, kind);
  EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION log_record(%L, %L, %L)',
    kind || '_log', of_table, kind, topic, wire_function);
  EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate()',
    table_name || '_no_truncate', of_table);
  EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %s REFERENCING NEW TABLE AS changed
                    FOR EACH STATEMENT EXECUTE FUNCTION note_added_rows()', table_name || '_added', of_table);
  EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON %s REFERENCING OLD TABLE AS changed
                    FOR EACH STATEMENT EXECUTE FUNCTION note_removed_rows()', table_name || '_removed', of_table);
  EXECUTE format('INSERT INTO kept_rows (table_name, added) SELECT %L, count(*) FROM %s', table_name, of_table);
END $$;
