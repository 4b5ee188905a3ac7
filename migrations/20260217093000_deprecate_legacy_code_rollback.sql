SET lock_timeout = '2s';
COMMENT ON COLUMN products.legacy_code IS NULL;
