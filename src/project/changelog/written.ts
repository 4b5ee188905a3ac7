/** Changes and changesets as advice writes them, in the language of the changelog. */
import type { CodeFile } from "../../model/tool.ts";
import { xmlText } from "../../text/xml.ts";
import { delimiterOf } from "./delimiter.ts";

type Language = CodeFile["language"];

/** Liquibase cuts statements at semicolons, and knows dollar quotes only in part. */
const isWhole = (sql: string): boolean => /;[^]*\S/.test(sql.trim());

/** A change that sends the statement. `dbms`: to these databases alone. */
export function change(written: string, language: Language, dbms?: string): string {
  // A file may end its lines as Windows does.
  const sql = written.replaceAll("\r\n", "\n");
  const attributes = [
    ...(dbms === undefined ? [] : [["dbms", JSON.stringify(dbms)]]),
    ...(isWhole(sql) ? [["splitStatements", "false"]] : []),
  ];
  if (language === "xml") {
    const own = attributes.map(([name, value = ""]) => ` ${name}="${value.replaceAll('"', "")}"`);
    return `<sql${own.join("")}>${xmlText(sql)}</sql>`;
  }
  const all = [["sql", JSON.stringify(sql)], ...attributes];
  if (language === "json")
    return `{ "sql": { ${all.map(([name, value]) => `"${name}": ${value}`).join(", ")} } }`;
  return `- sql: { ${all.map(([name, value]) => `${name}: ${value}`).join(", ")} }`;
}

/** A plain index as Liquibase's own change, which has a way back and is for any database. Undefined: it isn't plain. */
export function indexChange(sql: string, language: Language): string | undefined {
  const [, unique, index, schema, table, list] =
    /^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY\b)(\w+) ON (?:(\w+)\.)?(\w+) ?\((\w+(?:, \w+)*)\);?$/.exec(
      withoutQuotes(sql.trim()),
    ) ?? [];
  if (index === undefined || table === undefined || list === undefined) return undefined;
  const columns = list.split(", ");
  const given: readonly (readonly [string, string])[] = [
    ["indexName", index],
    ...(schema === undefined ? [] : [["schemaName", schema] as const]),
    ["tableName", table],
    ...(unique === undefined ? [] : [["unique", "true"] as const]),
  ];
  if (language === "xml") {
    const own = given.map(([name, value]) => ` ${name}="${value}"`).join("");
    const inner = columns.map((column) => `<column name="${column}"/>`).join("");
    return `<createIndex${own}>${inner}</createIndex>`;
  }
  if (language === "json") {
    const own = given.map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
    const inner = columns.map((column) => `{ "column": { "name": "${column}" } }`);
    return `{ "createIndex": { ${[...own, `"columns": [${inner.join(", ")}]`].join(", ")} } }`;
  }
  const own = given.map(([name, value]) => `${name}: ${name === "unique" ? value : nameInYaml(value)}`);
  const inner = columns.map((column) => `{ column: { name: ${nameInYaml(column)} } }`);
  return `- createIndex: { ${[...own, `columns: [${inner.join(", ")}]`].join(", ")} }`;
}

/**
 * Without the quotes that Liquibase itself sets, in each release since 3.5: around names in letters of both cases, and
 * around reserved words.
 */
export const withoutQuotes = (sql: string): string =>
  sql.replaceAll(
    /'(?:[^']|'')*'|"([a-z_]\w*)"|`([a-z_]\w*)`/gi,
    (quoted: string, name: string | undefined, onMysql: string | undefined) => {
      if (name !== undefined) return /[a-z]/.test(name) && !leftBare.has(name) ? name : quoted;
      return onMysql === undefined || leftBareOnMysql.has(onMysql.toLowerCase()) ? quoted : onMysql;
    },
  );

/** Reserved words that Liquibase (3.5 or 5.0) doesn't quote. */
const leftBare: ReadonlySet<string> = new Set(
  "analyze cross freeze inner lateral natural notnull system_user tablesample".split(" "),
);

const leftBareOnMysql: ReadonlySet<string> = new Set(
  (
    "cube cume_dist dense_rank empty except first_value function grouping groups intersect io_after_gtids " +
    "io_before_gtids json_table lag last_value lateral lead manual nth_value ntile of over parallel percent_rank " +
    "qualify rank recursive row row_number rows system tablesample window"
  ).split(" "),
);

/** `preConditions` that pass the changeset over where a query doesn't count as many rows. */
export function condition(
  { sql, expected }: { readonly sql: string; readonly expected: number },
  language: Language,
): string {
  if (language === "xml")
    return [
      '<preConditions onFail="MARK_RAN">',
      `  <sqlCheck expectedResult="${expected}">${xmlText(sql)}</sqlCheck>`,
      "</preConditions>",
    ].join("\n");
  const text = JSON.stringify(sql);
  if (language === "json")
    return `"preConditions": [{ "onFail": "MARK_RAN" }, { "sqlCheck": { "expectedResult": ${expected}, "sql": ${text} } }]`;
  return [
    "preConditions:",
    "  - onFail: MARK_RAN",
    "  - sqlCheck:",
    `      expectedResult: ${expected}`,
    `      sql: ${text}`,
  ].join("\n");
}

/** `preConditions` that pass the changeset over where the table has the column. */
export function withoutColumn(
  column: { readonly schema: string | undefined; readonly table: string; readonly name: string },
  language: Language,
): string {
  const { schema, table, name } = column;
  const given = [
    ...(schema === undefined ? [] : [["schemaName", schema] as const]),
    ...([
      ["tableName", table],
      ["columnName", name],
    ] as const),
  ];
  if (language === "xml") {
    const own = given.map(([key, value]) => ` ${key}="${inAttribute(value)}"`).join("");
    return `<preConditions onFail="MARK_RAN">\n  <not><columnExists${own}/></not>\n</preConditions>`;
  }
  if (language === "json") {
    const own = given.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`).join(", ");
    return `"preConditions": [{ "onFail": "MARK_RAN" }, { "not": [{ "columnExists": { ${own} } }] }]`;
  }
  const own = given.map(([key, value]) => `${key}: ${nameInYaml(value)}`).join(", ");
  return `preConditions:\n  - onFail: MARK_RAN\n  - not:\n      - columnExists: { ${own} }`;
}

/** What a changeset is taken back with. */
export function rollback(changes: readonly string[], language: Language): string {
  const lines = (by: string, end = ""): string => changes.map((one) => by + one).join(`${end}\n`);
  if (language === "xml") return `<rollback>\n${lines("  ")}\n</rollback>`;
  if (language === "json") return `"rollback": [\n${lines("  ", ",")}\n]`;
  return `rollback:\n${lines("  ")}`;
}

/** A changeset of its own. */
export interface WrittenChangeset extends Pick<CodeFile, "up" | "outside" | "language"> {
  /** What it does, in words. */
  readonly comment?: string | undefined;
  readonly id: string;
  readonly author: string;
  /** Undefined: nothing takes it back. */
  readonly down: readonly string[] | undefined;
  readonly attributes?: ReadonlyMap<string, string> | undefined;
  /** Its `preConditions`, in the language. */
  readonly conditions?: readonly string[] | undefined;
}

export function changeset(written: WrittenChangeset): string {
  const { id, author, up, down, outside, language, conditions = [], comment } = written;
  const attributes = [...(written.attributes ?? [])];
  const named = comment === undefined ? attributes : [...attributes, ["comment", comment] as const];
  const lines = (all: readonly string[], by: string): string =>
    all.map((one) => one.replaceAll(/^/gm, by)).join("\n");
  if (language === "xml") {
    const rollback =
      down === undefined
        ? []
        : down.length === 0
          ? ["  <rollback/>"]
          : ["  <rollback>", lines(down, "    "), "  </rollback>"];
    const all = [
      ["id", id],
      ["author", author],
      ...attributes,
      ...(outside ? [["runInTransaction", "false"]] : []),
    ];
    const head = `<changeSet${all.map(([name, value = ""]) => ` ${name}="${inAttribute(value)}"`).join("")}>`;
    const asked = conditions.length > 0 ? [lines(conditions, "  ")] : [];
    const said = comment === undefined ? [] : [`  <comment>${inElement(comment)}</comment>`];
    const changes = up.length > 0 ? [lines(up, "  ")] : [];
    return [head, ...asked, ...said, ...changes, ...rollback, "</changeSet>"].join("\n");
  }
  if (language === "json") {
    const list = (all: readonly string[]): string => all.map((one) => `    ${one}`).join(",\n");
    const all = [["id", id], ["author", author], ...named];
    const own = all.map(([name = "", value]) => `"${name}": ${JSON.stringify(value)}`).join(", ");
    const asked = conditions.map((one) => `\n${lines([one], "  ")},`).join("");
    const head = `{ "changeSet": { ${own}${outside ? ', "runInTransaction": false' : ""},${asked}`;
    const back =
      down === undefined
        ? ""
        : down.length === 0
          ? ',\n  "rollback": []'
          : `,\n  "rollback": [\n${list(down)}\n  ]`;
    const changes = up.length > 0 ? `[\n${list(up)}\n  ]` : "[]";
    return `${head}\n  "changes": ${changes}${back}\n} }`;
  }
  return [
    "- changeSet:",
    `    id: ${nameInYaml(id)}`,
    `    author: ${nameInYaml(author)}`,
    ...named.map(([name, value]) => `    ${name}: ${inYaml(value)}`),
    ...(outside ? ["    runInTransaction: false"] : []),
    ...(conditions.length > 0 ? [lines(conditions, "    ")] : []),
    ...(up.length > 0 ? ["    changes:", lines(up, "      ")] : ["    changes: []"]),
    ...(down === undefined
      ? []
      : down.length === 0
        ? ["    rollback: []"]
        : ["    rollback:", lines(down, "      ")]),
  ].join("\n");
}

/** A changeset of formatted SQL. `up`, `down`: statements. */
export function changesetInSql({
  id,
  author,
  comment,
  up,
  down,
  outside,
  attributes,
}: Omit<WrittenChangeset, "language" | "conditions">): string {
  const own = up.map((sql) => withCommentAbove(sql.replace(/^-- needs splitStatements:false [^\n]*\n/, "")));
  const undo = down ?? [];
  const [cut, undoCut] = [cutOf(own), cutOf(undo)];
  const head = [
    `--changeset ${quoted(author)}:${quoted(id)}`,
    ...[...(attributes ?? [])].map(([name, value]) => `${name}:${quoted(value)}`),
    ...(outside ? ["runInTransaction:false"] : []),
    ...(cut === undefined ? [] : [cut === "" ? "splitStatements:false" : `endDelimiter:${cut}`]),
    ...(undoCut === undefined
      ? []
      : [undoCut === "" ? "rollbackSplitStatements:false" : `rollbackEndDelimiter:${undoCut}`]),
  ];
  const ended = (all: readonly string[], by = ""): readonly string[] =>
    by === "" ? all : all.flatMap((sql) => [sql, by]);
  const back = down?.length === 0 ? ["not required"] : ended(undo, undoCut).flatMap((sql) => sql.split("\n"));
  return [
    head.join(" "),
    ...(comment === undefined ? [] : [`--comment ${comment}`]),
    // Without a line of its own, Liquibase refuses it, or runs the text of the changeset before it once more.
    ...(own.length === 0 ? ["-- …"] : ended(own, cut)),
    ...back.map((line) => `--rollback ${line}`),
  ].join("\n");
}

/** What ends statements of which one holds semicolons; empty: there is a single one. Several in one message are too many. */
function cutOf(statements: readonly string[]): string | undefined {
  if (!statements.some(isWhole)) return undefined;
  return delimiterOf(statements);
}

/** Behind the semicolon a comment would be a statement of its own. */
const withCommentAbove = (sql: string): string => sql.replace(/^(.*;) (-- [^\n]*)$/, "$2\n$1");

const quoted = (text: string): string => (/[\s"]/.test(text) ? `"${text.replaceAll('"', "")}"` : text);

const inAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const inElement = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const inYaml = (text: string): string => (/^[a-z][\w.-]*$/i.test(text) ? text : JSON.stringify(text));

/** YAML takes some words for truth values. */
export const nameInYaml = (text: string): string =>
  /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text) ? JSON.stringify(text) : inYaml(text);
