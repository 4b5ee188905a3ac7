-- Orders come from the web or the phone. The default is stored in the catalogue: no row is touched.
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
