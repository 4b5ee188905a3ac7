/** `with_options(algorithm: :concurrently) { … }`: each call of the block has these options, too. */
import type { BlockValue, CallValue, ObjectValue, RecordValue, Value } from "../value.ts";
import { isStatement } from "./statements.ts";

/** What the block calls, and what it is given. */
class OptionMerger {
  readonly receiver: Value | undefined;
  readonly options: RecordValue;

  constructor(receiver: Value | undefined, options: RecordValue) {
    this.receiver = receiver;
    this.options = options;
  }
}

export class OptionBlocks {
  /** Of the blocks that are open; undefined: of one that is given what it calls. */
  readonly #open: (OptionMerger | undefined)[] = [];

  /** False: it is another call, or its options aren't known. */
  runs(call: CallValue, yieldTo: (block: BlockValue, given: ObjectValue) => void): boolean {
    const { name, receiver, args, block, at } = call;
    const [options, ...rest] = args;
    if (name !== "with_options" || block === undefined || rest.length > 0) return false;
    if (options?.is !== "record") return false;
    const merger = new OptionMerger(receiver, options);
    // Without a parameter, all calls of the block that name no receiver are meant.
    const takesNothing = block.tree.parameters.every(({ kind }) => kind === "block");
    this.#open.push(takesNothing ? merger : undefined);
    yieldTo(block, { is: "object", data: merger, at });
    this.#open.pop();
    return true;
  }

  /** The call with the options of the block that it stands in; its own come first. */
  merged(call: CallValue): CallValue {
    const { receiver } = call;
    const named =
      receiver?.is === "object" && receiver.data instanceof OptionMerger ? receiver.data : undefined;
    const merger = named ?? (receiver === undefined ? this.#open.at(-1) : undefined);
    if (merger === undefined) return call;
    // `execute` takes none.
    if (merger.receiver === undefined && !isStatement(call.name)) return { ...call, receiver: undefined };
    return withOptions(call, merger);
  }
}

function withOptions(call: CallValue, { receiver, options }: OptionMerger): CallValue {
  const last = call.args.at(-1);
  const own = last?.is === "record" ? last : undefined;
  const fields = new Map([...options.fields, ...(own?.fields ?? [])]);
  const open = options.open || own?.open === true;
  const record: RecordValue = { is: "record", fields, open, at: own?.at ?? options.at };
  const args = own === undefined ? call.args : call.args.slice(0, -1);
  return { ...call, receiver, args: [...args, record], options: fields, open: call.open || open };
}
