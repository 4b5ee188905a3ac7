/** What a statement does on a MariaDB or MySQL: plainly, and with each ALGORITHM and each LOCK that it may ask for. */
import type { OnlineCase, OnlineMeasured } from "../../../tests/effects/online.ts";
import type { Algorithm, Server } from "./server.ts";

const locks = ["NONE", "SHARED", "EXCLUSIVE"] as const;

interface Outcome {
  /** The server's words: `1845 (0A000): …`. */
  readonly error?: string | undefined;
  readonly copied: boolean;
  readonly rebuilt: boolean;
  /** The table keeps one more version of its rows, as ALGORITHM=INSTANT makes one. */
  readonly versioned: boolean;
}

/** Runs each statement on a fresh copy of the base tables. */
function outcomes(server: Server, base: string, one: OnlineCase, statements: readonly string[]): Outcome[] {
  const script = statements.map((statement, i) =>
    [
      `${server.reset};`,
      "DROP DATABASE IF EXISTS lab; CREATE DATABASE lab CHARACTER SET utf8mb4; USE lab;",
      base,
      `SELECT '@setup ${i}';`,
      `${one.setup ?? ""};`,
      `SELECT '@before ${i}'; ${server.spaces};`,
      `${one.session ?? ""};`,
      `SELECT '@run ${i}';`,
      `${statement};`,
      "SELECT CONCAT('rows:', ROW_COUNT());",
      `SELECT '@after ${i}'; ${server.spaces};`,
    ].join("\n"),
  );
  const parts = partsOf(server.run(script.join("\n")));
  return statements.map((_, i) => {
    const part = (name: string): string => parts.get(`${name} ${i}`) ?? "";
    const setupError = errorIn(part("setup"));
    if (setupError !== undefined) return { ...nothing, error: `setup: ${setupError}` };
    const [before, after] = [spacesIn(part("before")), spacesIn(part("after"))];
    const isIn = (places: ReadonlyMap<string, Place>, { space }: Place): boolean =>
      [...places.values()].some((place) => place.space === space);
    return {
      error: errorIn(part("run")),
      copied: Number(/^(?:rows:(?=[^0])|Query OK, )(\d+)/m.exec(part("run"))?.[1] ?? 0) > 0,
      rebuilt:
        [...after].some(([name, { space }]) => before.has(name) && before.get(name)?.space !== space) ||
        ([...before.values()].some((place) => !isIn(after, place)) &&
          [...after.values()].some((place) => !isIn(before, place))),
      versioned: [...after].some(([name, { space, versions }]) => {
        const old = before.get(name);
        return old?.space === space && versions > old.versions;
      }),
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

interface Place {
  /** The tablespace. */
  readonly space: string;
  /** Of rows; 0 where the server counts none. */
  readonly versions: number;
}

const nothing: Outcome = { copied: false, rebuilt: false, versioned: false };

const spacesIn = (text: string): ReadonlyMap<string, Place> =>
  new Map(
    [...text.matchAll(/^(lab\/(?!fts_)\S+)\t(\d+)(?:\t(\d+))?$/gim)].map(
      ([, name = "", space = "", versions]) => [name, { space, versions: Number(versions ?? 0) }],
    ),
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
  (sql, clause) =>
    /^(?:CREATE|DROP)\s(?:.*\s)?INDEX\b/i.test(sql) ? `${sql} ${clause.replace(",", "")}` : undefined,
];

const isSyntax = (outcome: Outcome): boolean => outcome.error?.startsWith("1064") === true;

export function observe(server: Server, base: string, one: OnlineCase): OnlineMeasured {
  const { sql } = one;
  const [plain] = outcomes(server, base, one, [sql]);
  if (plain?.error !== undefined) return { fails: plain.error };
  const did = {
    ...(plain?.rebuilt === true ? { rebuild: true } : {}),
    ...(plain?.copied === true ? { rowsCopied: true } : {}),
    ...(plain?.versioned === true ? { rowVersion: true } : {}),
  };
  for (const place of places) {
    if (place(sql, "") === undefined) continue;
    const withClause = (clause: string): string => place(sql, clause) ?? sql;
    const asked = outcomes(
      server,
      base,
      one,
      server.algorithms.map((name) => withClause(`ALGORITHM=${name}`)),
    );
    if (asked.every(isSyntax)) continue;
    const i = asked.findIndex(
      (outcome, at) => outcome.error === undefined && keepsItsWord(outcome, server.algorithms[at]),
    );
    const algorithm = server.algorithms[i];
    if (algorithm === undefined) return did;
    const held = outcomes(
      server,
      base,
      one,
      locks.map((name) =>
        withClause(
          algorithm === "INSTANT" && !server.locksInstant
            ? `LOCK=${name}`
            : `ALGORITHM=${algorithm}, LOCK=${name}`,
        ),
      ),
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
const keepsItsWord = (outcome: Outcome, algorithm: Algorithm | undefined): boolean =>
  algorithm === "COPY" || (!outcome.copied && (algorithm === "INPLACE" || !outcome.rebuilt));
