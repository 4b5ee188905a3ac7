/** The migrations of each project: two that run, and three that fail at their last statement. */
import type { Written } from "./tools.ts";

export const first: Written = {
  at: 1,
  name: "base",
  up: ["CREATE TABLE customers (id bigint PRIMARY KEY)"],
  down: ["DROP TABLE customers"],
};

export const second: Written = {
  at: 2,
  name: "phone",
  up: ["ALTER TABLE customers ADD COLUMN phone text"],
  down: ["ALTER TABLE customers DROP COLUMN phone"],
};

export interface Failure {
  readonly migration: Written;
  /** Rows that it fails on. */
  readonly before: string;
  readonly correction: string;
  /** The rest is run by hand, where the tool can be told that; otherwise what stays is taken back. */
  readonly byHand?: true;
}

/** @param inOneMessage a concurrent build is refused there, so that statements stay by a COMMIT of the file */
export const failures = (inOneMessage: boolean): readonly Failure[] => [
  failing(3, "code", "phone", false, inOneMessage),
  failing(4, "city", "code", true, inOneMessage),
  { ...failing(5, "street", "city", true, inOneMessage), byHand: true },
];

/** Adds a column, and a key that rows break. */
function failing(at: number, column: string, key: string, alone: boolean, inOneMessage: boolean): Failure {
  const add = `ALTER TABLE customers ADD COLUMN ${column} text`;
  const constraint = `ALTER TABLE customers ADD CONSTRAINT one_${key} UNIQUE (${key})`;
  const index = `CREATE UNIQUE INDEX CONCURRENTLY one_${key} ON customers (${key})`;
  const builds = alone && !inOneMessage;
  const up = builds ? [add, index] : alone ? ["BEGIN", add, "COMMIT", constraint] : [add, constraint];
  const down = [
    builds ? `DROP INDEX one_${key}` : `ALTER TABLE customers DROP CONSTRAINT one_${key}`,
    `ALTER TABLE customers DROP COLUMN ${column}`,
  ];
  return {
    migration: { at, name: column, up, down, ...(alone ? { alone } : {}) },
    before: `DELETE FROM customers; INSERT INTO customers (id, ${key}) VALUES (1, 'x'), (2, 'x');`,
    correction: `UPDATE customers SET ${key} = 'y' WHERE id = 2;`,
  };
}
