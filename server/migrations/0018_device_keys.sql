-- Tokens that are bound to a key of their device (RFC 9449, "DPoP"). The private key never leaves the device's browser; here stands
-- the SHA-256 thumbprint of the public one (RFC 7638). NULL: this device has shown no key yet, and its token alone counts.
ALTER TABLE devices ADD COLUMN key_thumbprint text
  CONSTRAINT devices_key_thumbprint_form CHECK (key_thumbprint ~ '^[A-Za-z0-9_-]{43}$');

-- What all servers of this database have to know and nobody else. `proof_nonce` signs the nonces that a device has to repeat in its
-- proofs, so that any of the servers can check one without having given it out.
CREATE TABLE server_secrets (
  name text PRIMARY KEY,
  secret text NOT NULL CHECK (length(secret) >= 32)
);
INSERT INTO server_secrets (name, secret) VALUES ('proof_nonce', gen_random_uuid()::text || gen_random_uuid()::text);
