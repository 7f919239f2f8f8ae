-- Transactions, staff and settings: versions and events.

-- Logs a transaction without `data`: numbering builds it at commit, when its items are there. One event a transaction and
-- commit is enough, because it tells the state at commit; "created" says more than "updated".
CREATE FUNCTION log_transaction_of(of_transaction bigint, of_branch bigint, of_type text) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
  PERFORM 1 FROM changes WHERE record_id = of_transaction AND data IS NULL AND kind = 'transaction';
  IF NOT FOUND THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id) VALUES (of_branch, 'transaction', of_type, of_transaction);
  END IF;
END $$;

CREATE FUNCTION log_transaction() RETURNS trigger
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
    IF NEW IS DISTINCT FROM OLD THEN
      PERFORM log_transaction_of(NEW.id, NEW.branch_id, 'transaction_updated');
    END IF;
  ELSE
    PERFORM log_transaction_of(NEW.id, NEW.branch_id, 'transaction_created');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER transaction_log AFTER INSERT OR UPDATE OR DELETE ON transactions FOR EACH ROW EXECUTE FUNCTION log_transaction();

CREATE FUNCTION log_transaction_item() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM log_transaction_of(t.id, t.branch_id, 'transaction_updated')
  FROM transactions t
  WHERE t.id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.transaction_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.transaction_id END);
  RETURN NULL;
END $$;
CREATE TRIGGER transaction_item_log AFTER INSERT OR UPDATE OR DELETE ON transaction_items
  FOR EACH ROW EXECUTE FUNCTION log_transaction_item();
CREATE TRIGGER transactions_no_truncate BEFORE TRUNCATE ON transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER transaction_items_no_truncate BEFORE TRUNCATE ON transaction_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE FUNCTION staff_json(s staff) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', s.id, 'name', s.name, 'role', s.role, 'pin_hash', s.pin_hash, 'active', s.active, 'version', s.version
  )
$$;

CREATE FUNCTION settings_json(s settings) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('values', s."values", 'updated_at', iso_utc(s.updated_at), 'version', s.version)
$$;

CREATE FUNCTION version_staff() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT t.version + 1 INTO NEW.version FROM tombstones t WHERE t.kind = 'staff' AND t.record_id = NEW.id;
    NEW.version := coalesce(NEW.version, 1);
    RETURN NEW;
  END IF;
  IF NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'the id of staff % can not change: insert another', OLD.id USING ERRCODE = 'feature_not_supported';
  END IF;
  NEW.version := OLD.version;
  IF NEW IS DISTINCT FROM OLD THEN NEW.version := OLD.version + 1; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER staff_version BEFORE INSERT OR UPDATE ON staff FOR EACH ROW EXECUTE FUNCTION version_staff();

-- There is no event for a removed member of staff: to the counters of the branch that is one who is not active any more.
CREATE FUNCTION log_staff() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    OLD.active := false;
    OLD.version := OLD.version + 1;
    PERFORM bury('staff', OLD.id, OLD.version, 0);
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, 'branch', 'staff_changed', OLD.id, staff_json(OLD));
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.version = OLD.version THEN RETURN NULL; END IF;
    IF NEW.branch_id <> OLD.branch_id THEN
      INSERT INTO changes (branch_id, kind, event_type, record_id, data)
      VALUES (OLD.branch_id, 'branch', 'staff_changed', NEW.id, staff_json(NEW) || '{"active": false}');
    END IF;
  END IF;
  INSERT INTO changes (branch_id, kind, event_type, record_id, data)
  VALUES (NEW.branch_id, 'branch', 'staff_changed', NEW.id, staff_json(NEW));
  RETURN NULL;
END $$;
CREATE TRIGGER staff_log AFTER INSERT OR UPDATE OR DELETE ON staff FOR EACH ROW EXECUTE FUNCTION log_staff();
CREATE TRIGGER staff_no_truncate BEFORE TRUNCATE ON staff FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE FUNCTION version_settings() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT t.version + 1 INTO NEW.version FROM tombstones t WHERE t.kind = 'settings' AND t.record_id = NEW.branch_id;
    NEW.version := coalesce(NEW.version, 1);
    RETURN NEW;
  END IF;
  IF NEW.branch_id <> OLD.branch_id THEN
    RAISE EXCEPTION 'settings can not change their branch' USING ERRCODE = 'feature_not_supported';
  END IF;
  NEW.version := OLD.version;
  IF NEW IS DISTINCT FROM OLD THEN NEW.version := OLD.version + 1; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER settings_version BEFORE INSERT OR UPDATE ON settings FOR EACH ROW EXECUTE FUNCTION version_settings();

CREATE FUNCTION log_settings() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    OLD."values" := '{}';
    OLD.version := OLD.version + 1;
    PERFORM bury('settings', OLD.branch_id, OLD.version, 0);
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, 'branch', 'settings_changed', OLD.branch_id, settings_json(OLD));
  ELSIF TG_OP = 'INSERT' OR NEW.version <> OLD.version THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (NEW.branch_id, 'branch', 'settings_changed', NEW.branch_id, settings_json(NEW));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER settings_log AFTER INSERT OR UPDATE OR DELETE ON settings FOR EACH ROW EXECUTE FUNCTION log_settings();
CREATE TRIGGER settings_no_truncate BEFORE TRUNCATE ON settings FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
