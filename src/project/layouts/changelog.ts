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
      readonly up: readonly SqlFile[];
      readonly down: readonly SqlFile[];
      /** It does more than loading SQL files. */
      readonly other: boolean;
    };

export interface SqlFile {
  readonly path: string;
  readonly relative: boolean;
}

/** Undefined if `text` is no changelog that can be read. */
export function readChangelog(file: string, text: string): readonly ChangelogEntry[] | undefined {
  const root = file.endsWith(".xml")
    ? readXml(text)?.find(({ name }) => name === "databaseChangeLog")
    : elementOf(file.endsWith(".json") ? parseJson(text) : readYaml(text));
  return root?.children.flatMap(entryOf);
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
  const { file, path } = attributes;
  if (name === "include" && file !== undefined)
    return [{ kind: name, path: file, relative: isRelative(attributes) }];
  if (name === "includeAll" && path !== undefined)
    return [{ kind: name, path, relative: isRelative(attributes) }];
  if (name !== "changeSet") return [];
  const changes = children.flatMap((child) => (child.name === "changes" ? child.children : [child]));
  const down = changes.filter((child) => child.name === "rollback").flatMap((child) => child.children);
  const up = changes.filter((child) => !silent.has(child.name));
  const own = up.find((child) => child.name === "sqlFile")?.attributes ?? {};
  const shown = Object.entries({ ...attributes, ...own }).filter(([key]) => wanted.has(key));
  const { id = "", author = "" } = attributes;
  return [
    {
      kind: "changeSet",
      id,
      author,
      attributes: shown.map(([key, value]) => `${key}:${/\s/.test(value) ? `"${value}"` : value}`).join(" "),
      up: up.flatMap(sqlFile),
      down: down.flatMap(sqlFile),
      other: up.some((child) => child.name !== "sqlFile"),
    },
  ];
}

/** Parts of a changeset that change nothing. */
const silent = new Set(["comment", "preConditions", "rollback", "validCheckSum", "tagDatabase", "property"]);
const wanted = new Set([
  ...["runInTransaction", "runOnChange", "runAlways", "dbms", "splitStatements", "endDelimiter"],
]);

const isRelative = (attributes: Readonly<Record<string, string>>): boolean =>
  attributes["relativeToChangelogFile"] === "true";

function sqlFile({ name, attributes }: Element): SqlFile[] {
  const { path } = attributes;
  return name !== "sqlFile" || path === undefined ? [] : [{ path, relative: isRelative(attributes) }];
}
