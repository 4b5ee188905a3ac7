/** Changes and changesets as advice writes them, in the language of the changelog. */
import type { CodeFile } from "../../model/tool.ts";

type Language = CodeFile["language"];

/** Liquibase cuts statements at semicolons, and knows dollar quotes only in part. */
const isWhole = (sql: string): boolean => /;[^]*\S/.test(sql.trim());

const inXml = (text: string): string => (/[<&]/.test(text) ? `<![CDATA[${text}]]>` : text);

/** A change that sends the statement. */
export function change(sql: string, language: Language): string {
  if (language === "xml") return `<sql${isWhole(sql) ? ' splitStatements="false"' : ""}>${inXml(sql)}</sql>`;
  const text = JSON.stringify(sql);
  if (language === "json")
    return `{ "sql": { "sql": ${text}${isWhole(sql) ? ', "splitStatements": false' : ""} } }`;
  return isWhole(sql) ? `- sql: { sql: ${text}, splitStatements: false }` : `- sql: { sql: ${text} }`;
}

/** A changeset of its own. */
export interface WrittenChangeset extends Pick<CodeFile, "up" | "outside" | "language"> {
  readonly id: string;
  readonly author: string;
  /** Undefined: nothing takes it back. */
  readonly down: readonly string[] | undefined;
}

export function changeset({ id, author, up, down, outside, language }: WrittenChangeset): string {
  const lines = (all: readonly string[], by: string): string =>
    all.map((one) => one.replaceAll(/^/gm, by)).join("\n");
  if (language === "xml") {
    const rollback =
      down === undefined
        ? []
        : down.length === 0
          ? ["  <rollback/>"]
          : ["  <rollback>", lines(down, "    "), "  </rollback>"];
    const attribute = outside ? ' runInTransaction="false"' : "";
    const head = `<changeSet id="${inAttribute(id)}" author="${inAttribute(author)}"${attribute}>`;
    return [head, lines(up, "  "), ...rollback, "</changeSet>"].join("\n");
  }
  if (language === "json") {
    const list = (all: readonly string[]): string => all.map((one) => `    ${one}`).join(",\n");
    const named = `"id": ${JSON.stringify(id)}, "author": ${JSON.stringify(author)}`;
    const head = `{ "changeSet": { ${named}${outside ? ', "runInTransaction": false' : ""},`;
    const back =
      down === undefined
        ? ""
        : down.length === 0
          ? ',\n  "rollback": []'
          : `,\n  "rollback": [\n${list(down)}\n  ]`;
    return `${head}\n  "changes": [\n${list(up)}\n  ]${back}\n} }`;
  }
  return [
    "- changeSet:",
    `    id: ${inYaml(id)}`,
    `    author: ${inYaml(author)}`,
    ...(outside ? ["    runInTransaction: false"] : []),
    "    changes:",
    lines(up, "      "),
    ...(down === undefined
      ? []
      : down.length === 0
        ? ["    rollback: []"]
        : ["    rollback:", lines(down, "      ")]),
  ].join("\n");
}

const inAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const inYaml = (text: string): string => (/^[a-z][\w.-]*$/i.test(text) ? text : JSON.stringify(text));
