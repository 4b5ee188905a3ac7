SET lock_timeout = '2s';
ALTER TABLE customers DROP CONSTRAINT customers_phone_nn;
