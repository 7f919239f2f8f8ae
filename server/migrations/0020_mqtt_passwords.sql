-- A device's password at the broker, of its own since a token is no use without the device's key and MQTT can prove no key. Here stand
-- SHA-256 hashes, as of the token. The one before stays good until the new one has been used, an hour at most: the answer that told the
-- new one may have been lost. NULL: the device has asked for none, and its token is the password as long as it is bound to no key.
ALTER TABLE devices
  ADD COLUMN mqtt_hash text CONSTRAINT devices_mqtt_hash_form CHECK (mqtt_hash ~ '^[0-9a-f]{64}$'),
  ADD COLUMN mqtt_previous_hash text CONSTRAINT devices_mqtt_previous_hash_form CHECK (mqtt_previous_hash ~ '^[0-9a-f]{64}$'),
  ADD COLUMN mqtt_made_at timestamptz,
  -- NULL: nobody has signed in with the newest one. Whoever does ends what is connected with another secret.
  ADD COLUMN mqtt_used_at timestamptz;
