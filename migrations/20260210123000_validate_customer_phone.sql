-- ddlint-irreversible: validating changes nothing that could be undone
ALTER TABLE customers VALIDATE CONSTRAINT customers_phone_nn;
