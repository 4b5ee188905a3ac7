/** A schema as a picture: tables with their columns and keys, in the language of Mermaid. */
import type { Column, Relation } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { typeText } from "../model/types.ts";

/** An entity relationship diagram, tables in the order of their names. Mermaid takes words only, without quotes. */
export function mermaidOf(schema: Schema): string {
  const tables = [...schema.relations()]
    .filter(({ kind, temporary, partitionOf }) => kind === "table" && !temporary && partitionOf === undefined)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const names = new Set(tables.map(({ key }) => key));
  const entities = tables.flatMap((table) => [
    `  ${entityOf(table.key)} {`,
    ...table.columns.map((column) => `    ${attributeOf(column, table)}`),
    "  }",
  ]);
  const lines = tables.flatMap((table) =>
    table.constraints.flatMap((one) => {
      if (one.kind !== "foreign key" || !names.has(one.references)) return [];
      // Each row refers to one at most; one that has to, to exactly one.
      const isOptional = one.columns.some(
        (name) => table.columns.find((c) => c.name === name)?.notNull !== "yes",
      );
      const isUnique = table.constraints.some(
        (key) =>
          "index" in key && key.columns.length > 0 && key.columns.every((name) => one.columns.includes(name)),
      );
      const left = isOptional ? "|o" : "||";
      return [
        `  ${entityOf(one.references)} ${left}--${isUnique ? "o|" : "o{"} ${entityOf(table.key)} : "${one.columns.join(", ")}"`,
      ];
    }),
  );
  return ["erDiagram", ...entities, ...lines].join("\n") + "\n";
}

const word = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_]+/gu, "_").replace(/_$/, "");

const entityOf = (key: string): string => word(key.replace(/^public\./, ""));

function attributeOf(column: Column, { constraints }: Relation): string {
  const isIn = (kind: string): boolean =>
    constraints.some((one) => one.kind === kind && "columns" in one && one.columns.includes(column.name));
  const marks = [
    ...(isIn("primary key") ? ["PK"] : []),
    ...(isIn("foreign key") ? ["FK"] : []),
    ...(isIn("unique") ? ["UK"] : []),
  ];
  const type = column.type === undefined ? "unknown" : word(typeText(column.type));
  const comment = column.notNull === "yes" ? ' "NOT NULL"' : "";
  return `${type} ${word(column.written ?? column.name)}${marks.length === 0 ? "" : ` ${marks.join(", ")}`}${comment}`;
}
