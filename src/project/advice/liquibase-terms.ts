/** What each changeset of advice keeps of the `preConditions` of the one that it takes the place of, or follows. */
import type { ChangesetTerms, CodeAdvice, CodeFile, CodeStatement } from "../../model/tool.ts";
import { condition, withoutColumn, type WrittenChangeset } from "../changelog/written.ts";

type Kept = Pick<WrittenChangeset, "attributes" | "conditions"> & {
  /** They take what a failed build leaves for the index. */
  readonly findInvalid?: boolean;
};

export const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w$])${name.replaceAll(/\W/g, "\\$&")}(?![\\w$])`, "i").test(text);

/** It leaves alone whatever a condition may ask for, but the index that it makes. */
export const isBeside =
  /^(?:SET|RESET|SELECT|COMMENT|ANALYZE|DROP INDEX CONCURRENTLY IF EXISTS|CREATE INDEX CONCURRENTLY)\b/;
export const takesAway = /\b(?:DROP|RENAME)\b/;

/** Conditions that a step before it, or what stays in the changeset before it, makes false are left out. */
export function termsOf(
  advice: CodeAdvice,
  at: number,
  attributes: ReadonlyMap<string, string>,
  language: CodeFile["language"],
): Kept {
  const terms = advice.unit.terms;
  if (terms === undefined || terms.conditions.length === 0) return { attributes, conditions: [] };
  const index = builtIndex(advice.steps[at]?.up.map(({ sql }) => sql) ?? []);
  if (!isFalse(terms.asks, advice, at)) return { attributes, ...forAttempts(terms, index, language) };
  const own = new Map(attributes);
  if (terms.asksFor !== undefined && !own.has("dbms")) own.set("dbms", terms.asksFor);
  const asked = [...terms.asks.missing, ...terms.asks.present];
  const up = advice.steps[at]?.up ?? [];
  const guards = [
    ...up
      .flatMap((one) => guardOf(one, asked, advice.database) ?? [])
      .map((query) => condition(query, language)),
    ...up.flatMap(({ sql }) => addedBy(sql) ?? []).map((one) => withoutColumn(one, language)),
  ];
  return { attributes: own, conditions: guards.slice(0, 1) };
}

/** The index that statements build, in a form that `to_regclass` takes. */
export function builtIndex(
  statements: readonly string[],
): { readonly name: string; readonly class: string } | undefined {
  for (const sql of statements) {
    const [, written, table = ""] = concurrentIndex.exec(sql) ?? [];
    if (written === undefined) continue;
    const schema = table.includes(".") ? table.slice(0, table.lastIndexOf(".") + 1) : "";
    return {
      name: written.replaceAll('"', "").toLowerCase(),
      class: `${schema}${written}`.replaceAll("'", "''"),
    };
  }
  return undefined;
}

const concurrentIndex =
  /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:IF NOT EXISTS )?("[^"]+"|\w+) ON (?:ONLY )?((?:"[^"]+"|[\w.])+)/i;

/** A failed build leaves the index, INVALID: a condition that the index is missing would find that one. */
function forAttempts(
  { asks, asksFor, conditions }: ChangesetTerms,
  index: ReturnType<typeof builtIndex>,
  language: CodeFile["language"],
): Pick<Kept, "conditions" | "findInvalid"> {
  if (index === undefined) return { conditions };
  const isNamed = (text: string): boolean => mentions(text, index.name);
  const isAsked = asks.missing.includes(index.name) || (asks.other && conditions.some(isNamed));
  if (!isAsked) return { conditions };
  const sql = `SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('${index.class}') AND indisvalid`;
  const isAlone =
    asks.missing.length === 1 && asks.present.length === 0 && !asks.other && asksFor === undefined;
  if (language !== "xml" && isAlone) return { conditions: [condition({ sql, expected: 0 }, language)] };
  const { asked, check } = language === "xml" ? inXml : language === "json" ? inJson : inYaml;
  const written = conditions.map((one) =>
    one.replaceAll(asked, (found: string, blanks?: string) => (isNamed(found) ? check(sql, blanks) : found)),
  );
  return { conditions: written, findInvalid: written.every((one, at) => one === conditions[at]) };
}

interface Asked {
  /** That an index is missing, and nothing else. */
  readonly asked: RegExp;
  /** That a query counts none. `blanks`: in front of the condition. */
  readonly check: (sql: string, blanks: string | undefined) => string;
}

const inXml: Asked = {
  asked:
    /<not>\s*<indexExists\b[^>]*\bindexName="[^>]*(?:\/>|>\s*<\/indexExists>)\s*<\/not>|<sqlCheck expectedResult="0">\s*SELECT count\(\*\) FROM (?:pg_catalog\.)?pg_(?:indexes|class)\b(?:(?!\bOR\b)[^<])*<\/sqlCheck>/gi,
  check: (sql) => `<sqlCheck expectedResult="0">${sql}</sqlCheck>`,
};

const inJson: Asked = {
  asked:
    /\{\s*"not":\s*(?:\[\s*\{\s*"indexExists":\s*\{[^{}]*\}\s*\}\s*\]|\{\s*"indexExists":\s*\{[^{}]*\}\s*\})\s*\}/g,
  check: (sql) => `{ "sqlCheck": { "expectedResult": 0, "sql": ${JSON.stringify(sql)} } }`,
};

const inYaml: Asked = {
  asked: /^( *)- not:\s*(?:- +)?indexExists:(?: *\{[^{}\n]*\}|(?:\n\1 +\w+:[^\n]*)+)(?!\n\1 )/gm,
  check: (sql, blanks = "") =>
    ["- sqlCheck:", "    expectedResult: 0", `    sql: ${JSON.stringify(sql)}`]
      .map((line) => blanks + line)
      .join("\n"),
};

function isFalse(asks: ChangesetTerms["asks"], advice: CodeAdvice, at: number): boolean {
  const { steps, unit, replaced } = advice;
  const before = steps.slice(0, at).flatMap(({ up }) => up.map(({ sql }) => sql));
  const stays = advice.isBeside ? unit.calls : unit.calls.filter((one) => !replaced.includes(one));
  const made = stays.map(({ text }) => text);
  const own = steps[at]?.up.map(({ sql }) => sql).join("\n") ?? "";
  const { ahead = false, here = false, behind = false } = steps[at] ?? {};
  const follows = !advice.isBeside || behind || !(ahead || here);
  const isMade = (name: string): boolean =>
    before.some((sql) => mentions(sql, name)) ||
    // Beside the call: what needs the object follows the changeset, what doesn't may go before it.
    ((follows || mentions(own, name)) && made.some((text) => mentions(text, name)));
  const isGone = (name: string): boolean =>
    before.some((sql) => takesAway.test(sql) && mentions(sql, name) && !isBeside.test(sql)) ||
    (!advice.isBeside &&
      stays.some(
        (one) => (/^(?:drop|rename)/.test(one.name) || takesAway.test(one.text)) && mentions(one.text, name),
      ));
  const isChanged = before.some((sql) => !isBeside.test(sql)) || stays.length > (advice.isBeside ? 1 : 0);
  return asks.missing.some(isMade) || asks.present.some(isGone) || (asks.other && isChanged);
}

const constraint =
  /^ALTER TABLE (?:ONLY )?(\S+) (?:(VALIDATE) CONSTRAINT|ADD CONSTRAINT) (\w+|"[^"]+"|`[^`]+`)(?= |;|$)/;

const column =
  /^ALTER TABLE (?:ONLY )?(?:("[^"]+"|`[^`]+`|\w+)\.)?("[^"]+"|`[^`]+`|\w+) ADD (?:COLUMN )?(?!(?:CONSTRAINT|PRIMARY|UNIQUE|INDEX|KEY|FOREIGN|FULLTEXT|SPATIAL|CHECK|EXCLUDE|PARTITION)\b)("[^"]+"|`[^`]+`|\w+)/i;

/** Where the changeset was passed over, the column may be there already. */
function addedBy(sql: string): Parameters<typeof withoutColumn>[0] | undefined {
  const [, schema = "", table, name] = column.exec(sql) ?? [];
  if (table === undefined || name === undefined) return undefined;
  return { schema: unquoted(schema) || undefined, table: unquoted(table), name: unquoted(name) };
}

const unquoted = (text: string): string => text.replaceAll(/["`]/g, "");

/** Where the changeset was passed over, the constraint may be missing, or may be there already. */
export function guardOf(
  { sql }: Pick<CodeStatement, "sql">,
  asked: readonly string[],
  database: string,
): { sql: string; expected: number } | undefined {
  const [, table, validates, quoted = ""] = constraint.exec(sql) ?? [];
  const name = unquoted(quoted);
  // Where a condition asked for it, it is there in any case.
  const isThere = validates !== undefined && asked.includes(name.toLowerCase());
  if (table === undefined || isThere) return undefined;
  if (database !== "PostgreSQL") {
    const [of = "", schema] = table.split(".").toReversed().map(unquoted);
    const home = schema === undefined ? "DATABASE()" : `'${schema}'`;
    return {
      sql: `SELECT count(*) FROM information_schema.table_constraints WHERE constraint_schema = ${home} AND table_name = '${of}' AND constraint_name = '${name}'`,
      expected: 0,
    };
  }
  return {
    sql: `SELECT count(*) FROM pg_constraint WHERE conrelid = to_regclass('${table}') AND conname = '${name}'`,
    expected: validates === undefined ? 0 : 1,
  };
}
