-- Rows are counted of every table that a shop can't do without and that only its own work makes larger (see 0010). By the statement,
-- because a file brings thousands at once.

CREATE FUNCTION note_added_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO kept_rows (table_name, added) SELECT TG_TABLE_NAME, count(*) FROM changed HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION note_removed_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO kept_rows (table_name, added) SELECT TG_TABLE_NAME, -count(*) FROM changed HAVING count(*) > 0;
  RETURN NULL;
END $$;

-- Where TRUNCATE is not refused.
CREATE FUNCTION note_emptied_table() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('INSERT INTO kept_rows (table_name, added) SELECT %L, -count(*) FROM %I', TG_TABLE_NAME, TG_TABLE_NAME);
  RETURN NULL;
END $$;

DO $$
DECLARE
  counted text;
BEGIN
  FOREACH counted IN ARRAY ARRAY[
    'products', 'inventory', 'tombstones', 'settings', 'settings_history', 'transactions', 'transaction_items',
    'transaction_payments', 'transaction_numbers', 'operations', 'voids', 'shifts', 'cash_movements', 'approvals', 'approval_keys',
    'offline_conflicts', 'owner_documents', 'oversold_lines', 'price_differences', 'sale_marks', 'server_secrets']
  LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
                      FOR EACH STATEMENT EXECUTE FUNCTION note_added_rows()', counted || '_added', counted);
    EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS changed
                      FOR EACH STATEMENT EXECUTE FUNCTION note_removed_rows()', counted || '_removed', counted);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I
                      FOR EACH STATEMENT EXECUTE FUNCTION note_emptied_table()', counted || '_emptied', counted);
    EXECUTE format('INSERT INTO kept_rows (table_name, added) SELECT %L, count(*) FROM %I', counted, counted);
  END LOOP;
END $$;

-- How far the log was forgotten: an empty one that never was has lost its changes.
ALTER TABLE publisher_leases ADD COLUMN pruned bigint NOT NULL DEFAULT 0;
UPDATE publisher_leases p SET pruned = coalesce(
  (SELECT min(c.seq) - 1 FROM changes c WHERE c.branch_id = p.branch_id AND c.seq IS NOT NULL),
  (SELECT s.seq FROM branch_seq s WHERE s.branch_id = p.branch_id), 0);

CREATE FUNCTION note_pruned_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE publisher_leases p SET pruned = gone.last
    FROM (SELECT branch_id, max(seq) AS last FROM changed GROUP BY branch_id) gone
   WHERE p.branch_id = gone.branch_id AND gone.last > p.pruned;
  RETURN NULL;
END $$;
CREATE TRIGGER changes_pruned AFTER DELETE ON changes REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION note_pruned_changes();
