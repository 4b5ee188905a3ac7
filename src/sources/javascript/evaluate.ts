/** What expressions are without running them: constants of the file, and chains of calls for the tools to read. */
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import { arithmetic } from "./arithmetic.ts";
import type { ChangedNames } from "./changes.ts";
import { beginningOf, isOurs } from "./databases.ts";
import { fileText, joinPaths, folderOf } from "./files.ts";
import { asChanged } from "./given.ts";
import { fragmentOf, splitAt } from "./fragments.ts";
import { hole, placeOf, stringSegments, templateParts, type SourceFile } from "./literal.ts";
import { inOwnWords, isDeclared, isPlaceOfHandle } from "./handed.ts";
import { Scope } from "./scope.ts";
import { isTooLarge } from "./size.ts";
import { bare, child, children, field, isFunction, keyName, spanOf, type Tree } from "./tree.ts";
import type { ChainValue, FunctionValue, Link, TextValue, UnknownValue, Value } from "./value.ts";
import { fieldOf, numberOf, textOf } from "./value.ts";
import { partsOfObject } from "./objects.ts";
import { originOf } from "./strangers.ts";
import { classValue } from "./statics.ts";
import { answered, inOtherCase, joined } from "./text-methods.ts";
import { returnedBy } from "./returned.ts";

export interface Reader extends SourceFile {
  /** Text of a file of the project; undefined if there is none, or it isn't ours to read. */
  readonly readFile: (path: string) => string | undefined;
  /** What its tool sends is for MySQL or MariaDB. */
  readonly isMysql: boolean;
  /** How the project's settings name the driver, where the tool tells a migration: `postgresql`. */
  readonly client?: string | undefined;
  /** It isn't the migration's own: what is written there isn't what the migration would write. */
  readonly isElsewhere?: boolean;
  /** See `JavaScriptInput.mapName`. */
  readonly mapName?: ((name: string) => string) | undefined;
  readonly changed: ChangedNames;
  /** What the file at `from` imports from `source` by a name; `*` is all of it. */
  readonly imported: (from: string, source: string, name: string, at: Span) => Value;
}

/** Tags of templates whose text is SQL as it is written. */
const textTags = /^(?:sql|raw|dedent|outdent|stripIndent|oneLine|pg|psql|SQL)$/;

export const unknown = (tree: { readonly start: number; readonly end: number }): UnknownValue => ({
  is: "unknown",
  at: spanOf(tree),
});

const text = (segments: readonly Segment[], tree: Tree, holes = false): TextValue => ({
  is: "text",
  segments,
  holes,
  at: spanOf(tree),
});

export function evaluate(file: Reader, given: Tree, scope: Scope): Value {
  const value = valueOf(file, given, scope);
  return isTooLarge(value) ? unknown(bare(given)) : value;
}

function valueOf(file: Reader, given: Tree, scope: Scope): Value {
  const tree = bare(given);
  const at = spanOf(tree);
  switch (tree.type) {
    case "Literal":
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
      return literal(file, tree);
    case "TemplateLiteral":
      return template(file, tree, scope);
    case "TaggedTemplateExpression": {
      const tag = child(tree, "tag");
      const quasi = child(tree, "quasi");
      const name = tag?.type === "MemberExpression" ? keyName(tag) : field(tag, "name");
      if (quasi === undefined || !textTags.test(name)) return unknown(tree);
      const written = template(file, quasi, scope, name === "raw");
      return name === "sql" && written.is === "text" ? { ...written, isSql: true } : written;
    }
    case "BinaryExpression":
      return operation(file, tree, scope);
    case "Identifier": {
      const name = field(tree, "name");
      if (name === "undefined") return { is: "plain", value: undefined, at };
      const known = scope.lookUp(name, (later, owner) => evaluate(file, later, owner));
      // What is told of a name stands where the name is used; a text knows its characters' own places.
      if (known !== undefined) {
        const now = asChanged(file.changed, name, known, at, (one) =>
          text([{ text: one, path: file.path, at, exact: false }], tree),
        );
        return now.is === "function" ? now : { ...now, at };
      }
      if (name === "__dirname")
        return text([{ text: folderOf(file.path), path: file.path, at, exact: false }], tree);
      return unknown(tree);
    }
    case "Imported":
      return file.imported(file.path, field(tree, "from"), field(tree, "name"), at);
    case "ThisExpression":
      return scope.lookUp("this", () => unknown(tree)) ?? unknown(tree);
    case "ArrayExpression":
      return { is: "list", items: list(file, tree, scope), at };
    case "ObjectExpression":
      return record(file, tree, scope);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
      return { is: "function", tree, scope, at };
    case "ClassDeclaration":
    case "ClassExpression":
      return classValue({ ...reading(file), returned: (one) => returned(file, one, [], 1) }, tree, scope);
    case "NewExpression": {
      const callee = child(tree, "callee");
      const name = callee?.type === "MemberExpression" ? keyName(callee) : field(callee, "name");
      const from = callee?.type === "Identifier" ? originOf(evaluate(file, callee, scope)) : undefined;
      return { is: "new", name, values: values(file, children(tree, "arguments"), scope), from, at };
    }
    case "UnaryExpression": {
      const argument = child(tree, "argument");
      const value = argument === undefined ? undefined : evaluate(file, argument, scope);
      if (value?.is === "plain" && typeof value.value === "number" && tree.operator === "-")
        return { is: "plain", value: -value.value, at };
      if (value?.is === "plain" && typeof value.value === "boolean" && tree.operator === "!")
        return { is: "plain", value: !value.value, at };
      return tree.operator === "void" ? { is: "plain", value: undefined, at } : unknown(tree);
    }
    case "LogicalExpression": {
      const [left, right] = [child(tree, "left"), child(tree, "right")];
      const value = left === undefined ? undefined : evaluate(file, left, scope);
      // A text that is not empty decides.
      const isText = value?.is === "text" && textOf(value) !== undefined && textOf(value) !== "";
      const taken = tree.operator === "&&" ? right : left;
      return isText && taken !== undefined ? evaluate(file, taken, scope) : unknown(tree);
    }
    case "ConditionalExpression": {
      const test = child(tree, "test");
      const holds = test === undefined ? undefined : truth(file, test, scope);
      const branch = holds === undefined ? undefined : child(tree, holds ? "consequent" : "alternate");
      return branch === undefined ? unknown(tree) : evaluate(file, branch, scope);
    }
    case "MemberExpression":
    case "OptionalMemberExpression":
    case "CallExpression":
    case "OptionalCallExpression":
      return chainValue(file, tree, scope);
    default:
      return unknown(tree);
  }
}

export const values = (file: Reader, trees: readonly Tree[], scope: Scope): readonly Value[] =>
  trees.flatMap((tree) => {
    if (tree.type !== "SpreadElement") return [evaluate(file, tree, scope)];
    const argument = child(tree, "argument");
    const spread = argument === undefined ? undefined : evaluate(file, argument, scope);
    return spread?.is === "list" ? spread.items : [unknown(tree)];
  });

function literal(file: Reader, tree: Tree): Value {
  const at = spanOf(tree);
  const { value } = tree;
  if (typeof value === "string") return text(stringSegments(file, tree), tree);
  if (tree.regex !== undefined) return unknown(tree);
  if (tree.type === "NullLiteral") return { is: "plain", value: null, at };
  const isPlain = typeof value === "number" || typeof value === "boolean" || value === null;
  return isPlain ? { is: "plain", value, at } : unknown(tree);
}

function template(file: Reader, tree: Tree, scope: Scope, raw = false): Value {
  const segments: Segment[] = [];
  let holes = false;
  for (const part of templateParts(file, tree, raw)) {
    if (!("type" in part)) segments.push(...part);
    else holes = append(file, segments, part, evaluate(file, part, scope)) || holes;
  }
  return text(segments, tree, holes);
}

/** Adds a part of a larger text; true if it is a placeholder or has one. */
function append(file: Reader, into: Segment[], tree: Tree, value: Value): boolean {
  if (value.is === "text") {
    // A name that is put in stands where it is put; a longer text of its own where it is written.
    const short = /^(?:Literal|StringLiteral|TemplateLiteral)$/.test(tree.type) ? undefined : textOf(value);
    if (short === undefined || short.length > 64 || /[\r\n]/.test(short)) into.push(...value.segments);
    else into.push({ text: short, path: file.path, at: placeOf(file, tree), exact: false });
    return value.holes;
  }
  const fragment = value.is === "chain" ? fragmentOf(file, value) : undefined;
  if (fragment !== undefined) {
    into.push(...fragment);
    return false;
  }
  if (value.is === "plain" && value.value !== undefined) {
    into.push({ text: String(value.value), path: file.path, at: value.at, exact: false });
    return false;
  }
  // `${["a", "b"]}` writes its items with commas.
  const items = value.is === "list" ? value.items.map(textOf) : [];
  if (items.length > 0 && items.every((item) => item !== undefined)) {
    into.push({ text: items.join(","), path: file.path, at: spanOf(tree), exact: false });
    return false;
  }
  into.push(hole(file, tree));
  return true;
}

/** `a + b + c`, which nests to the left, perhaps thousands deep. */
function operation(file: Reader, tree: Tree, scope: Scope): Value {
  const operator = field(tree, "operator");
  // `const isPostgres = client === "pg"`
  const holds = /^[!=]==?$/.test(operator) ? truth(file, tree, scope) : undefined;
  if (holds !== undefined) return { is: "plain", value: holds, at: spanOf(tree) };
  const operands: Tree[] = [];
  let at: Tree | undefined = tree;
  while (at?.type === "BinaryExpression" && at.operator === operator) {
    const right = child(at, "right");
    if (right !== undefined) operands.unshift(right);
    at = child(at, "left");
  }
  if (at !== undefined) operands.unshift(at);
  const parts = operands.map((operand) => evaluate(file, operand, scope));
  if (operator !== "+" || !parts.some(({ is }) => is === "text")) {
    const value = arithmetic(tree, parts.map(numberOf));
    return value === undefined ? unknown(tree) : { is: "plain", value, at: spanOf(tree) };
  }
  const segments: Segment[] = [];
  let holes = false;
  for (const [i, part] of parts.entries()) holes = append(file, segments, operands[i] ?? tree, part) || holes;
  return text(segments, tree, holes);
}

function list(file: Reader, tree: Tree, scope: Scope): readonly Value[] {
  return values(file, children(tree, "elements"), scope);
}

function record(file: Reader, tree: Tree, scope: Scope): Value {
  const fields = new Map<string, Value>();
  const places = new Map<string, { start: number; end: number }>();
  let open = false;
  const unknowns: Value[] = [];
  for (const property of children(tree, "properties")) {
    if (property.type === "SpreadElement") {
      const argument = child(property, "argument");
      const spread = argument === undefined ? undefined : evaluate(file, argument, scope);
      if (spread?.is === "record") {
        for (const [name, value] of spread.fields) {
          fields.set(name, value);
          places.set(name, spread.places.get(name) ?? spread.at);
        }
        open ||= spread.open;
        unknowns.push(...(spread.spread ?? []));
      } else {
        open = true;
        if (spread?.is === "chain") unknowns.push(spread);
      }
      continue;
    }
    const computed = property.computed === true ? child(property, "key") : undefined;
    const name = computed === undefined ? keyName(property) : textOf(evaluate(file, computed, scope));
    const value = child(property, "value");
    if (name === undefined || name === "") open = true;
    else {
      fields.set(name, value === undefined ? unknown(property) : evaluate(file, value, scope));
      places.set(name, spanOf(property));
    }
  }
  const spread = unknowns.length === 0 ? {} : { spread: unknowns };
  return { is: "record", fields, places, open, ...spread, at: spanOf(tree) };
}

/** Unwinds `a.b(c).d` from its end to its root. */
function chainOf(file: Reader, tree: Tree, scope: Scope): ChainValue {
  const links: Link[] = [];
  let at: Tree = tree;
  for (;;) {
    if (at.type === "CallExpression" || at.type === "OptionalCallExpression") {
      const callee = child(at, "callee");
      if (callee === undefined) break;
      const trees = children(at, "arguments");
      const given = values(file, trees, scope);
      if (isMember(callee)) {
        const property = child(callee, "property");
        links.unshift({
          name: memberName(file, callee, scope),
          values: given,
          trees,
          at: { start: property?.start ?? callee.start, end: at.end },
        });
        at = child(callee, "object") ?? callee;
      } else {
        links.unshift({ name: "", values: given, trees, at: { start: callee.start, end: at.end } });
        at = callee;
      }
    } else if (isMember(at)) {
      const property = child(at, "property");
      const start = property?.start ?? at.start;
      links.unshift({ name: memberName(file, at, scope), trees: [], at: { start, end: at.end } });
      const object = child(at, "object");
      if (object === undefined) break;
      at = object;
    } else break;
  }
  const own = at.type === "ThisExpression" ? ownField(file, links[0], scope) : undefined;
  if (own !== undefined)
    return {
      is: "chain",
      root: own,
      rootName: own.rootName,
      rootTree: at,
      links: links.slice(1),
      at: spanOf(tree),
    };
  const constant = at.type === "ThisExpression" ? fieldOfThis(file, links[0], scope) : undefined;
  if (constant !== undefined && /^(?:text|plain|list|record)$/.test(constant.is))
    return {
      is: "chain",
      root: constant,
      rootName: "",
      rootTree: at,
      links: links.slice(1),
      at: spanOf(tree),
    };
  const isUncalled = isFunction(at) && links[0]?.name !== "";
  const root = isUncalled || at.type === "Super" ? unknown(at) : evaluate(file, at, scope);
  // `const schema = knex.schema`: the properties that lead to a root belong to the chain.
  if (root.is === "chain" && root.links.every((link) => link.values === undefined))
    return { ...root, links: [...root.links, ...links], at: spanOf(tree) };
  const rootName = at.type === "Identifier" ? field(at, "name") : at.type === "ThisExpression" ? "this" : "";
  return { is: "chain", root, rootName, rootTree: at, links, at: spanOf(tree) };
}

/** `this.users`, a field of the class that holds `this.getCollection("users")`. */
function ownField(file: Reader, link: Link | undefined, scope: Scope): ChainValue | undefined {
  const value = fieldOfThis(file, link, scope);
  return value?.is === "chain" && isPlaceOfHandle(value) ? value : undefined;
}

function fieldOfThis(file: Reader, link: Link | undefined, scope: Scope): Value | undefined {
  if (link === undefined || link.values !== undefined) return undefined;
  return scope.lookUp(`this.${link.name}`, (later, owner) => evaluate(file, later, owner));
}

const isMember = (tree: Tree): boolean => /^(?:Optional)?MemberExpression$/.test(tree.type);

function memberName(file: Reader, member: Tree, scope: Scope): string {
  if (member.computed !== true) return keyName({ ...member, type: "MemberExpression" });
  const property = child(member, "property");
  const value = property === undefined ? undefined : evaluate(file, property, scope);
  return value?.is === "plain" ? String(value.value) : (textOf(value) ?? "");
}

/** The chain itself, or what is known of its result. */
function chainValue(file: Reader, tree: Tree, scope: Scope): Value {
  const chain = chainOf(file, tree, scope);
  let { value, from } = beginningOf(file, chain);
  for (const link of chain.links.slice(from)) {
    const next = result(value, link, tree);
    if (next === undefined) break;
    value = next;
    from++;
  }
  const call = chain.links[from];
  const given = call === undefined ? undefined : called(file, value, call, scope.calls + 1, chain.at);
  const made = inOwnWords(file, chain, call, given);
  if (made !== undefined && from === chain.links.length - 1) return made;
  // `users(db).updateMany(…)`
  if (made?.is === "chain")
    return { ...chain, root: made, rootName: made.rootName, links: chain.links.slice(from + 1) };
  // What a name says stands where the name is used.
  if (from === chain.links.length)
    return from > 0 &&
      (/^(?:record|list)$/.test(chain.root.is) || chain.links.at(-1)?.values === undefined) &&
      (value.is === "text" || value.is === "plain")
      ? { ...value, at: chain.at }
      : value;
  const parts = partsOfObject(chain, tree, (key, at) =>
    text([{ text: key, path: file.path, at, exact: false }], { ...tree, ...at }),
  );
  if (parts !== undefined) return parts;
  const path = joinPaths(file, chain, folderOf(file.path));
  if (path !== undefined) return text([{ text: path, path: file.path, at: chain.at, exact: false }], tree);
  const loaded = fileText(file, chain);
  if (loaded !== undefined) return text(loaded, tree);
  if (from === 0) return chain;
  return { ...chain, root: value, rootName: "", links: chain.links.slice(from) };
}

/** What the call of a function gives, if it is a text or a place, or the function stands in another file. */
function called(
  file: Reader,
  value: Value,
  { name, values: given }: Link,
  calls: number,
  at: Span,
): Value | undefined {
  const callee = name === "" ? value : fieldOf(value, name);
  if (given === undefined || callee === undefined) return undefined;
  if (callee.is === "imported") return callee.call(given, calls, at);
  const made = callee.is === "function" && name === "" ? returned(file, callee, given, calls) : undefined;
  const isKnown =
    made?.is === "text" ||
    (made?.is === "chain" && isPlaceOfHandle(made)) ||
    (made?.is === "handle" && isDeclared(made));
  return isKnown ? made : undefined;
}

/** What a function of `file` returns that does nothing but make a value. */
export function returned(
  file: Reader,
  called: FunctionValue,
  given: readonly Value[],
  calls: number,
): Value | undefined {
  return returnedBy(reading(file), called, given, calls);
}

const reading = (file: Reader) => ({
  file,
  evaluate: (tree: Tree, scope: Scope) => evaluate(file, tree, scope),
  truth: (tree: Tree, scope: Scope) => truth(file, tree, scope),
});

/** A property or method of a constant. */
function result(value: Value, link: Link, tree: Tree): Value | undefined {
  const { name, values: given } = link;
  if (value.is === "handle") return given === undefined && name === "context" ? value : undefined;
  if (value.is === "record") {
    return given === undefined && value.fields.has(name) ? value.fields.get(name) : undefined;
  }
  if (value.is === "unknown") return given === undefined ? value.member?.(name) : undefined;
  const answer = answered(value, link, spanOf(tree));
  if (answer !== undefined) return answer;
  if (value.is === "list") {
    if (given === undefined) return /^\d{1,6}$/.test(name) ? value.items[Number(name)] : undefined;
    if (name === "join") return joined(value.items, given[0], tree);
    if (name === "concat" && given.every(({ is }) => is === "list"))
      return {
        ...value,
        items: [value.items, ...given.map((one) => (one.is === "list" ? one.items : []))].flat(),
      };
    return undefined;
  }
  const cased = given?.length === 0 ? inOtherCase(value, name) : undefined;
  if (cased !== undefined) return cased;
  if (value.is === "text" && name === "split") return splitAt(value, given?.[0], tree);
  // White space around SQL means nothing.
  if (
    value.is === "text" &&
    given !== undefined &&
    /^(?:trim|trimStart|trimEnd|toString|valueOf)$/.test(name)
  )
    return value;
  return undefined;
}

/** A name of a database, or what has one: `"mysql"`, `DatabaseType.mysql`. */
export function databaseName(file: Reader, tree: Tree, scope: Scope): string | undefined {
  const value = evaluate(file, tree, scope);
  const text = textOf(value);
  if (text !== undefined || value.is !== "chain" || !isMember(bare(tree))) return text;
  const name = value.links.at(-1)?.name;
  return value.root.is !== "handle" && isOurs(file, name) !== undefined ? name : undefined;
}

/** A condition that is known: constants, and comparisons with the name of a database, which is that of the history. */
export function truth(file: Reader, given: Tree, scope: Scope): boolean | undefined {
  const tree = bare(given);
  if (tree.type === "UnaryExpression" && tree.operator === "!") {
    const inner = child(tree, "argument");
    const holds = inner === undefined ? undefined : truth(file, inner, scope);
    return holds === undefined ? undefined : !holds;
  }
  if (tree.type === "LogicalExpression" && tree.operator !== "??") {
    const decides = tree.operator === "||";
    const both = [child(tree, "left"), child(tree, "right")].map((side) =>
      side === undefined ? undefined : truth(file, side, scope),
    );
    return both.includes(decides) ? decides : both.includes(undefined) ? undefined : !decides;
  }
  if (tree.type === "BinaryExpression" && /^[!=]==?$/.test(field(tree, "operator"))) {
    const sides = [child(tree, "left"), child(tree, "right")].flatMap((side) => side ?? []);
    const [one, other] = sides.map((side) => textOf(evaluate(file, side, scope)));
    if (one !== undefined && other !== undefined)
      return (one === other) === field(tree, "operator").startsWith("=");
    const names = sides.map((side) => databaseName(file, side, scope));
    const name = names.find((one) => one !== undefined);
    const ours = isOurs(file, name);
    if (ours === undefined || !names.includes(undefined)) return undefined;
    return ours === field(tree, "operator").startsWith("=");
  }
  const value = evaluate(file, tree, scope);
  const text = textOf(value);
  return value.is === "plain" ? Boolean(value.value) : text === undefined ? undefined : text !== "";
}
