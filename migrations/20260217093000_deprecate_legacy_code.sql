-- Nobody reads it any more; it goes once the version that wrote it is gone.
SET lock_timeout = '2s';
COMMENT ON COLUMN products.legacy_code IS 'deprecated: not used since release 12';
