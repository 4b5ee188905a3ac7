BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE customers ADD CONSTRAINT customers_phone_nn CHECK (phone IS NOT NULL) NOT VALID;
ALTER TABLE customers ALTER COLUMN phone DROP NOT NULL;
COMMIT;
ALTER TABLE customers VALIDATE CONSTRAINT customers_phone_nn;
