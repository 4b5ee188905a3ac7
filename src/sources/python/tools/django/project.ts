/** Runs the operations of a migration on a state: what Django sends, in both directions. */
import type { RefusedCall, ToolCall } from "../../../../model/call.ts";
import type { Segment } from "../../../../text/source-map.ts";
import type { Place, TextValue, Value } from "../../value.ts";
import { Apps, type ProjectFacts } from "./apps.ts";
import { SchemaEditor } from "./editor.ts";
import type { Sent } from "./sender.ts";
import { LiveTables } from "./live.ts";
import type { Operation, Run } from "./operation.ts";
import type { ProjectState } from "./state.ts";

/** What a migration's operations lead to, one after the other. */
export interface Output {
  /** SQL that Django makes. */
  built(segments: readonly Segment[], operation: Operation, byTool: boolean): void;
  /** SQL that the migration writes. */
  raw(text: TextValue, operation: Operation, call?: ToolCall): void;
  /** What isn't known before it runs. */
  unknown(at: Place, operation: Operation): void;
  /** What Django raises for. */
  refuse(call: Omit<RefusedCall, "at">, operation: Operation): void;
  /** A function that works with rows. */
  code(value: Value | undefined, apps: Apps, operation: Operation, isAtomic: boolean): void;
}

/** What the migrations before left: the models, and the tables that the database has. */
export interface Before {
  readonly state: ProjectState;
  readonly live: LiveTables;
}

export const emptyProject: Before = { state: new Map(), live: new LiveTables() };

/** What one operation that is understood sends stands at the operation's own call. */
function segmentsOf({ chunks, at }: Sent, operation: Operation): readonly Segment[] {
  const isOwn = (place: Place | undefined): place is Place => place?.path === operation.at.path;
  const own = isOwn(at) ? at : operation.at;
  return chunks.map((chunk) => {
    const place = typeof chunk !== "string" && isOwn(chunk.at) ? chunk.at : own;
    const text = typeof chunk === "string" ? chunk : chunk.text;
    return { text, path: place.path, at: { start: place.start, end: place.end }, exact: false };
  });
}

/** Runs the operations forwards; returns what they leave. */
export function runForwards(
  operations: readonly Operation[],
  app: string,
  before: Before,
  facts: ProjectFacts,
  output: Output,
): Before {
  const live = before.live.copy();
  let state = before.state;
  run(operations, live, facts, output, (operation, common) => {
    const next = operation.state(state, app);
    operation.forwards({ ...common, app, from: new Apps(state, facts), to: new Apps(next, facts) });
    state = next;
  });
  return { state, live };
}

/** Runs them backwards: `after` is what they left. */
export function runBackwards(
  operations: readonly Operation[],
  app: string,
  before: Before,
  after: Before,
  facts: ProjectFacts,
  output: Output,
): void {
  const states = [before.state];
  for (const one of operations) states.push(one.state(states.at(-1) ?? before.state, app));
  const reversed = [...operations.entries()].reverse();
  const places = new Map(reversed.map(([i, one]) => [one, i]));
  run(
    reversed.map(([, one]) => one),
    after.live.copy(),
    facts,
    output,
    (operation, common) => {
      const i = places.get(operation) ?? 0;
      const from = new Apps(states[i + 1] ?? after.state, facts);
      operation.backwards({ ...common, app, from, to: new Apps(states[i] ?? before.state, facts) });
    },
  );
}

function run(
  operations: readonly Operation[],
  live: LiveTables,
  facts: ProjectFacts,
  output: Output,
  each: (operation: Operation, common: Omit<Run, "app" | "from" | "to">) => void,
): void {
  let now: Operation | undefined;
  const makers = new Map(operations.map((one) => [one.whole, one]));
  const editor = new SchemaEditor(facts.vendor, live, (sent) => {
    const operation = (sent.by && makers.get(sent.by)) ?? now;
    if (operation !== undefined) output.built(segmentsOf(sent, operation), operation, sent.byTool === true);
  });
  for (const operation of operations) {
    now = operation;
    editor.running = operation.whole;
    each(operation, {
      editor,
      raw: (text, call) => {
        output.raw(text, operation, call);
        live.changedBy(text.segments.map((one) => one.text).join(""), facts.vendor.isPostgres);
      },
      unknown: (at) => {
        output.unknown(at, operation);
      },
      refuse: (call) => {
        output.refuse(call, operation);
      },
      code: (value, apps, isAtomic) => {
        output.code(value, apps, operation, isAtomic);
      },
    });
  }
  editor.finish();
}
