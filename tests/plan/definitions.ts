/** What a PostgreSQL database holds, as the server itself writes it: one line for each object; the order of columns aside. */
import { structureQuery } from "../../src/verify/postgres/definitions.ts";

export const definitions = `SELECT object || ' ' || definition AS line FROM (${structureQuery}) all_of_them`;
