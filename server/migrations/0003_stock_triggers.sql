-- Products and inventory: versions, events, and stock = sum of inventory.
--
-- Coupling. Whoever writes one side moves the other: UPDATE products SET stock moves the product's first place (lowest id)
-- by the difference, and makes the place 'Toko' when there is none; a change of inventory moves products.stock. While one
-- trigger moves the other side it sets mstore.coupling = 'off', so that the other does not answer.
-- A sale (rule S10) that must update each record once calls set_config('mstore.coupling', 'off', true) itself, updates
-- products by id, then inventory by id, and is then the one who answers for the sum.
--
-- Deadlocks are possible between a plain UPDATE of products and one of the same product's inventory, because the row locks
-- are taken in opposite order; server code locks the product first.

CREATE FUNCTION product_json(p products) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', p.id, 'name', p.name, 'sku', p.sku, 'barcode', p.barcode, 'category', p.category, 'price', p.price,
    'unit', p.unit, 'active', p.active, 'version', p.version, 'stock', trim_scale(p.stock), 'stock_version', p.stock_version
  )
$$;

CREATE FUNCTION inventory_json(i inventory) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', i.id, 'product_id', i.product_id, 'place', i.place, 'quantity', trim_scale(i.quantity), 'version', i.version
  )
$$;

CREATE FUNCTION is_coupled() RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT current_setting('mstore.coupling', true) IS DISTINCT FROM 'off'
$$;

CREATE FUNCTION move_first_place(of_product bigint, of_branch bigint, difference numeric) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('mstore.coupling', 'off', true);
  UPDATE inventory SET quantity = quantity + difference
  WHERE id = (SELECT id FROM inventory WHERE product_id = of_product ORDER BY product_id, id LIMIT 1);
  IF NOT FOUND THEN
    INSERT INTO inventory (product_id, branch_id, place, quantity) VALUES (of_product, of_branch, 'Toko', difference);
  END IF;
  PERFORM set_config('mstore.coupling', '', true);
END $$;

CREATE FUNCTION move_stock(of_product bigint, difference numeric) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF difference = 0 THEN RETURN; END IF;
  PERFORM set_config('mstore.coupling', 'off', true);
  UPDATE products SET stock = stock + difference WHERE id = of_product;
  PERFORM set_config('mstore.coupling', '', true);
END $$;

-- An owner's tool may bring its own ids; the next id that is drawn must not meet one of them.
CREATE FUNCTION count_on_from(sequence regclass, used bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF used > coalesce(pg_sequence_last_value(sequence), 0) THEN PERFORM setval(sequence, used); END IF;
END $$;

CREATE FUNCTION version_product() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moved boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT t.version + 1, t.stock_version + 1 INTO NEW.version, NEW.stock_version
    FROM tombstones t WHERE t.kind = 'product' AND t.record_id = NEW.id;
    NEW.version := coalesce(NEW.version, 1);
    NEW.stock_version := coalesce(NEW.stock_version, 1);
    PERFORM count_on_from('products_id_seq', NEW.id);
    RETURN NEW;
  END IF;
  IF NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'the id of product % can not change: delete it and insert another', OLD.id USING ERRCODE = 'feature_not_supported';
  END IF;
  IF current_setting('mstore.versions', true) = 'given' THEN RETURN NEW; END IF;
  moved := NEW.branch_id <> OLD.branch_id;
  NEW.version := OLD.version;
  NEW.stock_version := OLD.stock_version;
  IF moved OR (OLD.name, OLD.sku, OLD.barcode, OLD.category, OLD.price, OLD.unit, OLD.active)
     IS DISTINCT FROM (NEW.name, NEW.sku, NEW.barcode, NEW.category, NEW.price, NEW.unit, NEW.active) THEN
    NEW.version := OLD.version + 1;
  END IF;
  IF moved OR NEW.stock <> OLD.stock THEN
    NEW.stock_version := OLD.stock_version + 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER product_version BEFORE INSERT OR UPDATE ON products FOR EACH ROW EXECUTE FUNCTION version_product();

CREATE FUNCTION log_product() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  coupled boolean := is_coupled();
  context jsonb;
  by_whom jsonb;
  buried tombstones;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM set_config('mstore.coupling', 'off', true);
    DELETE FROM inventory WHERE product_id = OLD.id;
    PERFORM set_config('mstore.coupling', CASE WHEN coupled THEN '' ELSE 'off' END, true);
    PERFORM bury('product', OLD.id, OLD.version + 1, OLD.stock_version + 1);
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, 'product', 'product_removed', OLD.id,
      jsonb_build_object('product_id', OLD.id, 'version', OLD.version + 1, 'stock_version', OLD.stock_version + 1));
    RETURN NULL;
  END IF;

  context := change_context();
  by_whom := jsonb_build_object('updated_by', context->'updated_by', 'reason', context->'reason');

  IF TG_OP = 'INSERT' THEN
    -- The insert may have waited for the delete of the same id, whose tombstone the BEFORE trigger could not see.
    SELECT * INTO buried FROM tombstones t
    WHERE t.kind = 'product' AND t.record_id = NEW.id AND (t.version >= NEW.version OR t.stock_version >= NEW.stock_version);
    IF FOUND THEN
      NEW.version := buried.version + 1;
      NEW.stock_version := buried.stock_version + 1;
      PERFORM set_config('mstore.versions', 'given', true);
      UPDATE products SET version = NEW.version, stock_version = NEW.stock_version WHERE id = NEW.id;
      PERFORM set_config('mstore.versions', '', true);
    END IF;
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (NEW.branch_id, 'product', 'product_changed', NEW.id, product_json(NEW) || by_whom);
    IF NEW.stock <> 0 AND coupled THEN
      PERFORM move_first_place(NEW.id, NEW.branch_id, NEW.stock);
    END IF;
    RETURN NULL;
  END IF;

  IF current_setting('mstore.versions', true) = 'given' THEN RETURN NULL; END IF;

  IF NEW.branch_id <> OLD.branch_id THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, 'product', 'product_removed', OLD.id,
      jsonb_build_object('product_id', NEW.id, 'version', NEW.version, 'stock_version', NEW.stock_version));
  END IF;
  IF NEW.version <> OLD.version THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (NEW.branch_id, 'product', 'product_changed', NEW.id, product_json(NEW) || by_whom);
  END IF;
  IF NEW.branch_id <> OLD.branch_id THEN
    UPDATE inventory SET branch_id = NEW.branch_id WHERE product_id = NEW.id;
  END IF;
  IF NEW.stock <> OLD.stock THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (NEW.branch_id, 'product', 'stock_updated', NEW.id, context || jsonb_strip_nulls(jsonb_build_object(
      'product_id', NEW.id, 'product_name', NEW.name, 'old_stock', trim_scale(OLD.stock), 'new_stock', trim_scale(NEW.stock),
      'delta', wire_delta(OLD.stock, NEW.stock), 'version', NEW.stock_version)));
    IF coupled THEN
      PERFORM move_first_place(NEW.id, NEW.branch_id, NEW.stock - OLD.stock);
    END IF;
  END IF;
  RETURN NULL;
END $$;
-- The name sorts before the foreign key's own triggers ("RI_…"). Their cascade would do the same to inventory, but log it
-- only after this function: a later version before an earlier one. It is left with nothing to do.
CREATE TRIGGER "A_product_log" AFTER INSERT OR UPDATE OR DELETE ON products FOR EACH ROW EXECUTE FUNCTION log_product();
CREATE TRIGGER products_no_truncate BEFORE TRUNCATE ON products FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE FUNCTION version_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.branch_id IS NULL THEN
      SELECT p.branch_id INTO NEW.branch_id FROM products p WHERE p.id = NEW.product_id;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'inventory of product %, which does not exist', NEW.product_id USING ERRCODE = 'foreign_key_violation';
      END IF;
    END IF;
    SELECT t.version + 1 INTO NEW.version FROM tombstones t WHERE t.kind = 'inventory' AND t.record_id = NEW.id;
    NEW.version := coalesce(NEW.version, 1);
    PERFORM count_on_from('inventory_id_seq', NEW.id);
    RETURN NEW;
  END IF;
  IF NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'the id of inventory % can not change: delete it and insert another', OLD.id USING ERRCODE = 'feature_not_supported';
  END IF;
  IF current_setting('mstore.versions', true) = 'given' THEN RETURN NEW; END IF;
  IF NEW.product_id <> OLD.product_id AND NEW.branch_id = OLD.branch_id THEN
    -- Of a product that does not exist the foreign key tells.
    NEW.branch_id := coalesce((SELECT p.branch_id FROM products p WHERE p.id = NEW.product_id), NEW.branch_id);
  END IF;
  NEW.version := OLD.version;
  IF (OLD.product_id, OLD.branch_id, OLD.place, OLD.quantity) IS DISTINCT FROM (NEW.product_id, NEW.branch_id, NEW.place, NEW.quantity) THEN
    NEW.version := OLD.version + 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER inventory_version BEFORE INSERT OR UPDATE ON inventory FOR EACH ROW EXECUTE FUNCTION version_inventory();

CREATE FUNCTION log_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  context jsonb;
  by_whom jsonb;
  buried tombstones;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM bury('inventory', OLD.id, OLD.version + 1, 0);
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, 'inventory', 'inventory_removed', OLD.id,
      jsonb_build_object('inventory_id', OLD.id, 'product_id', OLD.product_id, 'version', OLD.version + 1));
    IF is_coupled() THEN PERFORM move_stock(OLD.product_id, -OLD.quantity); END IF;
    RETURN NULL;
  END IF;

  context := change_context();
  by_whom := jsonb_build_object('updated_by', context->'updated_by', 'reason', context->'reason');

  IF TG_OP = 'INSERT' THEN
    SELECT * INTO buried FROM tombstones t WHERE t.kind = 'inventory' AND t.record_id = NEW.id AND t.version >= NEW.version;
    IF FOUND THEN
      NEW.version := buried.version + 1;
      PERFORM set_config('mstore.versions', 'given', true);
      UPDATE inventory SET version = NEW.version WHERE id = NEW.id;
      PERFORM set_config('mstore.versions', '', true);
    END IF;
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (NEW.branch_id, 'inventory', 'inventory_changed', NEW.id, inventory_json(NEW) || by_whom);
    IF is_coupled() THEN PERFORM move_stock(NEW.product_id, NEW.quantity); END IF;
    RETURN NULL;
  END IF;

  IF NEW.version = OLD.version OR current_setting('mstore.versions', true) = 'given' THEN RETURN NULL; END IF;

  IF NEW.branch_id <> OLD.branch_id THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (OLD.branch_id, 'inventory', 'inventory_removed', OLD.id,
      jsonb_build_object('inventory_id', OLD.id, 'product_id', OLD.product_id, 'version', NEW.version));
  END IF;
  IF (OLD.product_id, OLD.branch_id, OLD.place) IS DISTINCT FROM (NEW.product_id, NEW.branch_id, NEW.place) THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (NEW.branch_id, 'inventory', 'inventory_changed', NEW.id, inventory_json(NEW) || by_whom);
  END IF;
  IF NEW.quantity <> OLD.quantity THEN
    INSERT INTO changes (branch_id, kind, event_type, record_id, data)
    VALUES (NEW.branch_id, 'inventory', 'quantity_updated', NEW.id, context || jsonb_strip_nulls(jsonb_build_object(
      'inventory_id', NEW.id, 'product_id', NEW.product_id,
      'product_name', (SELECT p.name FROM products p WHERE p.id = NEW.product_id), 'place', NEW.place,
      'old_quantity', trim_scale(OLD.quantity), 'new_quantity', trim_scale(NEW.quantity),
      'delta', wire_delta(OLD.quantity, NEW.quantity), 'version', NEW.version)));
  END IF;
  IF is_coupled() THEN
    IF NEW.product_id = OLD.product_id THEN
      PERFORM move_stock(NEW.product_id, NEW.quantity - OLD.quantity);
    ELSIF NEW.product_id > OLD.product_id THEN
      PERFORM move_stock(OLD.product_id, -OLD.quantity);
      PERFORM move_stock(NEW.product_id, NEW.quantity);
    ELSE
      PERFORM move_stock(NEW.product_id, NEW.quantity);
      PERFORM move_stock(OLD.product_id, -OLD.quantity);
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER inventory_log AFTER INSERT OR UPDATE OR DELETE ON inventory FOR EACH ROW EXECUTE FUNCTION log_inventory();
CREATE TRIGGER inventory_no_truncate BEFORE TRUNCATE ON inventory FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
