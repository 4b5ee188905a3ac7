/** What a declaration says that a name or a function's result is: `let client: MongoClient | null`. */
import { children, child, field, spanOf, type Tree } from "./tree.ts";
import type { HandleValue } from "./value.ts";

const drivers = /["'](?:mongodb|mongoose|@mikro-orm\/mongodb)["']/;
/** The type itself, perhaps of a promise, or perhaps nothing. */
const types =
  /^:\s*(?:Promise\s*<\s*)?(?:\w+\.)?(MongoClient|Db|Connection)\b\s*(?:>\s*)?(?:$|\|\s*(?:null|undefined)\b)/;
const made = /^(?:new\s+MongoClient\s*\(|(?:\w+\.)?MongoClient\.connect\s*\()/;

const roleOf = (type: string): string => (type === "MongoClient" ? "client" : "database");

interface File {
  readonly text: string;
}

const handle = (tree: Tree, role: string): HandleValue => ({
  is: "handle",
  at: spanOf(tree),
  role,
  isDeclared: true,
});

const annotated = ({ text }: File, tree: Tree, name: string): string | undefined => {
  const type = tree[name] as { readonly start?: unknown; readonly end?: unknown } | undefined;
  return typeof type?.start === "number" && typeof type.end === "number"
    ? types.exec(text.slice(type.start, type.end))?.[1]
    : undefined;
};

/** Variables of the top level that hold MongoDB's client or a database once something has connected. */
export function declaredHandles(
  file: File,
  body: readonly Tree[],
): readonly (readonly [string, HandleValue])[] {
  if (!drivers.test(file.text)) return [];
  return body.flatMap((statement) => {
    const inner = child(statement, "declaration") ?? statement;
    return children(inner, "declarations").flatMap((one) => {
      const id = child(one, "id");
      const name = field(id, "name");
      if (id === undefined || name === "") return [];
      const type = annotated(file, id, "typeAnnotation");
      const role = type === undefined ? assignedRole(file.text, name, field(inner, "kind")) : roleOf(type);
      return role === undefined ? [] : [[name, handle(one, role)] as const];
    });
  });
}

/** Without types: `client = new MongoClient(url)`, and `database = client.db()`. */
function assignedRole(text: string, name: string, kind: string): string | undefined {
  if (kind !== "let" && kind !== "var") return undefined;
  const values = [
    ...text.matchAll(/(?<![\w$.])([\w$]{1,60})\s*=(?![=>])\s*(?:await\s+)?([^;\n]{1,80})/g),
  ].flatMap(([, target, value = ""]) =>
    target === name && !/^(?:null|undefined)\b/.test(value) ? [value] : [],
  );
  if (values.length === 0) return undefined;
  if (values.every((value) => made.test(value))) return "client";
  return values.every((value) => /^[\w$.]+\.db\(/.test(value)) ? "database" : undefined;
}

/** `async function getDb(): Promise<Db>` */
export function returnedHandle(file: File, called: Tree): HandleValue | undefined {
  const type = annotated(file, called, "returnType");
  return type === undefined || !drivers.test(file.text) ? undefined : handle(called, roleOf(type));
}
