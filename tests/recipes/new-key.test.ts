/** Advice for a table that is made without a primary key. */
import { expect, test } from "vitest";
import { rules } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

const advice = (index: string): string => {
  const text = `CREATE TABLE members (club_id bigint NOT NULL, person_id bigint NOT NULL);\n${index};\n`;
  const { findings } = lintFixture("migrations/x.sql", text, rules, undefined, {
    only: ["table-without-primary-key"],
  });
  return findings[0]?.instead ?? "";
};

test("the key of a table of pairs takes the place of an index of the same columns", () => {
  const key = "`PRIMARY KEY (club_id, person_id)`";
  const left = "With the key, leave out the index pairs.";
  const whole = advice("CREATE INDEX pairs ON members (club_id, person_id)");
  expect(whole).toContain(key);
  expect(whole).toContain(left);
  expect(advice("CREATE INDEX pairs ON members (club_id)")).toContain(left);
  for (const other of ["(person_id)", "(person_id, club_id)", "(club_id, person_id) WHERE club_id > 1"])
    expect(advice(`CREATE INDEX pairs ON members ${other}`)).not.toContain("leave out");
});
