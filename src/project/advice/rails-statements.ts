/** Statements of advice as calls of Rails. */
import type { CodeAdvice, CodeStatement, CodeStep, UnitCall } from "../../model/tool.ts";
import { concurrently, isBesideOld } from "./advised-steps.ts";
import { rubyString } from "../../text/ruby.ts";
import { addedColumn } from "./rails-columns.ts";
import { addedPlainly, createdTable, type RailsFacts } from "./rails-tables.ts";
import { compareComponents } from "../version.ts";

type Known = Pick<CodeAdvice, "steps" | "unit" | "call" | "database">;

/** The statements of a step, forwards. */
export const railsCalls = (statements: readonly CodeStatement[], known: Known): readonly string[] => {
  const reference = plainReference(statements, known);
  const columns = reference === undefined ? [] : statements.filter(isSentColumn);
  const left = statements.filter((one) => !columns.includes(one) || one === columns[0]);
  return left.map((statement) => {
    const { sql, comment } = statement;
    const line = reference !== undefined && statement === columns[0] ? reference : railsCall(sql, known);
    const text = known.unit.marksSafe === undefined ? line : assured(line);
    if (comment === undefined) return text;
    return text.includes("\n") ? `# ${comment}\n${text}` : `${text} # ${comment}`;
  });
};

const isSentColumn = ({ sql, isSent }: CodeStatement): boolean =>
  isSent === true && /^ALTER TABLE \S+ ADD (?!CONSTRAINT\b)/.test(sql);

/**
 * The call that adds a reference, without its index and its foreign key: Rails and its gems know the type. Undefined: the
 * statements aren't all of its columns, as they are.
 */
function plainReference(statements: readonly CodeStatement[], { call }: Known): string | undefined {
  if (call === undefined || !/^add_(?:reference|belongs_to)$/.test(call.name)) return undefined;
  if (![...call.texts.values()].every((text) => call.text.includes(text))) return undefined;
  const count = /\bpolymorphic\b/.test(call.text) ? 2 : 1;
  if (statements.filter(isSentColumn).length !== count) return undefined;
  return withoutOptions(call, ["index", "foreign_key"], "index: false");
}

/** `t.references` in a block: the call without what the advice does behind the block. */
export function referenceInBlock({ source = "", call, steps }: CodeAdvice): string | undefined {
  const [head] = /^\w+\.(?:references|belongs_to)\b/.exec(source) ?? [];
  if (call !== undefined || head === undefined) return undefined;
  const makes = (pattern: RegExp): boolean => steps.some(({ up }) => up.some(({ sql }) => pattern.test(sql)));
  const hasKey = makes(/ FOREIGN KEY /);
  const hasIndex = makes(/^CREATE (?:UNIQUE )?INDEX /);
  if (!hasKey && !hasIndex) return undefined;
  return withoutOptions(
    { text: source, head: head.length },
    [...(hasKey ? ["foreign_key"] : []), ...(hasIndex ? ["index"] : [])],
    ...(hasIndex ? ["index: false"] : []),
  );
}

/** strong_migrations refuses SQL, and what takes a column or a table away, unless it is marked as safe. */
const assured = (line: string): string =>
  /^(?:execute|remove_column|drop_table) /.test(line)
    ? line.includes("\n")
      ? `safety_assured do\n${line.replaceAll(/^(?=.)/gm, "  ")}\nend`
      : `safety_assured { ${line} }`
    : line;

/** What takes a step back. */
export const railsDown = (
  statements: readonly string[],
  { outside }: CodeStep,
  known: Known,
): readonly string[] =>
  statements.map((sql) => {
    const line = railsStatement(outside ? concurrently(sql) : sql, known);
    return known.unit.marksSafe === "both ways" ? assured(line) : line;
  });

/** A statement as a call; in place of a call that makes the same, that with one option more. */
function railsCall(sql: string, known: Known): string {
  const { call, steps } = known;
  const isPlain =
    call !== undefined &&
    !/\b(?:algorithm|validate|if_not_exists|if_exists)\b|\bdo\b|\{\s*\|/.test(call.text) &&
    // In a loop it stands for others as well.
    [...call.texts.values()].every((text) => call.text.includes(text));
  // Of two indexes on the same columns, only a name tells which.
  const isAlone = !steps.some(({ up }) => up.some((one) => isBesideOld(one.sql)));
  const release = releaseOf(known.unit);
  const knowsWay = release === "" || compareComponents(release, since.algorithm) >= 0;
  const isBuilt = isPlain && isAlone && knowsWay && !isOnAnother(sql, call);
  if (isBuilt && call.name === "add_index" && /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY\b/.test(sql))
    return withOption(call, "algorithm: :concurrently");
  if (isPlain && isAlone && call.name === "remove_index" && /^DROP INDEX CONCURRENTLY\b/.test(sql)) {
    const removed = removedConcurrently(call, release);
    if (removed !== undefined) return removed;
  }
  if (isPlain && /^add_(?:foreign_key|check_constraint)$/.test(call.name) && / NOT VALID;?$/.test(sql)) {
    const [, name] = /\bADD CONSTRAINT "?(\w{1,63})"?/.exec(sql) ?? [];
    const own = call.texts.get("name");
    // An older Rails passes over the option silently, and checks the rows.
    if (compareComponents(release, since.validate_foreign_key) < 0) return railsStatement(sql, known);
    if (name === undefined || name === own || (own === undefined && usualName.test(name)))
      return withOption(call, "validate: false");
    if (own === undefined) return withOption(call, `name: ${rubyString(name)}, validate: false`);
  }
  const column = addedColumn(sql, known);
  const added = column && withoutOptions(column.call, column.without, ...column.more);
  return added ?? railsStatement(sql, known);
}

/** Of a partitioned table, each partition has a statement of its own. */
function isOnAnother(sql: string, { texts }: UnitCall): boolean {
  const [, table] = /^CREATE .*?\bON (?:\w+\.|"[^"]+"\.)?"?(\w+)"?/.exec(sql) ?? [];
  const own = texts.get("0");
  return table !== undefined && own !== undefined && table !== own.replace(/^.*\./, "");
}

/** What Rails calls a constraint without `name:`. */
const usualName = /^(?:fk|chk)_rails_[0-9a-f]{10}$/;

/** Undefined: this Rails can't. One that isn't known is as old as the class may be. */
function removedConcurrently(call: UnitCall, release: string): string | undefined {
  if (compareComponents(release, since.removeConcurrently) < 0) return undefined;
  const given = plainArguments(call);
  const [, column = ""] = given?.list ?? [];
  if (
    compareComponents(release, since.columnBesideOptions) >= 0 ||
    optionName.test(column) ||
    column.startsWith("{")
  )
    return withOption(call, "algorithm: :concurrently");
  if (given === undefined || column === "") return undefined;
  const [table = "", , ...options] = given.list;
  return given.write([table, `column: ${column}`, ...options, "algorithm: :concurrently"]);
}

/** The call with an option behind its arguments, or in the braces around its options. */
function withOption(call: UnitCall, option: string): string {
  const { text, head } = call;
  const given = /\}\s*\)?$/.test(text) ? plainArguments(call) : undefined;
  const last = given?.list.at(-1);
  if (given !== undefined && last?.startsWith("{") === true && last.endsWith("}"))
    return given.write([...given.list.slice(0, -1), `${last.slice(0, -1).trimEnd()}, ${option} }`]);
  // Without them, a parenthesis at the end is that of a list: `%i(a b)`.
  if (text.charAt(head) !== "(" || !text.endsWith(")")) return `${text}, ${option}`;
  const before = text.slice(0, -1).trimEnd();
  return `${before.replace(/,$/, "")}, ${option}${text.slice(before.length)}`;
}

const optionName = /^:?["']?(\w+)["']?[ \t]*=>|^(\w+):/;

/** The call without some of its options, with others in their place. Undefined: its arguments can't be told apart. */
function withoutOptions(
  call: Pick<UnitCall, "text" | "head">,
  names: readonly string[],
  ...more: readonly string[]
): string | undefined {
  const given = plainArguments(call);
  const kept = given?.list.filter((one) => {
    const [, old, name = old] = optionName.exec(one) ?? [];
    return name === undefined || !names.includes(name);
  });
  return kept && given?.write([...kept, ...more]);
}

interface PlainArguments {
  readonly list: readonly string[];
  /** The call with these in their place. */
  readonly write: (list: readonly string[]) => string;
}

/** Undefined: its arguments can't be told apart. */
function plainArguments({ text, head }: Pick<UnitCall, "text" | "head">): PlainArguments | undefined {
  const isClosed = text.charAt(head) === "(" && text.endsWith(")");
  const list = argumentsOf(isClosed ? text.slice(head + 1, -1) : text.slice(head));
  const write = (one: readonly string[]): string =>
    `${text.slice(0, head)}${isClosed ? `(${one.join(", ")})` : ` ${one.join(", ")}`}`;
  return list && { list, write };
}

/** Arguments, apart. Undefined: what stands between them isn't plain. */
function argumentsOf(text: string): readonly string[] | undefined {
  if (/[#\\`|]|<<|\bdo\b/.test(text)) return undefined;
  const found = [""];
  let depth = 0;
  for (const part of text.match(/"[^"]*"|'[^']*'|[^]/g) ?? []) {
    if (/^[([{]$/.test(part)) depth++;
    else if (/^[)\]}]$/.test(part)) depth--;
    if (part === "," && depth === 0) found.push("");
    else found.push((found.pop() ?? "") + part);
  }
  const trimmed = found.map((one) => one.trim());
  return depth === 0 ? trimmed.filter((one) => one !== "") : undefined;
}

/** Since when Rails has what a call needs. */
const since = {
  algorithm: "4.0",
  removeConcurrently: "5.0",
  // Before, it takes two arguments: the table, and a column or options.
  columnBesideOptions: "6.1",
  foreign_key: "4.2",
  validate_foreign_key: "5.2",
  check_constraint: "6.1",
  comments: "5.1",
  // It needs Ruby 2.5.
  squiggly: "6.0",
} as const;

/** As far as it is known; a class without a version may be as old as any. */
const releaseOf = (unit: CodeAdvice["unit"]): string =>
  unit.releases?.get("activerecord") ?? unit.follows ?? "";

/** Rails' own words for a statement, where it has them. */
function railsStatement(sql: string, known: Known): string {
  const { unit } = known;
  const release = releaseOf(unit);
  const has = (what: keyof typeof since): boolean => compareComponents(release, since[what]) >= 0;
  const name = '["`]?(\\w{1,63})["`]?';
  const match = (pattern: string): readonly string[] => (new RegExp(pattern).exec(sql) ?? []).slice(1);
  const [unique, way, index, table, columns = ""] = match(
    `^CREATE (UNIQUE )?INDEX (CONCURRENTLY )?${name} ON ${name} ?\\((["\`]?\\w+["\`]?(?:, ["\`]?\\w+["\`]?){0,31})\\);?$`,
  );
  if (index !== undefined && table !== undefined && has("algorithm")) {
    const list = columns.replaceAll(/["`]/g, "").split(", ");
    const [only = ""] = list;
    const shown = list.length === 1 ? `:${only}` : `%i[${list.join(" ")}]`;
    const usual = `index_${table}_on_${list.join("_and_")}`;
    // Rails 7.1 and later shorten a long one.
    const isUsual = index === usual && usual.length <= 60;
    return [
      `add_index :${table}, ${shown}`,
      ...(unique === undefined ? [] : ["unique: true"]),
      ...(isUsual ? [] : [`name: ${rubyString(index)}`]),
      ...(way === undefined ? [] : ["algorithm: :concurrently"]),
    ].join(", ");
  }
  const key = addedKey(sql);
  if (key !== undefined && has("validate_foreign_key")) return key;
  const [from, constraint] = match(`^ALTER TABLE ${name} VALIDATE CONSTRAINT ${name};?$`);
  if (from !== undefined && constraint !== undefined) {
    const kind = kindOf(constraint, known);
    if (kind === "FOREIGN KEY" && has("validate_foreign_key"))
      return `validate_foreign_key :${from}, name: ${rubyString(constraint)}`;
    if (kind === "CHECK" && has("check_constraint"))
      return `validate_check_constraint :${from}, name: ${rubyString(constraint)}`;
  }
  const [altered, column, what] = match(
    `^ALTER TABLE ${name} ALTER COLUMN ${name} (SET NOT NULL|DROP NOT NULL|DROP DEFAULT);?$`,
  );
  if (altered !== undefined && column !== undefined) {
    if (what === "DROP DEFAULT") return `change_column_default :${altered}, :${column}, nil`;
    return `change_column_null :${altered}, :${column}, ${what === "SET NOT NULL" ? "false" : "true"}`;
  }
  const [held, check, expression] = match(
    `^ALTER TABLE ${name} ADD CONSTRAINT ${name} CHECK \\((.*)\\) NOT VALID;?$`,
  );
  if (
    held !== undefined &&
    check !== undefined &&
    expression !== undefined &&
    isOne(expression) &&
    has("check_constraint")
  )
    return `add_check_constraint :${held}, ${rubyString(expression)}, name: ${rubyString(check)}, validate: false`;
  const [of, dropped] = match(`^ALTER TABLE ${name} DROP CONSTRAINT ${name};?$`);
  if (
    of !== undefined &&
    dropped !== undefined &&
    kindOf(dropped, known) === "CHECK" &&
    has("check_constraint")
  )
    return `remove_check_constraint :${of}, name: ${rubyString(dropped)}`;
  if (
    of !== undefined &&
    dropped !== undefined &&
    kindOf(dropped, known) === "FOREIGN KEY" &&
    has("foreign_key")
  )
    return `remove_foreign_key :${of}, name: ${rubyString(dropped)}`;
  const facts: RailsFacts = { follows: unit.follows ?? release, isMysql: known.database !== "PostgreSQL" };
  const plain = (has("comments") ? commented(sql) : undefined) ?? plainStatement(sql, facts);
  return plain ?? `execute ${rubyString(sql, has("squiggly") ? "<<~" : "<<-")}`;
}

/** The parenthesis that it stands in ends behind it: `a > 0) NOT VALID, ADD CONSTRAINT b CHECK (b > 0` are two. */
function isOne(expression: string): boolean {
  let depth = 0;
  for (const [one] of expression.replaceAll(/'[^']*'|"[^"]*"/g, "").matchAll(/[()]/g)) {
    depth += one === "(" ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** What says something about a table or column. */
function commented(sql: string): string | undefined {
  const name = '["`]?(\\w{1,63})["`]?';
  const [, on, of, said] =
    new RegExp(`^COMMENT ON (?:TABLE|COLUMN) ${name}(?:\\.${name})? IS (NULL|'[^'\\\\]*');?$`).exec(sql) ??
    [];
  const comment = said === "NULL" ? "nil" : rubyString(said?.slice(1, -1) ?? "");
  if (on !== undefined && said !== undefined && sql.startsWith("COMMENT ON TABLE"))
    return `change_table_comment :${on}, ${comment}`;
  if (on !== undefined && of !== undefined) return `change_column_comment :${on}, :${of}, ${comment}`;
  const [, table, text] = new RegExp(`^ALTER TABLE ${name} COMMENT = '([^'\\\\]*)';?$`).exec(sql) ?? [];
  return table === undefined ? undefined : `change_table_comment :${table}, ${rubyString(text ?? "")}`;
}

/** What takes a table or column away, or makes it. */
function plainStatement(sql: string, facts: RailsFacts): string | undefined {
  const name = '["`]?(\\w{1,63})["`]?';
  const match = (pattern: string): readonly string[] => (new RegExp(pattern).exec(sql) ?? []).slice(1);
  const [dropped] = match(`^DROP TABLE ${name};?$`);
  if (dropped !== undefined) return `drop_table :${dropped}`;
  const [table, column] = match(`^ALTER TABLE ${name} DROP COLUMN ${name};?$`);
  if (table !== undefined && column !== undefined) return `remove_column :${table}, :${column}`;
  return addedPlainly(sql, facts) ?? createdTable(sql, facts);
}

const actions: Readonly<Record<string, string>> = {
  CASCADE: "cascade",
  "SET NULL": "nullify",
  RESTRICT: "restrict",
};

/** A foreign key of one column to the key `id` of another table, as Rails adds it. */
function addedKey(sql: string): string | undefined {
  const name = String.raw`"?(\w{1,63})"?`;
  const [, table, own = "", column, to, action, unchecked] =
    new RegExp(
      `^ALTER TABLE ${name} ADD CONSTRAINT ${name} FOREIGN KEY \\(${name}\\) REFERENCES ${name} \\("?id"?\\)(?: ON DELETE (CASCADE|SET NULL|RESTRICT))?( NOT VALID)?;?$`,
    ).exec(sql) ?? [];
  if (table === undefined || column === undefined || to === undefined) return undefined;
  return [
    `add_foreign_key :${table}, :${to}, column: :${column}`,
    ...(usualName.test(own) ? [] : [`name: ${rubyString(own)}`]),
    ...(action === undefined ? [] : [`on_delete: :${actions[action] ?? ""}`]),
    ...(unchecked === undefined ? [] : ["validate: false"]),
  ].join(", ");
}

/** What a constraint is that a step of the advice, or its call, makes. */
function kindOf(constraint: string, { steps, call }: Known): string | undefined {
  const made = new RegExp(
    `\\bADD CONSTRAINT "?${constraint}"? (CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY|EXCLUDE)\\b`,
  );
  for (const { up, down = [] } of steps)
    for (const sql of [...up.map((one) => one.sql), ...down]) {
      const kind = made.exec(sql)?.[1];
      if (kind !== undefined) return kind;
    }
  const [, what] = /^(?:add|remove|validate)_(foreign_key|check_constraint)$/.exec(call?.name ?? "") ?? [];
  return what === undefined ? undefined : what === "foreign_key" ? "FOREIGN KEY" : "CHECK";
}
