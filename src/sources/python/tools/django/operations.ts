/** Django's operations: what each does to the state, and what it sends, forwards and backwards. */
import type { OneWay, ToolCall, Unseen } from "../../../../model/call.ts";
import {
  argument,
  flagOf,
  isNone,
  isNothing,
  itemsOf,
  textOf,
  type CallValue,
  type Place,
  type TextValue,
  type Value,
} from "../../value.ts";
import { Apps, type ProjectFacts } from "./apps.ts";
import {
  nothing,
  sameState,
  headOf,
  type Run,
  type Operation,
  type Given,
  type Reader,
} from "./operation.ts";
import {
  createModel,
  deleteModel,
  renameModelOperation,
  alterModelTable,
  alterTableComment,
  alterTogether,
  alterOrder,
  alterOptions,
} from "./model-operations.ts";
import { addField, removeField, alterField, renameFieldOperation } from "./field-operations.ts";
import {
  addIndex,
  removeIndex,
  renameIndex,
  addConstraint,
  removeConstraint,
  alterConstraint,
  validateConstraint,
} from "./meta-operations.ts";
import { extensions, extension, collation } from "./database-operations.ts";
import { addTrigger, removeTrigger } from "./triggers.ts";

/** Operations of a list; what isn't known stays one that says so. */
export function readOperations(value: Value | undefined, facts: ProjectFacts): readonly Operation[] {
  if (value === undefined || isNone(value)) return [];
  if (value.is !== "list") return [unknownOperation(value)];
  const read = value.items.flatMap((one) => readOperation(one, facts));
  return value.open ? [...read, unknownOperation(value)] : read;
}

const unknownOperation = (value: Value): Operation => ({
  name: value.is === "call" ? value.method : "code",
  at: value.at,
  whole: value.at,
  isReversible: true,
  state: sameState,
  forwards: (run) => {
    run.unknown(value.at);
  },
  backwards: (run) => {
    run.unknown(value.at);
  },
});

function separate(call: CallValue, facts: ProjectFacts): Given {
  const database = readOperations(argument(call, "database_operations", 0), facts);
  const state = readOperations(argument(call, "state_operations", 1), facts);
  const all = (run: Run, from: Apps): Apps[] => {
    const found = [from];
    for (const one of database) {
      const last = found.at(-1) ?? from;
      found.push(new Apps(one.state(last.state, run.app), last.facts));
    }
    return found;
  };
  return {
    isReversible: database.every(({ isReversible }) => isReversible),
    oneWay: database.find(({ isReversible }) => !isReversible)?.oneWay,
    needsNoTransaction: database.some(({ needsNoTransaction }) => needsNoTransaction === true),
    state: (before, app) => state.reduce((now, one) => one.state(now, app), before),
    forwards: (run) => {
      const states = all(run, run.from);
      database.forEach((one, i) => {
        one.forwards({ ...run, isStated: true, from: states[i] ?? run.from, to: states[i + 1] ?? run.to });
      });
    },
    backwards: (run) => {
      const states = all(run, run.to);
      for (const [i, one] of [...database.entries()].reverse())
        one.backwards({ ...run, from: states[i + 1] ?? run.from, to: states[i] ?? run.to });
    },
  };
}

const withoutReverse = (name: string, argument: string): Omit<OneWay, "at"> => ({
  what: `${name} has no ${argument}`,
  instead: `pass ${argument}: what takes it back, or migrations.${name}.noop if there is nothing to take back`,
});

function runSql(call: CallValue, facts: ProjectFacts): Given {
  const sql = argument(call, "sql", 0);
  const reverse = argument(call, "reverse_sql", 1);
  const state = readOperations(argument(call, "state_operations", 2), facts);
  return {
    isReversible: !isNothing(reverse),
    oneWay: withoutReverse("RunSQL", "reverse_sql"),
    state: (before, app) => state.reduce((now, one) => one.state(now, app), before),
    forwards: (run) => {
      const isStated = run.isStated === true || argument(call, "state_operations", 2) !== undefined;
      sendSql(run, sql, call.at, isStated ? undefined : { name: call.method, unseen: unseen(run.from) });
    },
    backwards: (run) => {
      sendSql(run, reverse, call.at);
    },
  };
}

const unseen = (apps: Apps): Unseen => ({
  tables: new Set(
    [...apps.state.values()].flatMap((model) => (model.options.managed ? [apps.table(model)] : [])),
  ),
  argument: "state_operations",
  instead:
    "pass state_operations with the operation that this SQL stands for, such as migrations.AddField; [] if there is none",
});

function sendSql(run: Run, value: Value | undefined, at: Place, call?: ToolCall): void {
  if (value === undefined || isNone(value) || isNoop(value)) return;
  if (value.is === "text") {
    run.raw(value, call);
    return;
  }
  if (value.is !== "list") {
    run.unknown(at);
    return;
  }
  for (const one of value.items) {
    const parts = one.is === "list" ? one.items : [one];
    const [sql, params] = parts;
    if (sql?.is !== "text") run.unknown(one.at);
    else run.raw(isNothing(params) ? sql : withParameters(run, sql, itemsOf(params) ?? []), call);
  }
  if (value.open) run.unknown(at);
}

/** `%s` stands for a parameter, `%%` for a percent sign. */
function withParameters(run: Run, sql: TextValue, params: readonly Value[]): TextValue {
  let next = 0;
  const segments = sql.segments.flatMap((segment) => {
    const parts = segment.text.split(/(%s|%%)/);
    let at = segment.at.start;
    return parts.flatMap((part) => {
      const place = segment.exact ? { start: at, end: at + part.length } : segment.at;
      at += part.length;
      if (part === "") return [];
      if (part === "%%") return [{ ...segment, text: "%", at: place, exact: false }];
      if (part !== "%s") return [{ ...segment, text: part, at: place }];
      const given = params[next++];
      return [
        { ...segment, text: given === undefined ? "%s" : run.from.literal(given), at: place, exact: false },
      ];
    });
  });
  return { ...sql, segments };
}

const isNoop = (value: Value): boolean =>
  (value.is === "name" && value.dotted.endsWith(".noop")) || textOf(value) === "";

function runPython(call: CallValue): Given {
  const code = argument(call, "code", 0);
  const reverse = argument(call, "reverse_code", 1);
  const isAtomic = flagOf(argument(call, "atomic", 2)) === true;
  return {
    isReversible: !isNothing(reverse),
    oneWay: withoutReverse("RunPython", "reverse_code"),
    state: sameState,
    forwards: (run) => {
      run.code(code, run.from, isAtomic);
    },
    backwards: (run) => {
      run.code(reverse, run.from, isAtomic);
    },
  };
}

const stateOnly = (): Given => ({ state: sameState, forwards: nothing, backwards: nothing });

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["CreateModel", createModel],
  ["DeleteModel", deleteModel],
  ["RenameModel", renameModelOperation],
  ["AlterModelTable", alterModelTable],
  ["AlterModelTableComment", alterTableComment],
  ["AlterModelOptions", alterOptions],
  ["AlterModelManagers", stateOnly],
  ["AlterOrderWithRespectTo", alterOrder],
  ["AlterUniqueTogether", alterTogether("uniqueTogether", "unique_together")],
  ["AlterIndexTogether", alterTogether("indexTogether", "index_together")],
  ["AddField", addField],
  ["RemoveField", removeField],
  ["AlterField", alterField],
  ["RenameField", renameFieldOperation],
  ["AddIndex", addIndex(false)],
  ["AddIndexConcurrently", addIndex(true)],
  ["RemoveIndex", removeIndex(false)],
  ["RemoveIndexConcurrently", removeIndex(true)],
  ["RenameIndex", renameIndex],
  ["AddConstraint", addConstraint(false)],
  ["AddConstraintNotValid", addConstraint(true)],
  ["RemoveConstraint", removeConstraint],
  ["AlterConstraint", alterConstraint],
  ["ValidateConstraint", validateConstraint],
  ["SeparateDatabaseAndState", separate],
  ["RunSQL", runSql],
  ["RunPython", runPython],
  ["CreateExtension", extension],
  ...Object.keys(extensions).map((name) => [name, extension] as const),
  ["CreateCollation", collation(true)],
  ["RemoveCollation", collation(false)],
  ["AddTrigger", addTrigger],
  ["RemoveTrigger", removeTrigger],
]);

const isDjangos = (callee: string): boolean =>
  /^(?:django\.(?:db\.migrations|contrib\.(?:postgres|gis))(?:\.\w+)*|pgtrigger\.migrations\.\w+)$/.test(
    callee,
  );

/** Marks for other programs, and questions that stop a migration. */
const silent = /^(?:django_migration_linter\.(?:\w+\.)*IgnoreMigration|pulpcore\.(?:\w+\.)*RequireVersion)$/;

export function readOperation(value: Value, facts: ProjectFacts): readonly Operation[] {
  if (value.is !== "call") return [unknownOperation(value)];
  const as = isDjangos(value.callee) ? { name: value.method, sends: true } : facts.operation(value);
  const reader = as === undefined || value.open ? undefined : readers.get(as.name);
  const given = silent.test(value.callee) ? stateOnly() : reader?.(value, facts);
  if (given === undefined) return [unknownOperation(value)];
  const sent = as?.sends === false ? { forwards: nothing, backwards: nothing } : {};
  return [
    {
      name: value.method,
      at: headOf(value, ["name", "model_name", "old_name"], 2),
      whole: value.at,
      isReversible: true,
      ...given,
      ...sent,
    },
  ];
}
