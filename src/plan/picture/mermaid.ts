/** A schema as an entity relationship diagram of Mermaid, which takes words only, without quotes. */
import type { Change, Picture, PictureColumn } from "./tables.ts";

export function mermaidOf({ tables, links }: Picture): string {
  const word = (key: string): string => wordOf(tables.find((one) => one.key === key)?.name ?? key);
  const entities = tables.flatMap(({ key, columns, change }) => [
    `  ${word(key)}${change === undefined ? "" : `:::${change}`} {`,
    ...columns.map((column) => `    ${attributeOf(column)}`),
    "  }",
  ]);
  const lines = links.map(({ from, to, columns, isOptional, isUnique, change }) => {
    const arrow = `${isOptional ? "|o" : "||"}--${isUnique ? "o|" : "o{"}`;
    const mark = change === undefined ? "" : ` (${change})`;
    return `  ${word(to)} ${arrow} ${word(from)} : "${columns.join(", ")}${mark}"`;
  });
  const isMarked = tables.some(({ change }) => change !== undefined);
  return ["erDiagram", ...entities, ...lines, ...(isMarked ? classes : []), ""].join("\n");
}

const classes = (
  [
    ["added", "#dafbe1", "#1a7f37"],
    ["dropped", "#ffebe9", "#cf222e"],
    ["changed", "#fff8c5", "#9a6700"],
  ] satisfies [Change, string, string][]
).map(([change, fill, stroke]) => `  classDef ${change} fill:${fill},stroke:${stroke}`);

const wordOf = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_]+/gu, "_").replace(/_$/, "");

function attributeOf({ name, type, keys, notNull, change, was }: PictureColumn): string {
  const words = [
    ...(notNull ? ["NOT NULL"] : []),
    ...(change === undefined ? [] : [was === undefined ? change : `was ${was}`]),
  ];
  const comment = words.length === 0 ? "" : ` "${words.join(", ").replaceAll('"', "'")}"`;
  return `${wordOf(type)} ${wordOf(name)}${keys.length === 0 ? "" : ` ${keys.join(", ")}`}${comment}`;
}
