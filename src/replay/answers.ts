/** How a step answers: each question is computed when it is read, as most questions of most steps are never asked. */
import type { Effects } from "../effects/effects.ts";
import type { Key, QualifiedName } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { Script } from "../project/migration.ts";
import type { Failure } from "../schema/failure.ts";
import type { Schema } from "../schema/schema.ts";
import type { Statement } from "../sql/front-end.ts";
import type { DeprecationMark } from "./questions/dependents/deprecation.ts";
import type { Collections } from "./questions/documents/collections.ts";
import type { RowVersions } from "./questions/mysql/row-versions.ts";
import type { GivenName } from "./questions/names/given-names.ts";
import type { Copies } from "./questions/dependents/copied.ts";
import type { Kept } from "./questions/dependents/kept.ts";
import type { Rows } from "./questions/rows/rows.ts";
import type { Batch } from "./state.ts";
import type { Revoked } from "./questions/security/revoked.ts";
import type { Fills } from "./questions/values/fills.ts";
import type { ReplayFacts } from "./replay-facts.ts";
import type { ScriptSteps } from "./script-steps.ts";
import type { Direction, MigrationScope, Step, Transaction } from "./step.ts";

export interface StepParts {
  readonly operation: Operation;
  readonly statement: Statement;
  /** All operations of the statement, those of called functions included. */
  readonly together: readonly Operation[];
  readonly scope: MigrationScope;
  readonly script: Script;
  readonly direction: Direction;
  readonly before: Schema;
  readonly after: Schema;
  readonly skipped: boolean;
  readonly failures: readonly Failure[];
  readonly transaction: Transaction;
  readonly effects: Effects;
  readonly isNew: (key: Key) => boolean;
  /** See `unusedTables`. */
  readonly isUnused: (key: Key) => boolean;
  readonly setting: (name: string) => string | undefined;
  readonly facts: ReplayFacts;
  readonly marks: readonly DeprecationMark[];
  /** Columns that earlier migrations have filled. */
  readonly fills: Fills;
  /** Columns whose values earlier migrations have copied. */
  readonly copies: Copies;
  /** What triggers of earlier migrations keep in step. */
  readonly kept: Kept;
  /** What earlier migrations have taken from roles. */
  readonly revoked: Revoked;
  /** The transaction of earlier pending migrations that this one runs in. */
  readonly batch: Batch | undefined;
  /** Of MySQL tables, before this migration. */
  readonly rowVersions: RowVersions;
  /** Of MongoDB, before this script. */
  readonly collections: Collections;
  /** All steps of the script; this one will be number `at`. */
  readonly steps: ScriptSteps;
  readonly at: number;
  /** Answers that several rules ask for. */
  readonly known: {
    givenNames?: readonly GivenName[];
    /** By table; true of a migration that leads to `after`. */
    rows?: { readonly after: Schema; readonly of: Map<Key, Rows> };
    /** By their answers; see `answering`. */
    topics?: Map<object, unknown>;
  };
}

/** A function for each question. */
export type Answers<Questions> = {
  readonly [Question in keyof Questions]: (step: Step, parts: StepParts) => Questions[Question];
};

/** Defines a getter for each question; `ask` calls its function for the object that is asked. */
export function defineAnswers<Questions, Asked>(
  prototype: Asked,
  answers: Answers<Questions>,
  ask: (asked: Asked, answer: Answers<Questions>[keyof Questions]) => unknown,
): void {
  for (const question of Object.keys(answers) as (keyof Questions)[]) {
    const answer = answers[question];
    Object.defineProperty(prototype, question, {
      get(this: Asked) {
        return ask(this, answer);
      },
    });
  }
}

/** What the questions of one topic are asked about. */
class Topic {
  readonly #step: Step;
  readonly #parts: StepParts;

  constructor(step: Step, parts: StepParts) {
    this.#step = step;
    this.#parts = parts;
  }

  static define<Questions>(prototype: Topic, answers: Answers<Questions>): void {
    defineAnswers(prototype, answers, (topic, answer) => answer(topic.#step, topic.#parts));
  }
}

/** Makes the answers of one topic for a step; each is computed when it is read. */
export function answering<Questions>(
  answers: Answers<Questions>,
): (step: Step, parts: StepParts) => Questions {
  class Answering extends Topic {}
  Topic.define(Answering.prototype, answers);
  // Many rules ask about each step.
  return (step, parts) => {
    const known = (parts.known.topics ??= new Map<object, unknown>());
    let topic = known.get(answers);
    if (topic === undefined) known.set(answers, (topic = new Answering(step, parts)));
    return topic as Questions;
  };
}

export const keyIn = (before: Schema, name: QualifiedName | Key): Key =>
  typeof name === "string" ? name : before.resolve(name);

/** The server that the step runs on. */
export const serverOf = ({ facts, setting }: StepParts) => ({ version: facts.serverVersion, setting });
