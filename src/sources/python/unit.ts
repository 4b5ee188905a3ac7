/** A migration as advice sees it that takes its place: see `CodeUnit`. */
import type { CodeUnit, UnitCall } from "../../model/tool.ts";
import type { Module } from "./modules.ts";
import { spanOf, type Tree } from "./tree.ts";
import { textOf, type CallValue, type Value } from "./value.ts";

/** What a tool's reader says of a migration. */
export interface UnitFacts extends Pick<
  CodeUnit,
  | "name"
  | "app"
  | "releases"
  | "others"
  | "ofModels"
  | "closed"
  | "isSole"
  | "onlyIndexes"
  | "parameters"
  | "ends"
  | "timeoutOption"
> {
  readonly module: Module;
  /** Where it says what it follows. */
  readonly follows: Value | undefined;
  readonly calls: readonly CallValue[];
  /** Where a call says what it does to the models: itself, if it is an operation on them. */
  readonly stateOf?: (call: CallValue) => Value | undefined;
  /** See `UnitCall.noSql`. */
  readonly noSqlOf?: (call: CallValue) => string | undefined;
}

export function unitOf({ module, follows, calls, stateOf, noSqlOf, ...facts }: UnitFacts): CodeUnit {
  const { text, program, path } = module;
  return {
    ...facts,
    follows: follows?.at.path === path ? text.slice(follows.at.start, follows.at.end) : undefined,
    imports: program.children
      .filter(
        (one) => one.type === "ImportStatement" || (one.type === "AssignStatement" && isConstant(one, text)),
      )
      .map(({ start, end }) => text.slice(start, end).trim()),
    calls: calls
      .filter(({ at }) => at.path === path)
      .map((call): UnitCall => {
        const own = text.slice(call.at.start, call.at.end);
        const state = stateOf?.(call);
        return {
          name: call.method,
          text: own,
          at: spanOf(call.at),
          head: own.indexOf("("),
          texts: textsOf(call),
          holds: [...call.values, ...call.keywords.values()].flatMap((one) =>
            one.is === "call" ? [one.method] : [],
          ),
          state:
            state === undefined || state.at.path !== path
              ? undefined
              : state === call
                ? `[${own}]`
                : text.slice(state.at.start, state.at.end),
          noSql: noSqlOf?.(call),
        };
      }),
  };
}

/** `TABLE = "orders"`: what a call beside it may use. */
const isConstant = ({ start, end }: Tree, text: string): boolean =>
  end - start < 300 &&
  /^(?!(?:revision|down_revision|branch_labels|depends_on|operations)\b)\w+\s*=/.test(text.slice(start, end));

function textsOf(call: CallValue): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, value: Value): void => {
    const text = textOf(value);
    if (text !== undefined) found.set(name, text);
    // The name of an index or a constraint stands in its own call.
    else if (value.is === "call") {
      const inner = textOf(value.keywords.get("name"));

      if (inner !== undefined) found.set(`${name}.name`, inner);
    }
  };
  call.values.forEach((value, i) => {
    add(String(i), value);
  });
  for (const [name, value] of call.keywords) add(name, value);
  return found;
}
