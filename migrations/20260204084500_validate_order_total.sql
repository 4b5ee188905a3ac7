-- ddlint-irreversible: validating changes nothing that could be undone
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
