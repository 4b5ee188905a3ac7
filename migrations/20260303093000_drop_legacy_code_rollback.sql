SET lock_timeout = '2s';
ALTER TABLE products ADD COLUMN legacy_code text;
