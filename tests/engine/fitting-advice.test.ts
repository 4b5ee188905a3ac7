/** Advice is shown as code where the rest of the migration runs with it, and in words elsewhere. */
import { describe, expect, it } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

function adviceOf(ruleId: string, sql: string): string {
  const { findings } = lintFixture("migrations/x.sql", sql, rules, undefined, { presets: ["recommended"] });
  const found = findings.find((one) => one.ruleId === ruleId);
  if (found === undefined) throw new Error(`no ${ruleId}: ${findings.map((one) => one.ruleId).join()}`);
  return found.instead ?? "";
}

const inWords = / The rest of the migration depends on it, and has to change with it\.$/;

describe("in words", () => {
  it("where a later statement needs that a foreign key has gone", () => {
    const sql = `CREATE TABLE proofs (id uuid PRIMARY KEY);
CREATE TABLE new_proofs (id uuid PRIMARY KEY);
CREATE TABLE lines (id uuid PRIMARY KEY, proof uuid CONSTRAINT lines_proof_fk REFERENCES proofs);
-- next migration
ALTER TABLE lines DROP CONSTRAINT lines_proof_fk;
DROP TABLE proofs;
ALTER TABLE new_proofs RENAME TO proofs;
ALTER TABLE lines ADD CONSTRAINT lines_proof_fk FOREIGN KEY (proof) REFERENCES proofs (id);`;
    expect(adviceOf("foreign-key-without-not-valid", sql)).toMatch(inWords);
  });

  it("where the rest of the statement would meet a view in place of its table", () => {
    const sql = `-- given: server mysql 8.4
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE access_log (id int PRIMARY KEY, user_id int);
-- next migration
ALTER TABLE access_log RENAME TO user_log, ADD KEY user_id (user_id), ADD CONSTRAINT log_user_fk FOREIGN KEY (user_id) REFERENCES users (id);`;
    expect(adviceOf("rename-table", sql)).toMatch(inWords);
  });

  it("where the rest of the statement drops the key of a column that stays until then", () => {
    const sql = `-- given: server mysql 8.4
CREATE TABLE schools (id int PRIMARY KEY);
CREATE TABLE users (id int PRIMARY KEY, name text, school_id int, KEY school_id (school_id),
  CONSTRAINT school_fk FOREIGN KEY (school_id) REFERENCES schools (id));
-- next migration
ALTER TABLE users DROP COLUMN name, DROP COLUMN school_id, DROP KEY school_id, DROP FOREIGN KEY school_fk;`;
    expect(adviceOf("drop-column", sql)).toMatch(inWords);
  });
});

describe("as code", () => {
  it("where a later statement is about another column", () => {
    const sql = `CREATE TABLE users (id bigint PRIMARY KEY, email text, age int);
-- next migration
ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0);
ALTER TABLE users ALTER COLUMN email SET DEFAULT '';`;
    expect(adviceOf("check-without-not-valid", sql)).toMatch(/NOT VALID;/);
  });

  it("where a later statement runs before what the advice leaves for later", () => {
    const sql = `CREATE TABLE users (id bigint PRIMARY KEY, mail text);
CREATE INDEX users_mail_idx ON users (mail);
-- next migration
ALTER TABLE users RENAME COLUMN mail TO email;
ALTER INDEX users_mail_idx RENAME TO users_email_idx;`;
    expect(adviceOf("rename-column", sql)).not.toMatch(inWords);
  });
});
