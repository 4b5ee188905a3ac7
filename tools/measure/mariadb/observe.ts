/** What a statement does on a MariaDB: plainly, and with each ALGORITHM and each LOCK that it may ask for. */
import type { OnlineCase, OnlineMeasured } from "../../../tests/effects/online.ts";
import type { MariaDb } from "../../../tests/mariadb/server.ts";

const algorithms = ["INSTANT", "NOCOPY", "INPLACE", "COPY"] as const;
const locks = ["NONE", "SHARED", "EXCLUSIVE"] as const;

interface Outcome {
  /** The server's words: `1845 (0A000): …`. */
  readonly error?: string | undefined;
  readonly copied: boolean;
  readonly rebuilt: boolean;
}

/** Runs each statement on a fresh copy of the base tables. */
function outcomes(server: MariaDb, base: string, one: OnlineCase, statements: readonly string[]): Outcome[] {
  const spaces = "SELECT NAME, SPACE FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE 'lab/%'";
  const script = statements.map((statement, i) =>
    [
      "SET SESSION foreign_key_checks=DEFAULT, sql_mode=DEFAULT, system_versioning_alter_history=DEFAULT;",
      "DROP DATABASE IF EXISTS lab; CREATE DATABASE lab CHARACTER SET utf8mb4; USE lab;",
      base,
      `SELECT '@setup ${i}';`,
      `${one.setup ?? ""};`,
      `SELECT '@before ${i}'; ${spaces};`,
      `${one.session ?? ""};`,
      `SELECT '@run ${i}';`,
      `${statement};`,
      "SELECT CONCAT('rows:', ROW_COUNT());",
      `SELECT '@after ${i}'; ${spaces};`,
    ].join("\n"),
  );
  const parts = partsOf(server.run(script.join("\n")));
  return statements.map((_, i) => {
    const part = (name: string): string => parts.get(`${name} ${i}`) ?? "";
    const setupError = errorIn(part("setup"));
    if (setupError !== undefined) return { error: `setup: ${setupError}`, copied: false, rebuilt: false };
    const [before, after] = [spacesIn(part("before")), spacesIn(part("after"))];
    const isNew = (space: string): boolean => ![...before.values()].includes(space);
    const isGone = (space: string): boolean => ![...after.values()].includes(space);
    return {
      error: errorIn(part("run")),
      copied: Number(/^rows:(-?\d+)$/m.exec(part("run"))?.[1] ?? 0) > 0,
      rebuilt:
        [...after].some(([name, space]) => before.has(name) && before.get(name) !== space) ||
        ([...before.values()].some(isGone) && [...after.values()].some(isNew)),
    };
  });
}

function partsOf(output: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  let name = "";
  for (const line of output.split("\n")) {
    const mark = /^@(\w+ \d+)$/.exec(line)?.[1];
    if (mark === undefined) parts.set(name, `${parts.get(name) ?? ""}${line}\n`);
    else name = mark;
  }
  return parts;
}

const errorIn = (text: string): string | undefined => {
  const found = /^ERROR (\d+ \(\w+\)) at line \d+: (.*)$/m.exec(text);
  return found === null ? undefined : `${found[1] ?? ""}: ${found[2] ?? ""}`;
};

const spacesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^(lab\/(?!FTS_)\S+)\t(\d+)$/gm)].map(([, name = "", space = ""]) => [name, space]),
  );

const head = /^ALTER\s+(?:ONLINE\s+|IGNORE\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?\S+/i;

const afterName = (sql: string, clause: string, comma: string): string | undefined => {
  const found = head.exec(sql)?.[0];
  return found === undefined ? undefined : `${found} ${clause}${comma}${sql.slice(found.length)}`;
};

/** Where the statement's grammar has a place for `ALGORITHM=…, LOCK=…`, if it has one. */
const places: readonly ((sql: string, clause: string) => string | undefined)[] = [
  (sql, clause) => (head.test(sql) ? `${sql}, ${clause}` : undefined),
  (sql, clause) => afterName(sql, clause, ","),
  (sql, clause) => afterName(sql, clause, ""),
  (sql, clause) => (/^CREATE\s.*\bINDEX\b/i.test(sql) ? `${sql} ${clause.replace(",", "")}` : undefined),
];

const isSyntax = (outcome: Outcome): boolean => outcome.error?.startsWith("1064") === true;

export function observe(server: MariaDb, base: string, one: OnlineCase): OnlineMeasured {
  const { sql } = one;
  const [plain] = outcomes(server, base, one, [sql]);
  if (plain?.error !== undefined) return { fails: plain.error };
  const did = {
    ...(plain?.rebuilt === true ? { rebuild: true } : {}),
    ...(plain?.copied === true ? { rowsCopied: true } : {}),
  };
  for (const place of places) {
    if (place(sql, "") === undefined) continue;
    const withClause = (clause: string): string => place(sql, clause) ?? sql;
    const asked = outcomes(
      server,
      base,
      one,
      algorithms.map((name) => withClause(`ALGORITHM=${name}`)),
    );
    if (asked.every(isSyntax)) continue;
    const i = asked.findIndex((outcome, at) => outcome.error === undefined && keepsItsWord(outcome, at));
    const algorithm = algorithms[i];
    if (algorithm === undefined) return did;
    const held = outcomes(
      server,
      base,
      one,
      locks.map((name) => withClause(`ALGORITHM=${algorithm}, LOCK=${name}`)),
    );
    const lock = locks[held.findIndex((outcome) => outcome.error === undefined)];
    return { algorithm, ...(lock === undefined ? {} : { lock }), ...did };
  }
  // Without a place for the clause, ONLINE asks for LOCK=NONE.
  const online = sql.replace(/^ALTER\s+TABLE/i, "ALTER ONLINE TABLE");
  if (online === sql) return did;
  const [outcome] = outcomes(server, base, one, [online]);
  return { ...(outcome?.error === undefined ? { lock: "NONE" as const } : {}), ...did };
}

/** Some versions accept ALGORITHM=INSTANT and copy the rows all the same. */
const keepsItsWord = (outcome: Outcome, at: number): boolean =>
  algorithms[at] === "COPY" || (!outcome.copied && (algorithms[at] === "INPLACE" || !outcome.rebuilt));
