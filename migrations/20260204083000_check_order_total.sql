-- New rows are checked from now on; old ones by the next migration, under a weaker lock.
SET lock_timeout = '2s';
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
