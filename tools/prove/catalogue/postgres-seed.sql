INSERT INTO customers (email, name) SELECT 'c' || g || '@example.org', 'name ' || g FROM generate_series(1, 2000) g;
INSERT INTO orders (customer_id, status, total, note, code, short, qty, placed_at, opt)
  SELECT 1 + g % 2000, (ARRAY['new', 'paid', 'shipped'])[1 + g % 3], g % 500, 'note ' || g, 'code ' || g, 's' || g,
    g % 7, timestamp '2024-01-01' + g * interval '3 min', 'opt ' || g
  FROM generate_series(1, {rows}) g;
INSERT INTO order_items (order_id, sku) SELECT g, 'sku ' || g % 1000 FROM generate_series(1, {rows} / 10) g;
