BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE customers ALTER COLUMN phone SET NOT NULL;
ALTER TABLE customers DROP CONSTRAINT customers_phone_nn;
COMMIT;
