/** Classes of operations that the project itself defines: those that do what one of Django's does. */
import type { CallValue, ClassValue, FunctionValue, Value } from "../../value.ts";
import type { Run } from "../../walk.ts";
import type { Vendor } from "./vendor.ts";

/** Methods that decide what an operation does; what else a class has is for people. */
const deciding = ["__init__", "__new__", "state_forwards", "create_sql", "_run_sql"] as const;

/** Both run the operation's SQL; a project's class may do so for one database only. */
const running = ["database_forwards", "database_backwards"] as const;

/** An operation of Django's; `sends`: to the database, too, and not only to the project's state. */
export interface DjangosOperation {
  readonly name: string;
  readonly sends: boolean;
}

/** `class PostgresOnlyRunSQL(migrations.RunSQL)`: Django's class, where nothing that matters is its own. */
export function customOperation(
  run: Run,
  { target }: CallValue,
  vendor: Vendor,
): DjangosOperation | undefined {
  if (target?.is !== "class") return undefined;
  const own = (name: string): Value | undefined => run.member(target, name);
  if (deciding.some((name) => own(name) !== undefined)) return undefined;
  const methods = running.map((name) => [name, own(name)] as const);
  const sends = !methods.every(
    ([, method]) => method?.is === "function" && /^(?:pass|return)$/.test(bodyOf(method)),
  );
  const isSame = methods.every(
    ([name, method]) =>
      method === undefined || (method.is === "function" && onlyCallsSuper(method, name, vendor)),
  );
  const name = isSame || !sends ? djangosOperation(run, target, 0) : undefined;
  return name === undefined ? undefined : { name, sends };
}

function djangosOperation(run: Run, value: ClassValue, depth: number): string | undefined {
  if (depth > 12) return undefined;
  for (const base of run.basesOf(value)) {
    const name =
      base.is === "name" ? /^django\.(?:db|contrib)\..*\.(\w+)$/.exec(base.dotted)?.[1] : undefined;
    const found = name ?? (base.is === "class" ? djangosOperation(run, base, depth + 1) : undefined);
    if (found !== undefined && found !== "Operation") return found;
  }
  return undefined;
}

const guard =
  /^if schema_editor\.connection\.vendor (?:!= (["'])(\w+)\1|not in [[({](["'])(\w+)\3,?[\])}]) ?: ?(?:return|self\.database_operations = self\.state_operations) ?/;

/** `if schema_editor.connection.vendor != "postgresql": return`, and then `super().database_forwards(…)`. */
function onlyCallsSuper(method: FunctionValue, name: string, vendor: Vendor): boolean {
  const text = bodyOf(method);
  const [guarded = "", , first, , second] = guard.exec(text) ?? [];
  const only = first ?? second;
  if (only !== undefined && (only === "postgresql") !== vendor.isPostgres) return false;
  return new RegExp(`^(?:return )?super\\([^()]*\\)\\.${name}\\([\\w\\s,=]*\\)$`).test(
    text.slice(guarded.length),
  );
}

/** On one line, without comments. */
function bodyOf({ tree, scope }: FunctionValue): string {
  const body = tree.children.find(({ type }) => type === "Body");
  if (body === undefined) return "";
  return scope.module.text
    .slice(body.start + 1, body.end)
    .replace(/#.*/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
