/** Why the server is sure to refuse a step, in one sentence: for those who compare two replays. */
import type { Failure } from "../../../schema/failure.ts";
import type { Origin } from "../../../schema/model.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";

export interface Refused {
  /** `there is no column orders.code`. */
  readonly text: string;
  readonly span: Span;
  /** Who dropped what is missing, or made what is in the way, if the history did. */
  readonly origin: Origin | undefined;
}

/** Undefined: it runs, nothing comes of it, or it isn't certain. */
export function whyRefused(step: Step): Refused | undefined {
  const { operation, skipped, failures, effects, dependents } = step;
  if (skipped) return undefined;
  const failure = failures.find(({ kind }) => kind !== "differs");
  if (failure !== undefined) {
    const { span, dropped, existing } = failure;
    return { text: failureSays(failure), span, origin: dropped ?? existing };
  }
  const at = operation.head;
  if (!("cascade" in operation && operation.cascade)) {
    const user = dependents.ofDropped().find(({ onDrop }) => onDrop === "refuses");
    const object = dependents.droppedObject();
    if (user !== undefined && object !== undefined)
      return { text: `${object} is used by ${user.text}`, span: at, origin: user.origin };
  }
  return effects.fails === undefined ? undefined : { text: effects.fails, span: at, origin: undefined };
}

const failureSays = ({ kind, what, name }: Failure): string =>
  kind.startsWith("duplicate-") ? `${what} ${name} exists already` : `there is no ${what} ${name}`;
