/** The contract of a rule. A rule is one file that default-exports `defineRule({…})` and imports only this module. */
import type { DialectName } from "../model/dialect.ts";
import type { Edit, Span } from "../text/span.ts";
import type { OperationKind } from "../model/operation.ts";
import type { FileProblem } from "../project/migration.ts";
import type { MigrationScope, Place, ProjectScope, StatementScope, Step } from "../replay/step.ts";

export type { Edit, Span } from "../text/span.ts";
export type { Step, MigrationScope, ProjectScope, Transaction } from "../replay/step.ts";
export type { NameStyle } from "../replay/questions/migration/file-names.ts";
export type * from "../model/operation.ts";
export type { QualifiedName, Name, Key } from "../model/names.ts";
export type {
  Dependent,
  Relation,
  Column,
  Index,
  Constraint,
  ForeignKey,
  UserType,
} from "../schema/model.ts";
export { wordsOf } from "../replay/questions/names/words.ts";
export { blocks } from "../effects/effects.ts";
export { engineName, engineOf } from "../model/engines.ts";
export { typeText } from "../model/types.ts";
export { isString } from "../schema/apply/mysql/charset.ts";
export type { ColumnType } from "../model/types.ts";

export type Severity = "error" | "warning" | "note";
export type Category =
  | "locks"
  | "rewrites"
  | "data-loss"
  | "compatibility"
  | "transactions"
  | "data"
  | "history"
  | "correctness"
  | "schema"
  | "security";
export type { DialectName } from "../model/dialect.ts";
/** What a rule can be a member of. */
export type BasePreset = "recommended" | "conventions" | "style" | "strict";
/** A set of conventions under its name: `conventions` with other severities and options. */
export type ConventionPreset = `conventions/${"timestamped" | "numbered" | "flyway"}`;
export type PresetName = BasePreset | ConventionPreset;

/** The `{{name}}` placeholders of a message. */
export type Placeholders<T extends string> = T extends `${string}{{${infer P}}}${infer Rest}`
  ? P | Placeholders<Rest>
  : never;

export type { Place } from "../replay/step.ts";

export interface Related {
  readonly at: Span | Place;
  /** `takes the lock`, `created here`. */
  readonly message: string;
}

/** A change of the text; `safe` means the same to the database, a suggestion needs a look. */
export interface Fix {
  /** What it does: `add CONCURRENTLY`. */
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** The values of a message's placeholders; of a message that isn't known to the compiler, any. */
type DataOf<T extends string> = string extends T
  ? { readonly data?: Readonly<Record<string, string | number>> | undefined }
  : [Placeholders<T>] extends [never]
    ? { readonly data?: undefined }
    : { readonly data: Readonly<Record<Placeholders<T>, string | number>> };

export type Report<M extends Record<string, string>> = {
  [I in keyof M & string]: {
    /** The smallest guilty span, in the step's script (for `migration` scope: in the up script) or elsewhere. */
    readonly at: Span | Place;
    readonly message: I;
    /** What to write instead, as SQL or a sentence; default: the rule's recipe, else `docs.instead`. */
    readonly instead?: string | undefined;
    /** Weaker than the rule's own for this case; never stronger than configured. */
    readonly severity?: Severity | undefined;
    readonly related?: readonly Related[] | undefined;
    /** What stands at `at` is a secret: reports don't show it. */
    readonly confidential?: true | undefined;
    readonly fix?: Fix | undefined;
    /** In the scopes: the step that it is about, for its locks and the recipe. */
    readonly step?: Step | undefined;
  } & DataOf<M[I]>;
}[keyof M & string];

export interface Context<M extends Record<string, string>, O> {
  readonly options: O;
  readonly report: (report: Report<M>) => void;
}

/** The part of zod that options use; passed in, so that a rule doesn't load it. */
export type Zod = typeof import("zod").z;

export interface RuleDocs {
  /** One sentence: what is flagged. Markdown. */
  readonly summary: string;
  /** Who waits or loses what. */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
  /** The same of MySQL and MariaDB, where it is another. A sentence. */
  readonly insteadOnMysql?: string | undefined;
  /** What looks like it and isn't reported, or is reported and harmless: a sentence each. Markdown. */
  readonly exceptions?: readonly string[] | undefined;
}

export interface RuleDefinition<M extends Record<string, string>, O, G extends KindGroups = KindGroups> {
  readonly id: string;
  /** Earlier ids that still work in configuration and suppressions. */
  readonly formerly?: readonly string[];
  readonly category: Category;
  readonly severity: Severity;
  /** Default membership; every rule is in `strict`. */
  readonly presets: readonly BasePreset[];
  readonly dialects: readonly DialectName[];
  /** Which scripts the rule looks at; default `["up"]`. */
  readonly directions?: readonly ("up" | "down")[];
  /** The rule also looks at what the server is sure to refuse, and why. Else it is called for nothing of that. */
  readonly alsoRefused?: string;
  /** The rule also looks at what IF [NOT] EXISTS is sure to skip, and why. */
  readonly alsoSkipped?: string;
  readonly fix: "none" | "safe" | "suggestion";
  readonly docs: RuleDocs;
  readonly messages: M;
  /** Schema and defaults of the options; defaults are data, so that zod is loaded only to check a configuration. */
  readonly options?: { readonly defaults: O; readonly schema: (z: Zod) => unknown };
  /**
   * True: only the first finding of a run is shown, and its `{{more}}` tells how many migrations more are concerned.
   */
  readonly once?: (options: O) => boolean;
  /** The safe way to write this very statement, for this runner. */
  readonly recipe?: (step: Step) => string | undefined;
  /** Names for several kinds of operations that share a function of `on`. */
  readonly kinds?: G;
  readonly on: Handlers<M, O> & GroupHandlers<M, O, G>;
}

/** Several kinds of operations by a name that a rule gives them: `{ key: ["addUnique", "addPrimaryKey"] }`. */
export type KindGroups = Readonly<Record<string, readonly OperationKind[]>>;

type GroupHandlers<M extends Record<string, string>, O, G extends KindGroups> = string extends keyof G
  ? unknown
  : { readonly [N in keyof G]?: (step: Step<G[N][number]>, context: Context<M, O>) => void };

/** What a rule waits for, with the function that is called. */
export type Handlers<M extends Record<string, string>, O> = {
  readonly [K in OperationKind]?: (step: Step<K>, context: Context<M, O>) => void;
} & {
  /** Every operation of any kind. */
  readonly operation?: (step: Step, context: Context<M, O>) => void;
  /** Once for each statement, with its steps. */
  readonly statement?: (scope: StatementScope, context: Context<M, O>) => void;
  /** Once for each migration, after its steps. */
  readonly migration?: (scope: MigrationScope, context: Context<M, O>) => void;
  /** Once for each run. */
  readonly project?: (scope: ProjectScope, context: Context<M, O>) => void;
};

/** A rule with its types erased and a function for each of its kinds, as the runner holds it. */
export type Rule = Omit<RuleDefinition<Record<string, string>, unknown>, "kinds">;

export function defineRule<
  const M extends Record<string, string>,
  O = Record<string, never>,
  const G extends KindGroups = KindGroups,
>({ kinds, ...rule }: RuleDefinition<M, O, G>): Rule {
  const named: KindGroups = kinds ?? {};
  const on = Object.entries(rule.on).flatMap(([name, handler]) =>
    (named[name] ?? [name]).map((kind) => [kind, handler] as const),
  );
  const twice = on.find(([kind], at) => on.findIndex(([other]) => other === kind) < at);
  if (twice) throw new Error(`rule ${rule.id} has two functions for ${twice[0]}`);
  // The runner passes each rule its own options and messages, so erasing the parameters is sound.
  return { ...rule, on: Object.fromEntries(on) } as unknown as Rule;
}

type FileRule = Omit<RuleDefinition<Record<string, string>, unknown>, "messages" | "kinds" | "on"> & {
  readonly id: FileProblem["rule"];
  /** More places that belong to a problem. */
  readonly related?: (problem: FileProblem, scope: ProjectScope) => readonly Related[];
};

/** A rule that shows what discovery has found wrong with files, under its id. */
export const defineFileRule = ({ related, ...rule }: FileRule): Rule =>
  defineRule({
    ...rule,
    messages: { problem: "{{message}}" },
    on: {
      project(scope, { report }) {
        for (const problem of scope.fileProblems(scope.histories, rule.id)) {
          const { data, ...found } = ofFile(problem);
          const more = related?.(problem, scope) ?? [];
          report({ ...found, message: "problem", data, related: [...found.related, ...more] });
        }
      },
    },
  });

/** What a report says of a file's problem; its `message` is for a placeholder of that name. */
export const ofFile = ({ path, span, message, instead, related }: FileProblem) => ({
  at: { path, span },
  data: { message },
  instead,
  related: related
    ? [{ at: { path: related.path, span: { start: 0, end: 0 } }, message: related.message }]
    : [],
});

/** An edit that inserts ` text` at an offset. */
export const insertAt = (offset: number, text: string): Edit => ({
  span: { start: offset, end: offset },
  text,
});

export * as recipes from "../recipes/index.ts";
