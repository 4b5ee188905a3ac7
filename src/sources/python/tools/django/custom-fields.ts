/** Classes of fields that the project itself defines: which of Django's they come from, and what they always give. */
import type { Sources } from "../../modules.ts";
import { textOf, type CallValue, type ClassValue, type Value } from "../../value.ts";
import { Run } from "../../walk.ts";
import type { CustomField } from "./fields.ts";
import { djangoClass, knownField } from "./fields.ts";

/** Deeper inheritance isn't followed. */
const deepest = 12;

/** What a call of a class of the project makes; undefined: no field of Django is among its bases. */
export function customField(run: Run, call: CallValue, sources: Sources): CustomField | undefined {
  if (call.target?.is !== "class") return undefined;
  const base = baseField(run, call.target, 0);
  const ownType = ownTypeOf(run, call.target, call);
  if (base === undefined) return ownType === undefined ? undefined : { kind: undefined, ownType };
  return {
    kind: base.kind,
    ownType: ownType ?? base.ownType,
    defaults: base.defaults,
    forced: forcedOptions(run, call.target, call, sources),
  };
}

/** The first class of Django among all bases. */
function baseField(run: Run, value: ClassValue, depth: number): CustomField | undefined {
  if (depth > deepest) return undefined;
  for (const base of run.basesOf(value)) {
    if (base.is === "name") {
      const kind = djangoClass(base.dotted);
      const known = kind === undefined ? knownField(base.dotted) : { kind };
      // `models.Field` itself has no column of its own.
      if (known !== undefined && known.kind !== "Field") return known;
    }
    const found = base.is === "class" ? baseField(run, base, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const callOf = (call: CallValue, values: readonly Value[]): CallValue => ({
  ...call,
  callee: "",
  target: undefined,
  values,
  keywords: new Map(),
  places: new Map(),
  open: false,
});

/** `def db_type(self, connection): return "citext"` */
function ownTypeOf(run: Run, value: ClassValue, call: CallValue): string | undefined {
  const method = run.member(value, "db_type");
  if (method?.is !== "function") return undefined;
  const connection: Value = { is: "unknown", at: call.at };
  const result = run.quietly(() => run.callFunction({ ...method, self: call }, callOf(call, [connection])));
  return textOf(result);
}

/** The arguments that its `__init__` hands on: `kwargs["max_length"] = 100`. */
function forcedOptions(
  run: Run,
  value: ClassValue,
  call: CallValue,
  sources: Sources,
): ReadonlyMap<string, Value> | undefined {
  const method = run.member(value, "__init__");
  if (method?.is !== "function") return undefined;
  let handed: CallValue | undefined;
  const own = new Run(
    {
      call: (one) => {
        if (one.method === "__init__") handed ??= one;
        return undefined;
      },
    },
    run.files,
    sources,
  );
  own.callFunction({ ...method, self: call }, { ...call, target: undefined, callee: "" });
  if (handed === undefined) return undefined;
  return new Map([...handed.keywords].filter(([, one]) => one.is !== "unknown"));
}
