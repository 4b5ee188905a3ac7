import { dictionary } from "../../text/dictionary.ts";

/** Types of one kind are compared with one another, and with no other. Measured on 13, 15 and 18. */
export const kindsOfTypes: Readonly<Record<string, string>> = dictionary({
  smallint: "number",
  integer: "number",
  bigint: "number",
  numeric: "number",
  real: "number",
  "double precision": "number",
  text: "text",
  varchar: "text",
  char: "text",
  date: "time",
  timestamp: "time",
  timestamptz: "time",
  uuid: "uuid",
  boolean: "boolean",
  bytea: "bytea",
});
