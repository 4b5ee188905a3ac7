/** Names as JavaScript writes them. */

/** A field of a record: `plan`, `"address.city"`. */
export const fieldName = (field: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(field) ? field : JSON.stringify(field);
