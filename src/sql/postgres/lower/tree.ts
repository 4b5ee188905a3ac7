/** Reads parse tree nodes: a node is an object with one key, its tag. */
import type { Node } from "@pgsql/types";
import type { Operation } from "../../../model/operation.ts";
import type { TokenReader } from "./tokens.ts";

type KeysOf<T> = T extends unknown ? keyof T : never;
export type Tag = KeysOf<Node>;
export type NodeOf<K extends Tag> = Extract<Node, Record<K, unknown>>[K];

/** One function per statement kind of a family. */
export type Handlers = { readonly [K in Tag]?: (reader: TokenReader, statement: NodeOf<K>) => Operation[] };

export function tagOf(node: Node): Tag {
  for (const tag in node) return tag as Tag;
  return "List";
}

export function strings(nodes: readonly Node[] | undefined): string[] {
  const result: string[] = [];
  for (const node of nodes ?? []) {
    if ("String" in node) result.push(node.String.sval ?? "");
  }
  return result;
}

/** Items of a List node; the node itself where it is none. */
export function items(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  return "List" in node ? (node.List.items ?? []) : [node];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Smallest `location` below a node, or undefined. */
export function firstLocation(value: unknown): number | undefined {
  let least: number | undefined;
  visit(value, (location) => {
    if (least === undefined || location < least) least = location;
  });
  return least;
}

/** Greatest `location` below a node, or undefined. */
export function lastLocation(value: unknown): number | undefined {
  let greatest: number | undefined;
  visit(value, (location) => {
    if (greatest === undefined || location > greatest) greatest = location;
  });
  return greatest;
}

function visit(value: unknown, found: (location: number) => void): void {
  if (Array.isArray(value)) {
    for (const element of value) visit(element, found);
    return;
  }
  if (!isObject(value)) return;
  for (const key in value) {
    const child = value[key];
    if (key === "location") {
      if (typeof child === "number" && child >= 0) found(child);
    } else visit(child, found);
  }
}
