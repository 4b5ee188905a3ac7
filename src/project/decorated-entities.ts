/**
 * Entities that TypeScript declares with decorators, as far as advice names them: their tables, columns and indexes. Read
 * as text; what isn't understood is left out, with its whole entity where an index may be missed.
 */
import type { DeclaredIndex, DeclaredTable } from "../model/tool.ts";
import { packageRootOf } from "./manifests.ts";
import type { FileSystem } from "./migration.ts";
import { sourcesBelow } from "./files/sources-below.ts";

/** How a library reads its decorators. */
export interface Decorators {
  /** Of the fields that are columns themselves. */
  readonly column: RegExp;
  /** The options that give the names of a table and of a column. */
  readonly tableKeys: readonly string[];
  readonly columnKeys: readonly string[];
  /** What it calls the table of a class, and the column of a field; `key`: of the entity that the field refers to. */
  readonly tableOf: (name: string) => string;
  readonly columnOf: (field: string, key: string | undefined) => string;
  /** The option of `@Index` that lists fields; undefined: it is an argument. */
  readonly listedAs?: string;
}

/** `TransactionItem` → `transaction_item`, as both libraries make it. */
export const snakeCase = (name: string): string =>
  name
    .replaceAll(/([A-Z])([A-Z])([a-z])/g, "$1_$2$3")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();

/** Also the classes that entities inherit from. */
const declares = /@(?:Entity|(?:Primary(?:Generated)?|(?:Create|Update)Date)?Column|PrimaryKey|Property)\(/;
const mostFiles = 2000;
const longest = 200_000;

export function entityTables(
  fs: FileSystem,
  migrations: string,
  decoratorsOf: (settings: string) => Decorators | undefined,
): readonly DeclaredTable[] | undefined {
  const home = packageRootOf(fs, migrations);
  if (home === undefined) return undefined;
  const texts: string[] = [];
  const settings: string[] = [];
  for (const path of sourcesBelow(fs, home, { most: mostFiles, notIn: notEntities, isWanted: isSource })) {
    const text = fs.read(path) ?? "";
    if (text.length > longest) continue;
    if (declares.test(text)) texts.push(text);
    if (/\bnamingStrategy\b/.test(text)) settings.push(text);
  }
  const decorators = decoratorsOf(settings.join("\n"));
  return decorators && tablesIn(texts, decorators);
}

const notEntities = /^(?:\.|dist$|build$|tests?$)/;
const isSource = (name: string): boolean => /(?<!\.d|\.spec|\.test)\.[cm]?ts$/.test(name);

interface Decorator {
  readonly name: string;
  readonly args: string;
}

interface Field {
  readonly name: string;
  readonly decorators: readonly Decorator[];
}

interface Entity {
  readonly name: string;
  readonly base: string | undefined;
  readonly decorators: readonly Decorator[];
  readonly fields: readonly Field[];
}

/** Entities whose tables others claim, too, are left out. */
function tablesIn(texts: readonly string[], decorators: Decorators): readonly DeclaredTable[] {
  const entities = texts.flatMap(entitiesIn);
  const byName = new Map<string, Entity | undefined>();
  for (const one of entities) byName.set(one.name, byName.has(one.name) ? undefined : one);
  const heirs = new Map<Entity, number>();
  for (const entity of entities.filter(isTable))
    for (const one of chainOf(entity, byName)) heirs.set(one, (heirs.get(one) ?? 0) + 1);
  const isShared = (one: Entity): boolean => (heirs.get(one) ?? 0) > 1;
  const found = entities.flatMap((entity) => tableOf(entity, byName, decorators, isShared) ?? []);
  const claimed = new Map<string, number>();
  for (const { table } of found) claimed.set(table, (claimed.get(table) ?? 0) + 1);
  return found.filter(({ table }) => claimed.get(table) === 1);
}

// Bounded, as a file may hold any number of quotes and comments that nothing closes.
const quoted = /"(?:[^"\\\n]|\\.){0,2000}"|'(?:[^'\\\n]|\\.){0,2000}'|`(?:[^`\\]|\\.){0,2000}`/;
const stringOrComment = new RegExp(`(${quoted.source})|//[^\\n]*|/\\*[^]*?(?:\\*/|$)`, "g");
const bracket = new RegExp(`${quoted.source}|[([{)\\]}]`, "g");

/** Behind the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  bracket.lastIndex = open;
  let depth = 0;
  for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
    const [one] = found;
    if ("([{".includes(one)) depth++;
    else if (")]}".includes(one) && --depth === 0) return bracket.lastIndex;
  }
  return text.length;
}

function entitiesIn(source: string): readonly Entity[] {
  const text = source.replaceAll(stringOrComment, (_, string: string | undefined) => string ?? " ");
  const found: Entity[] = [];
  let decorators: Decorator[] = [];
  const sign = /@(\w+)\s*(?=\()|\bclass\s+(\w+)(?:\s*<[^{]{0,300}>)?(?:\s+extends\s+(\w+))?[^{]{0,300}\{/g;
  for (let one = sign.exec(text); one !== null; one = sign.exec(text)) {
    const [, decorator, name, base] = one;
    if (decorator !== undefined) {
      const end = closing(text, sign.lastIndex);
      decorators.push({ name: decorator, args: text.slice(sign.lastIndex + 1, end - 1).trim() });
      sign.lastIndex = end;
    } else if (name !== undefined) {
      const open = sign.lastIndex - 1;
      sign.lastIndex = closing(text, open);
      const fields = fieldsIn(text.slice(open + 1, sign.lastIndex - 1));
      found.push({ name, base, decorators, fields });
      decorators = [];
    }
  }
  return found;
}

function fieldsIn(body: string): readonly Field[] {
  const found: Field[] = [];
  let decorators: Decorator[] = [];
  const sign =
    /@(\w+)\s*(\()?|(?:\b(?:public|protected|private|readonly|declare|override)\s+)*\b([A-Za-z_$][\w$]*)\s{0,9}[?!]?\s{0,9}(?=[:=;])|[([{]/g;
  for (let one = sign.exec(body); one !== null; one = sign.exec(body)) {
    const [all, decorator, open, field] = one;
    if (decorator !== undefined) {
      const from = sign.lastIndex;
      const end = open === undefined ? from + 1 : closing(body, from - 1);
      decorators.push({ name: decorator, args: body.slice(from, end - 1).trim() });
      sign.lastIndex = end - (open === undefined ? 1 : 0);
    } else if (field !== undefined) {
      if (decorators.length > 0) found.push({ name: field, decorators });
      decorators = [];
      sign.lastIndex = endOfField(body, sign.lastIndex);
    } else if (/[([{]/.test(all)) sign.lastIndex = closing(body, one.index);
  }
  return found;
}

/** Its type and its value may have names in brackets; the line ends it. */
function endOfField(body: string, from: number): number {
  const sign = new RegExp(`${quoted.source}|[([{]|[;\\n]`, "g");
  sign.lastIndex = from;
  for (let one = sign.exec(body); one !== null; one = sign.exec(body)) {
    if (/[;\n]/.test(one[0]) && one[0].length === 1) return sign.lastIndex;
    if (/^[([{]$/.test(one[0])) sign.lastIndex = closing(body, one.index);
  }
  return body.length;
}

const isTable = ({ decorators }: Entity): boolean => decorators.some(({ name }) => name === "Entity");

/** Of some rows, or of another kind. */
const ofSome = /\b(?:where|spatial|fulltext|expression|type)\s*:/;
const reference = /^(?:ManyToOne|OneToOne)$/;

function tableOf(
  entity: Entity,
  byName: ReadonlyMap<string, Entity | undefined>,
  lib: Decorators,
  isShared: (base: Entity) => boolean,
): DeclaredTable | undefined {
  const stated = entity.decorators.find(({ name }) => name === "Entity");
  if (stated === undefined) return undefined;
  const chain = chainOf(entity, byName);
  const fields = chain.flatMap((one) => one.fields);
  const columns = new Map<string, string>();
  const indexes: DeclaredIndex[] = [];
  for (const one of chain) {
    const shared = one !== entity && isShared(one) ? { shared: true as const } : {};
    for (const field of one.fields) {
      const column = columnOf(field, byName, lib);
      if (column === undefined) continue;
      columns.set(field.name, column);
      indexes.push(...indexesOfField(field, lib).map((index) => ({ ...index, ...shared })));
    }
  }
  const keyed = fields.filter(isKey).map(({ name }) => name);
  // Of several columns, migrations may have them in another order.
  if (keyed.length === 1) {
    const text = `the primary key on ${keyed.join(", ")}`;
    indexes.push({ name: undefined, unique: true, primary: true, fields: keyed, text });
  }
  for (const { name, args } of entity.decorators) {
    if (name !== "Index" && name !== "Unique") continue;
    const listed = listedIn(args, lib.listedAs);
    if (listed === undefined) return undefined;
    const unique = name === "Unique" || /\bunique\s*:\s*true\b/.test(args);
    const text = `@${name}(${args.replaceAll(/\s+/g, " ")})`;
    const partial = ofSome.test(args) ? { partial: true as const } : {};
    indexes.push({ name: nameIn(args, lib.listedAs), unique, ...partial, fields: listed, text });
  }
  const table = firstString(stated.args) ?? option(stated.args, lib.tableKeys) ?? lib.tableOf(entity.name);
  return { name: entity.name, schema: option(stated.args, ["schema"]), table, columns, indexes };
}

/** With what the entity inherits, as far as it is known. */
function chainOf(entity: Entity, byName: ReadonlyMap<string, Entity | undefined>): readonly Entity[] {
  const chain = [entity];
  let one = byName.get(entity.base ?? "");
  while (one !== undefined && !chain.includes(one)) {
    chain.push(one);
    one = byName.get(one.base ?? "");
  }
  return chain;
}

const isKey = ({ decorators }: Field): boolean =>
  decorators.some(({ name, args }) => /^Primary/.test(name) || /\bprimary\s*:\s*true\b/.test(args));

/** Undefined: the field is none, or it isn't known. */
function columnOf(
  { name, decorators }: Field,
  byName: ReadonlyMap<string, Entity | undefined>,
  lib: Decorators,
): string | undefined {
  const relation = decorators.find((one) => reference.test(one.name));
  const column = decorators.find((one) => lib.column.test(one.name));
  if (relation === undefined) {
    // Of `@Column(() => Address)`, the columns are those of the other class.
    if (column === undefined || /^\(?\w*\)?\s*=>/.test(column.args)) return undefined;
    return option(column.args, lib.columnKeys) ?? lib.columnOf(name, undefined);
  }
  const join = decorators.find((one) => one.name === "JoinColumn");
  // The other side has the column.
  const isOther =
    relation.name === "OneToOne" && join === undefined && !/\bowner\s*:\s*true\b/.test(relation.args);
  // Several columns are those of a key of several.
  if (isOther || join?.args.startsWith("[") === true) return undefined;
  const stated = option(join?.args ?? relation.args, join === undefined ? lib.columnKeys : ["name"]);
  if (stated !== undefined) return stated;
  const referenced = option(join?.args ?? "", ["referencedColumnName"]);
  if (referenced !== undefined) return lib.columnOf(name, referenced);
  const [, target = ""] = /=>\s*(\w+)/.exec(relation.args) ?? [];
  const entity = byName.get(target);
  const keys =
    entity === undefined ? [] : chainOf(entity, byName).flatMap(({ fields }) => fields.filter(isKey));
  const [key] = keys;
  return keys.length === 1 && key !== undefined ? lib.columnOf(name, key.name) : undefined;
}

function indexesOfField({ name, decorators }: Field, lib: Decorators): readonly DeclaredIndex[] {
  return decorators.flatMap((one) => {
    const isIndex = one.name === "Index" || one.name === "Unique";
    const unique = one.name === "Unique" || /\bunique\s*:\s*true\b/.test(one.args) || one.name === "OneToOne";
    const isStated = /\b(?:unique|index)\s*:\s*(?:true|["'])/.test(one.args) || one.name === "OneToOne";
    const text = `@${one.name} of ${name}`;
    const partial = isIndex && ofSome.test(one.args) ? { partial: true as const } : {};
    return isIndex || isStated
      ? [{ name: nameIn(one.args, lib.listedAs), unique, ...partial, fields: [name], text }]
      : [];
  });
}

const firstString = (args: string): string | undefined => /^["'`]([^"'`]*)["'`]/.exec(args)?.[1];

function option(args: string, names: readonly string[]): string | undefined {
  const pattern = new RegExp(`(?:^|[{,])\\s*(?:${names.join("|")})\\s*:\\s*["'\`]([^"'\`]+)["'\`]`);
  return pattern.exec(args)?.[1];
}

const nameIn = (args: string, listedAs: string | undefined): string | undefined =>
  listedAs === undefined ? firstString(args) : option(args, ["name"]);

/** The fields of `["a", "b"]`, or of `(one) => [one.a, one.b]`; undefined: not understood. */
function listedIn(args: string, listedAs: string | undefined): readonly string[] | undefined {
  const written =
    listedAs === undefined ? args : (new RegExp(`\\b${listedAs}\\s*:([^]*)`).exec(args)?.[1] ?? "");
  const [, single] = listedAs === undefined ? [] : (/^\s*["'`](\w+)["'`]/.exec(written) ?? []);
  if (single !== undefined) return [single];
  const [, inside] = /\[([^\]]*)\]/.exec(written) ?? [];
  const parts = inside
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const fields = parts?.map((one) => /^["'`](\w+)["'`]$|^\w+\.(\w+)$/.exec(one)?.slice(1).find(Boolean));
  return fields === undefined || fields.includes(undefined) ? undefined : fields.flatMap((one) => one ?? []);
}
