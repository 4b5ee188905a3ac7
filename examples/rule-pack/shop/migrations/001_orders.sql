CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop_id bigint NOT NULL,
  placed_at timestamptz NOT NULL
);

CREATE INDEX orders_placed_at ON orders (placed_at);

-- ddlint-disable-next-line acme/table-without-created-at -- the list never changes
CREATE TABLE currencies (code text PRIMARY KEY);
