SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
RESET lock_timeout;
