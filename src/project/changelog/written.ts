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

/** A changeset of its own; `NEW` stands for its id, which nobody but the author can give. */
export function changeset({ up, down, outside, language }: CodeFile): string {
  const lines = (all: readonly string[], by: string): string =>
    all.map((one) => one.replaceAll(/^/gm, by)).join("\n");
  if (language === "xml") {
    const rollback =
      down.length === 0 ? "  <rollback/>" : `  <rollback>\n${lines(down, "    ")}\n  </rollback>`;
    const attribute = outside ? ' runInTransaction="false"' : "";
    return `<changeSet id="NEW" author="NEW"${attribute}>\n${lines(up, "  ")}\n${rollback}\n</changeSet>`;
  }
  if (language === "json") {
    const list = (all: readonly string[]): string => all.map((one) => `    ${one}`).join(",\n");
    const head = `{ "changeSet": { "id": "NEW", "author": "NEW"${outside ? ', "runInTransaction": false' : ""},`;
    const back = down.length === 0 ? '  "rollback": []' : `  "rollback": [\n${list(down)}\n  ]`;
    return `${head}\n  "changes": [\n${list(up)}\n  ],\n${back}\n} }`;
  }
  return [
    "- changeSet:",
    "    id: NEW",
    "    author: NEW",
    ...(outside ? ["    runInTransaction: false"] : []),
    "    changes:",
    lines(up, "      "),
    ...(down.length === 0 ? ["    rollback: []"] : ["    rollback:", lines(down, "      ")]),
  ].join("\n");
}
