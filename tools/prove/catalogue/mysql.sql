CREATE TABLE customers (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(100) NOT NULL,
  name varchar(100) NOT NULL
);
CREATE TABLE orders (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id int NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'new',
  total decimal(10,2) NOT NULL,
  note varchar(200),
  code varchar(60) NOT NULL,
  short varchar(40) NOT NULL DEFAULT 'short',
  qty int NOT NULL DEFAULT 1,
  placed_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  opt varchar(200),
  ref bigint,
  touched int NOT NULL DEFAULT 0,
  KEY orders_ref_idx (ref)
);
CREATE TABLE order_items (
  id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id int NOT NULL,
  sku varchar(60) NOT NULL,
  KEY order_items_order_id_idx (order_id),
  CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
);
