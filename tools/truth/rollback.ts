/** Whether a rollback leads back, by the catalogue and by ddlint. */
import type { Key, QualifiedName } from "../../src/model/names.ts";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Schema } from "../../src/schema/schema.ts";
import type { Script } from "../../src/project/migration.ts";
import type { ParsedText, Statement } from "../../src/sql/front-end.ts";
import { catalogue } from "../../src/verify/postgres/catalogue.ts";
import { inGeneral, kindText } from "./compare.ts";
import type { Rollback } from "./lab.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import { placeText } from "../../src/verify/differences.ts";
import { unsendable } from "../../src/verify/send.ts";
import type { Player, Queries } from "./play.ts";

/**
 * What ddlint compares beyond the names of `catalogue`: definitions, in the server's words, without the names that it gives
 * NOT NULL (18), which keep those of renamed columns and tables.
 */
const definitions = `
  WITH own AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
  SELECT 'default ' || d.adrelid::regclass || '.' || a.attname || ' ' || pg_get_expr(d.adbin, d.adrelid) AS line
    FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    JOIN pg_class c ON c.oid = d.adrelid JOIN own ON own.oid = c.relnamespace WHERE pg_get_expr(d.adbin, d.adrelid) !~ '^NULL::'
  UNION ALL SELECT 'constraint ' || k.conrelid::regclass || ' '
      || CASE WHEN k.contype = 'n' AND k.conname ~ '_not_null\\d*$' THEN '' ELSE k.conname || ' ' END || replace(pg_get_constraintdef(k.oid), ' NOT VALID', '')
    FROM pg_constraint k JOIN own ON own.oid = k.connamespace WHERE k.conrelid <> 0
  UNION ALL SELECT pg_get_indexdef(c.oid) FROM pg_class c JOIN own ON own.oid = c.relnamespace WHERE c.relkind IN ('i', 'I')
  UNION ALL SELECT 'view ' || c.oid::regclass || ' ' || pg_get_viewdef(c.oid)
    FROM pg_class c JOIN own ON own.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')
  UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p JOIN own ON own.oid = p.pronamespace
    WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal`;

/** The server can't take a label back, and how a text is broken into lines means nothing. */
function comparable(line: string): string {
  // Comments and parentheses of a body mean nothing either.
  if (line.startsWith("function "))
    return `function ${line
      .slice("function ".length)
      .replace(/--[^\n]*|\/\*[^]*?\*\//g, "")
      .replace(/[\s()]+/g, "")}`;
  return line
    .replace(/ not valid$/, "")
    .replace(/^(type \S+ enum) .*/, "$1")
    .replace(/\s+/g, " ");
}

/** Sorted lines of everything that a rollback has to bring back: not comments, nor whether a constraint is validated. */
export async function stateOf(client: Queries): Promise<readonly string[]> {
  const all = [await client.query(catalogue), await client.query(definitions)];
  return all.flatMap(({ rows }) => rows.map(({ line }) => comparable(String(line)))).sort();
}

const partly = "a rollback of tables that aren't known as a whole";

const isIncomplete = (schema: Schema, name: QualifiedName | Key): boolean => {
  const relation = schema.relation(name);
  if (relation.is !== "present") return relation.is === "unknown";
  return relation.value.kind === "table" && !relation.value.complete;
};

const touchesUnknown = ({ downSteps }: ReplayedMigration, statement: Statement): boolean =>
  downSteps.some(
    (step) =>
      step.statement === statement && step.table !== undefined && isIncomplete(step.before, step.table),
  );

/** The relation that a line of PostgreSQL's catalogue belongs to. */
function relationOf(line: string): string | undefined {
  const [, member, indexed] =
    /^(?:column|default|constraint|trigger|policy|table|sequence) ([^\s.]+\.[^\s.]+)|^CREATE .*? ON (?:ONLY )?([^\s.]+\.\S+)/.exec(
      line,
    ) ?? [];
  return (member ?? indexed)?.replaceAll('"', "");
}

/** What servers of a family do with rollbacks. */
export interface Undoing {
  /** Runs a script that leads back, looks at what is there then, and brings what was there before it back. */
  tryOut(
    script: Script,
    parsed: ParsedText,
  ): Promise<{
    readonly failed?: { readonly statement: Statement; readonly error: ServerError };
    readonly after: readonly string[];
    /** It wasn't run. */
    readonly notRun?: string | undefined;
  }>;
  /** The relation that a line belongs to, as a key. */
  relationOf(line: string): string | undefined;
  /** The rows decide whether it fails, which no schema has. */
  isOfRows(error: ServerError): boolean;
}

/** In a transaction that is undone. */
export const undoneBy = (player: Player): Undoing => ({
  tryOut: (script, parsed) => player.tryOut(script, parsed, stateOf),
  relationOf,
  // Integrity constraints and subqueries with several rows.
  isOfRows: ({ code }) => /^23|^21000$/.test(code),
});

const isPartly = (name: string | undefined, { before }: ReplayedMigration): boolean => {
  return name !== undefined && isIncomplete(before, name);
};

/** False: temporary, or of a relation that the history made beyond what ddlint can follow (partitions by EXECUTE). */
function isFollowed(name: string | undefined, { before, after }: ReplayedMigration, line: string): boolean {
  if (/\bpg_temp\./.test(line)) return false;
  if (name === undefined) return true;
  return [before, after].some((schema) => {
    const relation = schema.relation(name);
    return relation.is === "absent"
      ? relation.dropped !== undefined
      : relation.is === "present" && relation.value.origin !== undefined;
  });
}

/** MySQL's own index of a foreign key, which stays when the key goes: ddlint doesn't report it. */
function isLeftByKey(table: string | undefined, { downSteps }: ReplayedMigration, line: string): boolean {
  const [, name] = /^index \S+ (\S+)/.exec(line) ?? [];
  if (table === undefined || name === undefined) return false;
  const indexes = downSteps.at(-1)?.after.indexesOn(table) ?? [];
  return indexes.some((index) => index.implicit === true && index.name.toLowerCase() === name);
}

/** Runs the down of an applied migration and undoes it again. `before`: what was there before its up. Undefined: there is none. */
export async function rollbackDifference(
  undoing: Undoing,
  scope: ReplayedMigration,
  before: readonly string[],
): Promise<Rollback | undefined> {
  const { down } = scope.migration;
  const parsed = scope.parsed.down;
  if (down === undefined || down.empty || parsed === undefined || parsed.statements.length === 0)
    return undefined;
  for (const statement of parsed.statements) {
    const because = unsendable(statement, down, parsed);
    if (because !== undefined) return { notRun: `a rollback with ${because}` };
  }
  const said = scope.rollbackDifference();
  if (said === undefined || !scope.readable())
    return { notRun: "a rollback that ddlint doesn't understand as a whole" };
  const isRefused = scope.downSteps.some(({ refused, skipped }) => refused && !skipped);
  const place = down.path;
  const { failed, after, notRun } = await undoing.tryOut(down, parsed);
  if (notRun !== undefined) return { notRun };
  if (failed !== undefined) {
    const { statement, error } = failed;
    if (error.code === "25001") return { notRun: "a rollback that can't run in a transaction" };
    if (isRefused || !scope.before.closed) return { difference: undefined };
    if (touchesUnknown(scope, statement)) return { notRun: partly };
    if (undoing.isOfRows(error)) return { notRun: "a rollback that fails on the rows of the history" };
    const cause = `the rollback fails, and nothing said so: ${kindText(statement)}: ${error.code}: ${inGeneral(error.message)}`;
    return {
      difference: { area: "rollback", cause, place: placeText(down, statement), detail: error.message },
    };
  }
  if (isRefused)
    return {
      difference: { area: "rollback", cause: "the rollback is said to fail, and runs", place, detail: "" },
    };
  const was = new Set(before);
  const is = new Set(after);
  const all = [
    ...before.filter((line) => !is.has(line)).map((line) => ({ line, text: `- ${line}` })),
    ...after.filter((line) => !was.has(line)).map((line) => ({ line, text: `+ ${line}` })),
  ];
  if (all.length > 0 && said.length > 0) return { difference: undefined };
  const differs = all
    .filter(({ line }) => {
      const name = undoing.relationOf(line);
      return isFollowed(name, scope, line) && !isLeftByKey(name, scope, line);
    })
    .map(({ text }) => text);
  if (differs.length > 0 === said.length > 0) return { difference: undefined };
  const [first] = differs;
  // What ddlint doesn't know it can't miss.
  if (
    first !== undefined &&
    (!scope.before.closed || all.some(({ line }) => isPartly(undoing.relationOf(line), scope)))
  )
    return { notRun: partly };
  return {
    difference:
      first === undefined
        ? {
            area: "rollback",
            cause: `it leads back, and is said not to: ${said[0]?.change ?? ""} ${said[0]?.object ?? ""}`,
            place,
            detail: `${said[0]?.text ?? ""} ${said[0]?.detail ?? ""}`,
          }
        : {
            area: "rollback",
            cause: `it doesn't lead back, and nothing said so: ${first.startsWith("-") ? "lacks" : "leaves"} a ${/^. (?:CREATE )?(?:UNIQUE )?(\w+)/.exec(first)?.[1]?.toLowerCase() ?? ""}`,
            place,
            detail: differs.slice(0, 3).join("; "),
          },
  };
}
