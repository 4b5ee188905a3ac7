/** Where the tables of a picture stand: those that others refer to on the left, what nothing is linked with below. */
import { addTo } from "../../text/group.ts";
import type { Picture, PictureTable } from "./tables.ts";

export interface Box {
  readonly table: PictureTable;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const rowHeight = 18;
const gapX = 70;
const gapY = 24;
const tallest = 1400;

/** Widths are those of a font whose letters all have one. */
export const letter = 7.2;

export interface Sizes {
  width(table: PictureTable): number;
  height(table: PictureTable): number;
}

export function layoutOf({ tables, links }: Picture, sizes: Sizes): ReadonlyMap<string, Box> {
  const byKey = new Map(tables.map((table) => [table.key, table]));
  const others = links.filter(({ from, to }) => from !== to);
  const parents = neighbours(others.map(({ from, to }) => [from, to] as const));
  const linked = new Set(others.flatMap(({ from, to }) => [from, to]));
  const ranks = ranksOf([...linked].sort(), parents);
  const layers: string[][] = [];
  for (const key of [...linked].sort()) (layers[ranks.get(key) ?? 0] ??= []).push(key);
  order(layers, parents, neighbours(others.map(({ from, to }) => [to, from] as const)));
  const placer = new Placer(byKey, sizes);
  for (const layer of layers) placer.column(layer);
  placer.grid(tables.map(({ key }) => key).filter((key) => !linked.has(key)));
  return placer.boxes;
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighbours(pairs: readonly (readonly [string, string])[]): Neighbours {
  const found = new Map<string, string[]>();
  for (const [key, other] of pairs) addTo(found, key, other);
  return found;
}

/** One more than the highest of what it refers to. A circle is cut where it closes. */
function ranksOf(keys: readonly string[], parents: Neighbours): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const open = new Set<string>();
  const rankOf = (key: string): number => {
    const known = ranks.get(key);
    if (known !== undefined) return known;
    if (open.has(key)) return -1;
    open.add(key);
    const rank = 1 + Math.max(-1, ...(parents.get(key) ?? []).map(rankOf));
    open.delete(key);
    ranks.set(key, rank);
    return rank;
  };
  for (const key of keys) rankOf(key);
  return ranks;
}

/** Each beside the middle of what it is linked with: there and back, a few times. */
function order(layers: string[][], parents: Neighbours, children: Neighbours): void {
  for (let round = 0; round < 4; round++)
    for (const [direction, links] of [
      [1, parents],
      [-1, children],
    ] as const) {
      const list = direction === 1 ? layers : [...layers].reverse();
      const places = new Map<string, number>();
      for (const layer of list) {
        const middle = (key: string, at: number): number => {
          const found = (links.get(key) ?? []).flatMap((one) => places.get(one) ?? []);
          return found.length === 0 ? at / layer.length : found.reduce((a, b) => a + b, 0) / found.length;
        };
        const wanted = new Map(layer.map((key, at) => [key, middle(key, at)]));
        layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || (a < b ? -1 : 1));
        for (const [at, key] of layer.entries()) places.set(key, at / layer.length);
      }
    }
}

class Placer {
  readonly boxes = new Map<string, Box>();
  readonly #tables: ReadonlyMap<string, PictureTable>;
  readonly #sizes: Sizes;
  #x = 0;

  constructor(tables: ReadonlyMap<string, PictureTable>, sizes: Sizes) {
    this.#tables = tables;
    this.#sizes = sizes;
  }

  /** Tables below each other, in several columns where one would be too tall. */
  column(keys: readonly string[]): void {
    let y = 0;
    let width = 0;
    for (const key of keys) {
      const box = this.#boxOf(key);
      if (box === undefined) continue;
      if (y > 0 && y + box.height > tallest) {
        this.#x += width + gapX;
        [y, width] = [0, 0];
      }
      this.boxes.set(key, { ...box, x: this.#x, y });
      y += box.height + gapY;
      width = Math.max(width, box.width);
    }
    if (width > 0) this.#x += width + gapX;
  }

  /** Tables in rows below all others. */
  grid(keys: readonly string[]): void {
    const all = [...this.boxes.values()];
    const bottom = Math.max(0, ...all.map(({ y, height }) => y + height + gapY));
    const right = Math.max(900, this.#x);
    let [x, y, height] = [0, bottom, 0];
    for (const key of keys) {
      const box = this.#boxOf(key);
      if (box === undefined) continue;
      if (x > 0 && x + box.width > right) {
        y += height + gapY;
        [x, height] = [0, 0];
      }
      this.boxes.set(key, { ...box, x, y });
      x += box.width + gapX / 2;
      height = Math.max(height, box.height);
    }
  }

  #boxOf(key: string): Omit<Box, "x" | "y"> | undefined {
    const table = this.#tables.get(key);
    return table && { table, width: this.#sizes.width(table), height: this.#sizes.height(table) };
  }
}
