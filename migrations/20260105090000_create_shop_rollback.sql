DROP VIEW open_orders;
DROP TABLE orders;
DROP TABLE products;
DROP TABLE customers;
