/** Constants of a class that other code reads by its name: `static tableName = "orders"`, of a model of the project. */
import type { Reader } from "./evaluate.ts";
import type { Scope } from "./scope.ts";
import { child, children, field, keyName, spanOf, type Tree } from "./tree.ts";
import type { FunctionValue, UnknownValue, Value } from "./value.ts";

/** Reads the file's expressions. */
interface Expressions {
  readonly file: Reader;
  readonly evaluate: (tree: Tree, scope: Scope) => Value;
  /** What a function gives that does nothing else. */
  readonly returned: (called: FunctionValue) => Value | undefined;
}

/** A class isn't known, but for its static fields and getters, and those of the class that it extends. */
export function classValue(read: Expressions, tree: Tree, scope: Scope): UnknownValue {
  const { changed } = read.file;
  const name = field(child(tree, "id"), "name");
  const at = spanOf(tree);
  const base = child(tree, "superClass");
  const isChanged = changed.mutated.has(name) || changed.reassigned.has(name);
  const valueOf = (wanted: string): Value | undefined => {
    if (isChanged) return undefined;
    const member = children(child(tree, "body"), "body").find(
      (one) => one["static"] === true && keyName(one) === wanted,
    );
    const given = changed.fields.get(name);
    // `Order.tableName = "orders"`, behind the class
    if (given?.has(wanted) === true) {
      const text = member === undefined ? given.get(wanted) : undefined;
      const segments = text === undefined ? [] : [{ text, path: read.file.path, at, exact: false }];
      return text === undefined ? undefined : { is: "text", segments, holes: false, at };
    }
    if (member !== undefined) return valueOfMember(read, member, scope);
    const inherited = base && read.evaluate(base, scope);
    return inherited?.is === "unknown" ? inherited.member?.(wanted) : undefined;
  };
  return { is: "unknown", at, member: valueOf };
}

function valueOfMember(
  { file, evaluate, returned }: Expressions,
  member: Tree,
  scope: Scope,
): Value | undefined {
  const value = child(member, "value");
  // `this` is whichever class is asked.
  if (value === undefined || /\b(?:this|super)\b/.test(file.text.slice(value.start, value.end)))
    return undefined;
  const kind = field(member, "kind");
  if (kind === "") return evaluate(value, scope);
  if (kind !== "get") return undefined;
  return returned({ is: "function", tree: value, scope, at: spanOf(value) });
}
