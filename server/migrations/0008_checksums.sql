-- What a client computes of the same text (src/sync/machine/compare-ranges.ts): 64 bits of SHA-256, in hexadecimal digits.
CREATE FUNCTION checksum(content text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT left(encode(sha256(convert_to(content, 'UTF8')), 'hex'), 16)
$$;
