-- Reports list the orders of one status. Alone, because CONCURRENTLY runs outside of a transaction.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
RESET lock_timeout;
