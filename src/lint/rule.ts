/** The contract of a rule. A rule is one file that default-exports `defineRule({…})` and imports only this module. */
import type { DialectName, PerFamily, PerSqlFamily } from "../model/dialect.ts";
import type { Edit, Span } from "../text/span.ts";
import type { OperationKind } from "../model/operation.ts";
import type { FileProblem } from "../project/file-problem.ts";
import type { MigrationScope, Place, ProjectScope, StatementScope, Step } from "../replay/step.ts";
import type { Advice } from "../recipes/index.ts";
import { categories, RuleDefinitionError, type basePresets, type severities } from "./rule-shape.ts";

export type { Edit, Span } from "../text/span.ts";
export type { Step, MigrationScope, ProjectScope, Transaction } from "../replay/step.ts";
export type { Advice } from "../recipes/index.ts";
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
export { meansToDelete } from "../replay/questions/rows/by-hand.ts";
export { extendsRow, hasFewRowsLater, keepsRows } from "../replay/questions/rows/few-rows.ts";
export { growsSurely, growth, seemsSmall } from "../replay/questions/rows/growth.ts";
export { hasCharset } from "../replay/questions/mysql/charsets.ts";
export { everybody } from "../replay/questions/security/opened-rows.ts";
export { counts } from "../replay/questions/values/key-types.ts";
export { needsNoKey } from "../schema/keyless.ts";
export {
  checkRepaired,
  columnLater,
  columnRepaired,
  keyMadeLater,
  keyRepaired,
  laterRelation,
  relationRepaired,
  sameOrigin,
} from "../schema/later.ts";
export { columnsSetToNull } from "../schema/references.ts";
export { isOff, isVacuumSwitch } from "../schema/vacuum-switch.ts";
export { wordsOf } from "../replay/questions/names/words.ts";
export { blocks } from "../effects/effects.ts";
export { engineName, engineOf } from "../model/engines.ts";
export { givesValue } from "../model/expression.ts";
export { sameType, typeText } from "../model/types.ts";
export { isString } from "../schema/apply/mysql/charset.ts";
export type { ColumnType } from "../model/types.ts";

export { categories };
export type Severity = (typeof severities)[number];
export type Category = (typeof categories)[number];
export type { DialectName, PerFamily, PerSqlFamily } from "../model/dialect.ts";
/** What a rule can be a member of. */
export type BasePreset = (typeof basePresets)[number];
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

export interface Implying {
  readonly rule: string | readonly string[];
  readonly at?: Place | undefined;
}

export type Report<M extends Record<string, string>> = {
  [I in keyof M & string]: {
    /** The smallest guilty span, in the step's script (for `migration` scope: in the up script) or elsewhere. */
    readonly at: Span | Place;
    readonly message: I;
    /** What to write instead, as SQL, steps or a sentence; default: the rule's recipe, else `docs.instead`. */
    readonly instead?: string | Advice | undefined;
    /** Weaker than the rule's own for this case; never stronger than configured. */
    readonly severity?: Severity | undefined;
    readonly related?: readonly Related[] | undefined;
    /**
     * Of what is wrong with the state and not with the statement: true if it isn't so any more in the schema at the end
     * of the history. It is then not reported.
     */
    readonly repaired?: ((end: Step["after"]) => boolean) | undefined;
    /** The same of what matters less by then: true makes it a note. */
    readonly noted?: ((end: Step["after"]) => boolean) | undefined;
    /** Of several statements of a migration that become one finding, the one of the highest weight leads; default 0. */
    readonly weight?: number | undefined;
    /**
     * What another rule advises for the statement at `at`, without one for the migration, makes this rule's advice needless:
     * if that rule reports it, it lists this finding. Of several rules the first that does.
     */
    readonly impliedBy?: Implying | undefined;
    /** What stands at `at` is a secret: reports don't show it. */
    readonly confidential?: true | undefined;
    readonly fix?: Fix | undefined;
    /** In the scopes: the step that it is about, for its locks and the recipe. */
    readonly step?: Step | undefined;
  } & DataOf<M[I]>;
}[keyof M & string];

export interface Context<M extends Record<string, string>, O extends RuleOptions = RuleOptions> {
  readonly options: OptionValues<O>;
  readonly report: (report: Report<M>) => void;
}

/**
 * An option of a rule, as data in the words of JSON Schema. Its default tells its type: a boolean, a whole number, a
 * string, or a list of strings that aren't empty. The configuration is checked against it, and pages show it.
 */
export type RuleOption = {
  /** What it means. A sentence; Markdown. */
  readonly description: string;
} & (
  | { readonly default: boolean }
  | {
      readonly default: number;
      readonly minimum?: number | undefined;
      readonly maximum?: number | undefined;
    }
  | {
      readonly default: string;
      readonly enum?: readonly string[] | undefined;
      /** In characters. */
      readonly minLength?: number | undefined;
      /** In characters. */
      readonly maxLength?: number | undefined;
      /** A regular expression that matches somewhere in it, unless it begins with `^`. */
      readonly pattern?: string | undefined;
    }
  | {
      readonly default: readonly string[];
      readonly enum?: readonly string[] | undefined;
      readonly minItems?: number | undefined;
      readonly maxItems?: number | undefined;
      /** Of each string of the list. */
      readonly pattern?: string | undefined;
    }
);

/** An option whose type isn't known, for those who read it. */
export interface AnyOption {
  readonly description: string;
  readonly default: unknown;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly pattern?: string | undefined;
}

/** Options by name. */
export type RuleOptions = Readonly<Record<string, RuleOption>>;

/** What a rule is given for its options: the configured values, else the defaults. */
export type OptionValues<O extends RuleOptions> = string extends keyof O
  ? Readonly<Record<string, unknown>>
  : { readonly [K in keyof O]: OptionValue<O[K]> };

type OptionValue<T extends RuleOption> = T["default"] extends readonly string[]
  ? readonly EnumOf<T>[]
  : T["default"] extends string
    ? EnumOf<T>
    : T["default"] extends number
      ? number
      : boolean;

type EnumOf<T> = T extends { readonly enum: readonly (infer E extends string)[] } ? E : string;

export interface RuleDocs {
  /** One sentence: what is flagged. Markdown. */
  readonly summary: string;
  /** Who waits or loses what. */
  readonly why: string;
  /** What to write instead; by family where it differs. */
  readonly instead: string | (PerSqlFamily<string> & { readonly mongodb?: string });
  /** What the rule leaves alone on purpose, each a phrase that completes "Not reported:". */
  readonly exceptions?: readonly string[] | undefined;
}

/** The safe way to write a statement, with the rule's options, as steps or a text; undefined: there is none for this one. */
export type Recipe<O extends RuleOptions = RuleOptions> = (
  step: Step,
  options: OptionValues<O>,
) => string | Advice | undefined;

/** Why a rule also looks at what the server is sure to refuse, by the cause of the refusal; default: it doesn't. */
export interface AlsoRefused {
  /** Only tables are missing, which something else may create; without it, `objects` says it of these, too. */
  readonly tables?: string;
  /** An object is missing, or exists already: `step.failures`. */
  readonly objects?: string;
  /** The server can't do it to the objects that exist: `step.effects.fails`. */
  readonly effects?: string;
}

export interface RuleDefinition<
  M extends Record<string, string>,
  O extends RuleOptions = RuleOptions,
  G extends KindGroups = KindGroups,
> {
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
  /** It also looks at rollbacks, and reports only messages that begin with `fails` there; default: false. */
  readonly failuresOfRollback?: boolean;
  /** Why the rule also looks at statements that the server is sure to refuse; default: it is not called for them. */
  readonly alsoRefused?: string | AlsoRefused;
  /** Why the rule also looks at what IF [NOT] EXISTS is sure to skip; default: it is not called for it. */
  readonly alsoSkipped?: string;
  /** Why its findings matter where nothing runs the history, too; default: they are notes there. */
  readonly alsoUnrun?: string;
  /** What its fixes are; default: `none`. */
  readonly fix?: "none" | "safe" | "suggestion";
  readonly docs: RuleDocs;
  readonly messages: M;
  /**
   * Rules whose findings on the same operation have the same cause: of all these findings only the most severe is
   * reported, and lists the others.
   */
  readonly sameCause?: readonly string[] | undefined;
  /**
   * Rules whose findings on another statement of the same call of code stand for this rule's, unless they are less severe:
   * what they advise replaces the whole call.
   */
  readonly partOf?: readonly string[] | undefined;
  /**
   * `file`: what it reports of several migrations of one file is one finding, led by the newest, as is what it reports of
   * several statements of one migration. `migration`: mistakes, but those of one migration that statements of others are
   * the cause of are one finding: the migration is written for a database in another state.
   */
  readonly repeatedIn?: "file" | "migration" | undefined;
  /**
   * True: what it advises changes the schema that the migrations lead to. Where the project also declares its schema, for
   * a tool that compares the two, the advice says so.
   */
  readonly declared?: boolean;
  /** True: nothing is reported of a table that a later statement of the migration drops: what it would say ends with it. */
  readonly endsWithTable?: boolean;
  /**
   * Its findings matter on tables with many rows, or with any. Where `Step.rows` says that there are none, or few, they
   * are less severe, and name the statement that shows it. Default: `many rows` in the categories `locks` and `rewrites`.
   */
  readonly assumes?: "many rows" | "rows" | undefined;
  /** What can be configured. */
  readonly options?: O;
  /**
   * True: only the newest finding of a history is shown, and its `{{more}}` tells how many migrations more are concerned.
   */
  readonly once?: (options: OptionValues<O>) => boolean;
  /** The safe way to write this very statement, for this runner; by family where it differs or only one has it. */
  readonly recipe?: Recipe<O> | Partial<PerFamily<Recipe<O>>>;
  /** Names for several kinds of operations that share a function of `on`. */
  readonly kinds?: G;
  readonly on: Handlers<M, O> & GroupHandlers<M, O, G>;
}

/** Several kinds of operations by a name that a rule gives them: `{ key: ["addUnique", "addPrimaryKey"] }`. */
export type KindGroups = Readonly<Record<string, readonly OperationKind[]>>;

type GroupHandlers<
  M extends Record<string, string>,
  O extends RuleOptions,
  G extends KindGroups,
> = string extends keyof G
  ? unknown
  : { readonly [N in keyof G]?: (step: Step<G[N][number]>, context: Context<M, O>) => void };

/** What a rule waits for, with the function that is called. */
export type Handlers<M extends Record<string, string>, O extends RuleOptions = RuleOptions> = {
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
export type Rule = Omit<
  RuleDefinition<Record<string, string>>,
  "kinds" | "alsoRefused" | "fix" | "recipe"
> & {
  readonly alsoRefused: AlsoRefused;
  readonly fix: "none" | "safe" | "suggestion";
  readonly recipe: Recipe;
  /** The package that it comes from; undefined: ddlint itself. */
  readonly pack?: string | undefined;
};

/** Rules of a package or a project, for `plugins` of the configuration: there a pack gets a prefix, `acme/some-rule`. */
export interface RulePack {
  /** Of the package. A bug in a rule is reported as its. */
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** Types a rule pack; returns it as it is. */
export const defineRulePack = (pack: RulePack): RulePack => pack;

/** A rule with its defaults filled in. What isn't of the contract's shape is reported where the rule is loaded. */
export function defineRule<
  const M extends Record<string, string>,
  const O extends RuleOptions = RuleOptions,
  const G extends KindGroups = KindGroups,
>({ kinds, ...rule }: RuleDefinition<M, O, G>): Rule {
  const named: KindGroups = kinds ?? {};
  // Plain JavaScript may leave it out; that is reported where the rule is loaded, with all else.
  const functions = rule.on as object | undefined;
  const on = Object.entries(functions ?? {}).flatMap(([name, handler]) =>
    [named[name] ?? name].flat().map((kind) => [kind, handler] as const),
  );
  const twice = on.find(([kind], at) => on.findIndex(([other]) => other === kind) < at);
  if (twice) throw new RuleDefinitionError(`the rule "${rule.id}": on: two functions for ${twice[0]}`);
  const { alsoRefused: why, recipe, fix = "none" } = rule;
  const alsoRefused: AlsoRefused = typeof why === "string" ? { objects: why, effects: why } : (why ?? {});
  // The runner passes each rule its own options and messages, so erasing the parameters is sound.
  return {
    ...rule,
    docs:
      rule.endsWithTable === true
        ? withException(rule.docs, "a table that the migration later drops")
        : rule.docs,
    alsoRefused,
    fix,
    recipe: oneRecipe(recipe),
    on: Object.fromEntries(on),
  } as unknown as Rule;
}

const withException = (docs: RuleDocs, exception: string): RuleDocs => ({
  ...docs,
  exceptions: [...(docs.exceptions ?? []), exception],
});

/** One function for the recipes of all families; what isn't a recipe stays, to be reported where the rule is loaded. */
function oneRecipe<O extends RuleOptions>(
  recipe: Recipe<O> | Partial<PerFamily<Recipe<O>>> | undefined,
): unknown {
  const recipes: Partial<PerFamily<Recipe<O>>> =
    typeof recipe === "function" ? { postgres: recipe, mysql: recipe, mongodb: recipe } : (recipe ?? {});
  const functions: readonly unknown[] = Object.values(recipes);
  const isRight = functions.every((one) => one === undefined || typeof one === "function");
  if (!isRight) return recipe;
  return (step: Step, options: OptionValues<O>) => recipes[step.before.family]?.(step, options);
}

type FileRule = Omit<RuleDefinition<Record<string, string>>, "messages" | "kinds" | "on"> & {
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
export const ofFile = ({ path, span, wholeFile, message, instead, related, severity }: FileProblem) => ({
  at: { path, span, wholeFile },
  severity,
  data: { message },
  instead,
  related: (related ?? []).map((one) => ({
    at: {
      path: one.path,
      span: one.text === undefined ? { start: 0, end: 0 } : (one.span ?? { start: 0, end: 0 }),
    },
    message: one.message,
  })),
});

/** An edit that inserts ` text` at an offset. */
export const insertAt = (offset: number, text: string): Edit => ({
  span: { start: offset, end: offset },
  text,
});

export * as recipes from "../recipes/index.ts";
