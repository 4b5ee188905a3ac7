/** Each planted fault is found, and what is around it isn't taken for one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyOn } from "../../src/engine/run-verify.ts";
import type { VerifyResult } from "../../src/engine/verify.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { embeddedLabs } from "../../src/verify/embedded.ts";
import type { Labs } from "../../src/verify/lab.ts";
import { base, faults } from "./faults.ts";

let labs: Labs;
beforeAll(async () => {
  labs = await embeddedLabs([]);
});
afterAll(() => labs.stop());

const file = (up: string, down: string, alone = false): string =>
  `${alone ? "-- +goose NO TRANSACTION\n" : ""}-- +goose Up\n${statements(up)}\n-- +goose Down\n${statements(down)}\n`;

/** Bodies have semicolons of their own. */
const statements = (sql: string): string =>
  sql.includes("$$") ? `-- +goose StatementBegin\n${sql}\n-- +goose StatementEnd` : sql;

const verify = (up: string, down: string, alone?: boolean): Promise<VerifyResult> =>
  verifyOn(() => Promise.resolve({ labs, done: () => Promise.resolve() }), {
    fs: memoryFileSystem({
      "migrations/00001_base.sql": file(base.up, base.down),
      "migrations/00002_fault.sql": file(up, down, alone),
    }),
  });

const textsOf = ({ migrations }: VerifyResult): readonly string[] =>
  migrations.flatMap(({ problems }) =>
    problems.map(({ kind, message, details }) => [`${kind}: ${message}`, ...details].join("; ")),
  );

describe("finds", () => {
  it.each(faults)("$name", async ({ up, down, alone, finds }) => {
    const texts = textsOf(await verify(up, down, alone));
    expect(texts).toEqual(expect.arrayContaining([expect.stringMatching(finds)]));
  });

  it("60 faults at least", () => {
    expect(faults.length).toBeGreaterThanOrEqual(60);
  });
});
