/** Liquibase's changelogs in XML, YAML and JSON: what they include, in which order, and which changesets load SQL files. */
import { isRecord, parseJson } from "../json.ts";
import { readXml, type Element } from "./xml.ts";
import { readYaml } from "./yaml.ts";
import { dictionary } from "../../text/dictionary.ts";

export type ChangelogEntry =
  | { readonly kind: "include" | "includeAll"; readonly path: string; readonly relative: boolean }
  | {
      readonly kind: "changeSet";
      readonly id: string;
      readonly author: string;
      /** Its attributes as a line of formatted SQL would have them: `runInTransaction:false dbms:h2`. */
      readonly attributes: string;
      readonly dbms: string | undefined;
      readonly up: readonly SqlFile[];
      readonly down: readonly SqlFile[];
      /** It does more than loading SQL files. */
      readonly other: boolean;
    };

export interface SqlFile {
  readonly path: string;
  /** As those of the changeset. */
  readonly attributes: string;
  readonly dbms: string | undefined;
  readonly relative: boolean;
}

/** Undefined if `text` is no changelog that can be read. */
export function readChangelog(file: string, text: string): readonly ChangelogEntry[] | undefined {
  // An entity of its own may stand for anything; of several documents one counts.
  if (file.endsWith(".xml") ? /<!ENTITY/i.test(text) : hasDocuments(text)) return undefined;
  const root = file.endsWith(".xml")
    ? readXml(text)?.find(({ name }) => name === "databaseChangeLog")
    : elementOf(file.endsWith(".json") ? parseJson(text) : readYaml(text));
  return root?.children.flatMap(entryOf);
}

function hasDocuments(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|%|$)/.test(line));
  return lines.slice(1).some((line) => /^---(?:\s|$)/.test(line));
}

/** A tree of YAML or JSON in the form of XML: single values are attributes. */
function elementOf(tree: unknown): Element | undefined {
  const items = isRecord(tree) ? tree["databaseChangeLog"] : undefined;
  return Array.isArray(items) ? element("databaseChangeLog", items, 0) : undefined;
}

function element(name: string, value: unknown, depth: number): Element {
  const attributes: Record<string, string> = dictionary();
  const children: Element[] = [];
  const add = (record: Record<string, unknown>): void => {
    for (const [key, inner] of Object.entries(record)) {
      if (typeof inner === "object" && inner !== null) {
        if (depth < 40) children.push(element(key, inner, depth + 1));
      } else attributes[key] = String(inner);
    }
  };
  if (Array.isArray(value)) for (const item of value) if (isRecord(item)) add(item);
  if (!Array.isArray(value) && isRecord(value)) add(value);
  return { name, attributes, children };
}

function entryOf({ name, attributes, children }: Element): ChangelogEntry[] {
  const { file = "", path = "" } = attributes;
  if (name === "include") return [{ kind: name, path: file, relative: isRelative(attributes) }];
  if (name === "includeAll") return [{ kind: name, path, relative: isRelative(attributes) }];
  if (name === "modifyChangeSets") return children.flatMap(entryOf);
  if (name !== "changeSet") return [];
  const changes = children.flatMap((child) => (child.name === "changes" ? child.children : [child]));
  const down = changes.filter((child) => child.name === "rollback").flatMap((child) => child.children);
  const up = changes.filter((child) => !silent.has(child.name));
  const { id = "", author = "", dbms } = attributes;
  return [
    {
      kind: "changeSet",
      id,
      author,
      attributes: shown(attributes),
      dbms,
      up: up.flatMap(sqlFile),
      down: down.flatMap(sqlFile),
      other: up.some((child) => child.name !== "sqlFile" || child.attributes["path"] === undefined),
    },
  ];
}

const shown = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .filter(([key]) => wanted.has(key))
    .map(([key, value]) => `${key}:${/\s/.test(value) ? `"${value}"` : value}`)
    .join(" ");

/** Parts of a changeset that change nothing. */
const silent = new Set(["comment", "preConditions", "rollback", "validCheckSum", "tagDatabase", "property"]);
const wanted = new Set([
  ...["runInTransaction", "runOnChange", "runAlways", "splitStatements", "endDelimiter"],
]);

const isRelative = (attributes: Readonly<Record<string, string>>): boolean =>
  attributes["relativeToChangelogFile"] === "true";

function sqlFile({ name, attributes }: Element): SqlFile[] {
  const { path, dbms } = attributes;
  if (name !== "sqlFile" || path === undefined) return [];
  return [{ path, relative: isRelative(attributes), attributes: shown(attributes), dbms }];
}
