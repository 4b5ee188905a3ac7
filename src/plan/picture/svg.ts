/** A schema as SVG: boxes of tables, a line for each foreign key, and marks where something changes. */
import { layoutOf, letter, rowHeight, type Box } from "./layout.ts";
import type { Change, Picture, PictureColumn, PictureLink, PictureTable } from "./tables.ts";

const margin = 20;
const padding = 8;

const signs: Readonly<Record<Change, string>> = { added: "+", dropped: "\u2212", changed: "~" };

const style = `
  svg { background: #fff; font: 11px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }
  .box { fill: #fff; stroke: #8c959f; } .head { fill: #eaeef2; stroke: #8c959f; } .name { font-weight: bold; }
  .type { fill: #57606a; } .link { fill: none; stroke: #8c959f; } .optional { stroke-dasharray: 4 3; }
  .row.added { fill: #dafbe1; } .row.dropped { fill: #ffebe9; } .row.changed { fill: #fff8c5; }
  .head.added { fill: #aceebb; stroke: #1a7f37; } .head.dropped { fill: #ffcecb; stroke: #cf222e; }
  .head.changed { fill: #fae17d; stroke: #9a6700; } .link.added { stroke: #1a7f37; } .link.dropped { stroke: #cf222e; }
  text.dropped { text-decoration: line-through; }`;

/** `title`: what it shows, for those who hear it. */
export function svgOf(picture: Picture, title: string): string {
  const boxes = layoutOf(picture, {
    width: widthOf,
    height: ({ columns }) => (columns.length + 1) * rowHeight + 4,
  });
  const all = [...boxes.values()];
  const links = picture.links.flatMap((link) => lineOf(link, boxes));
  const isMarked = [...picture.tables, ...picture.links].some(({ change }) => change !== undefined);
  const bottom = Math.max(0, ...all.map(({ y, height }) => y + height));
  // Links of one column of boxes swing out on its right.
  const width = Math.ceil(Math.max(300, ...all.map((box) => box.x + box.width)) + 2 * margin + 20);
  const height = Math.ceil(bottom + 2 * margin + (isMarked ? rowHeight * 2 : 0));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<g transform="translate(${margin} ${margin})">`,
    ...links,
    ...all.flatMap(boxLines),
    ...(isMarked ? [text(0, bottom + rowHeight * 2, "+ added   \u2212 dropped   ~ changed", "type")] : []),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

const nameOf = ({ name, keys, change }: PictureColumn): string =>
  `${change === undefined ? "" : `${signs[change]} `}${name}${keys.length === 0 ? "" : ` ${keys.join(" ")}`}`;

const typeOf = ({ type, notNull, was }: PictureColumn): string =>
  `${type}${notNull ? "" : "?"}${was === undefined ? "" : ` (was ${was})`}`;

const headOf = ({ name, change }: PictureTable): string =>
  change === undefined ? name : `${signs[change]} ${name}`;

function widthOf(table: PictureTable): number {
  const rows = table.columns.map((column) => nameOf(column).length + 2 + typeOf(column).length);
  return Math.ceil(Math.max(headOf(table).length + 1, ...rows) * letter) + 2 * padding;
}

function boxLines({ table, x, y, width, height }: Box): readonly string[] {
  const { change, columns } = table;
  return [
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="3"/>`,
    `<rect class="${classes("head", change)}" x="${x}" y="${y}" width="${width}" height="${rowHeight}" rx="3"/>`,
    text(x + padding, y + 13, headOf(table), classes("name", change === "dropped" ? change : undefined)),
    ...columns.flatMap((column, at) => {
      const top = y + (at + 1) * rowHeight + 2;
      const mark = column.change === undefined ? [] : [row(x, top, width, column.change)];
      const isDropped = column.change === "dropped" || change === "dropped";
      return [
        ...mark,
        text(x + padding, top + 13, nameOf(column), classes("", isDropped ? "dropped" : undefined)),
        text(x + width - padding, top + 13, typeOf(column), "type", ' text-anchor="end"'),
      ];
    }),
  ];
}

const row = (x: number, y: number, width: number, change: Change): string =>
  `<rect class="row ${change}" x="${x + 1}" y="${y}" width="${width - 2}" height="${rowHeight}"/>`;

/** From the columns of a foreign key to the head of the table that they refer to. */
function lineOf(link: PictureLink, boxes: ReadonlyMap<string, Box>): readonly string[] {
  const [child, parent] = [boxes.get(link.from), boxes.get(link.to)];
  if (child === undefined || parent === undefined) return [];
  const place = child.table.columns.findIndex(
    ({ name }) => name.toLowerCase() === link.columns[0]?.toLowerCase(),
  );
  const y1 = child.y + (place + 1.5) * rowHeight + 2;
  const y2 = parent.y + rowHeight / 2;
  const isRight = parent.x + parent.width <= child.x;
  const isLeft = child.x + child.width <= parent.x;
  const x1 = isRight ? child.x : child.x + child.width;
  const x2 = isLeft ? parent.x : parent.x + parent.width;
  const bend = isRight || isLeft ? Math.max(30, Math.abs(x1 - x2) / 2) : 34;
  const [c1, c2] = [x1 + (isRight ? -bend : bend), x2 + (isLeft ? -bend : bend)];
  const name = classes(`link${link.isOptional ? " optional" : ""}`, link.change);
  const path = `M${x1} ${y1}C${c1} ${y1} ${c2} ${y2} ${x2} ${y2}`;
  // A foot where many rows may refer to one.
  const side = isRight ? 1 : -1;
  const foot = link.isUnique
    ? `M${x1 - side * 6} ${y1 - 4}v8`
    : `M${x1 - side * 8} ${y1}L${x1} ${y1 - 4}M${x1 - side * 8} ${y1}L${x1} ${y1 + 4}`;
  return [`<path class="${name}" d="${path}${foot}"/>`];
}

const classes = (name: string, change: Change | undefined): string =>
  [name, change ?? ""].filter((one) => one !== "").join(" ");

const text = (x: number, y: number, what: string, name: string, more = ""): string =>
  `<text${name === "" ? "" : ` class="${name}"`} x="${x}" y="${y}"${more} xml:space="preserve">${escaped(what)}</text>`;

const escaped = (what: string): string =>
  what.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
