CREATE TABLE digits (d int PRIMARY KEY);
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
INSERT INTO customers (email, name)
  SELECT CONCAT('c', g, '@example.org'), CONCAT('name ', g)
  FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d AS g FROM digits a, digits b, digits c) AS s ORDER BY g;
INSERT INTO orders (id, customer_id, status, total, note, code, short, qty, placed_at, opt)
  SELECT g, 1 + g % 1000, ELT(1 + g % 3, 'new', 'paid', 'shipped'), g % 500, CONCAT('note ', g), CONCAT('code ', g),
    CONCAT('s', g), g % 7, '2024-01-01' + INTERVAL 3 * g MINUTE, CONCAT('opt ', g)
  FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d AS g
    FROM digits a, digits b, digits c, digits d, digits e, digits f) AS s WHERE g <= {rows} ORDER BY g;
INSERT INTO order_items (order_id, sku) SELECT id, CONCAT('sku ', id % 1000) FROM orders WHERE id <= {rows} / 10;
DROP TABLE digits;
