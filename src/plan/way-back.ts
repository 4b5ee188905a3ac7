/** What takes a migration back: its steps from the last to the first, each by the schema before it. */
import { changed, tableOf } from "../model/kinds.ts";
import type { Key } from "../model/names.ts";
import type { Operation, OperationOf } from "../model/operation.ts";
import { onOneLine, textOf } from "../recipes/words.ts";
import { comesAndGoes } from "../replay/questions/names/named-object.ts";
import type { MigrationScope, Place, Step } from "../replay/step.ts";
import type { Origin, Relation } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { backupOf, type Backup, type Lost } from "./backup.ts";
import { between, type Surroundings } from "./between.ts";
import { namesIn } from "./definitions.ts";
import { keepsValues } from "./exact.ts";
import { changedRelations } from "./kept.ts";
import { deletesInserted } from "./inserted.ts";
import { renamedBack } from "./renamed.ts";

export interface WayBack {
  /** In their order, with their semicolons. */
  readonly statements: readonly string[];
  /** Data that it doesn't bring back: `the values of orders.note`. */
  readonly losses: readonly { readonly what: string; readonly at: Place }[];
  /** What the migration has to do first, so that the way back can restore the data. `before`: a statement of it. */
  readonly keep: readonly { readonly before: Place; readonly statements: readonly string[] }[];
  /** Why it isn't the whole way back, as sentences: `the definition of column orders.note isn't known`. */
  readonly gaps: readonly { readonly what: string; readonly at: Place; readonly isRefused: boolean }[];
  /** Columns that it makes again without NOT NULL: `orders.note`. */
  readonly nullable: readonly string[];
  /** What stays as the migration leaves it, and harms nothing: `the label 'lost' of status`. */
  readonly stays: readonly string[];
}

export interface WayBackOptions {
  /** Undo every step by itself, also those about a table that goes as a whole. */
  readonly everyStep?: boolean | undefined;
  /** What migrations from this one on have made held nothing before: they are one change. Default: this migration alone. */
  readonly since?: number | undefined;
  /** Also write what keeps data that would be lost. */
  readonly backup: boolean;
  /** The text of the statement at an origin, where it holds this operation and nothing else. */
  readonly textOf: (origin: Origin, makes: (operation: Operation) => boolean) => string | undefined;
}

/** What takes a migration back. */
export function wayBackOf(scope: MigrationScope, options: WayBackOptions): WayBack {
  return new Reversal(scope, options);
}

type Kind = Operation["kind"];

/** How rows are stored, read and counted: no query sees it, and the schema doesn't hold what it was. */
const tunes: ReadonlySet<Kind> = new Set<Kind>([
  "setColumnOption",
  "setTableOptions",
  "setTablespace",
  "setAccessMethod",
  "setTableState",
  "alterIndex",
]);

/** Changes that the schema holds as a whole: where it is the same after them, they have changed nothing. */
const isHeld: ReadonlySet<Kind> = new Set<Kind>([
  "addColumn",
  "setDefault",
  "dropDefault",
  "setNotNull",
  "dropNotNull",
  "changeColumnType",
  "redefineColumn",
  "dropColumn",
  "dropConstraint",
  "dropIndex",
  "setLogged",
  "setRowSecurity",
  "setReplicaIdentity",
  "setClusterIndex",
  "convertCharset",
]);

const isOfRoutine = (step: Step): step is Step<"createFunction" | "dropFunction"> =>
  step.operation.kind === "createFunction" || step.operation.kind === "dropFunction";

class Reversal implements WayBack {
  readonly statements: string[] = [];
  readonly losses: { what: string; at: Place }[] = [];
  readonly keep: { before: Place; statements: readonly string[] }[] = [];
  readonly gaps: { what: string; at: Place; isRefused: boolean }[] = [];
  readonly nullable: string[] = [];
  readonly stays: string[] = [];
  readonly #scope: MigrationScope;
  readonly #options: WayBackOptions;
  readonly #taken = new Set<Key>();

  constructor(scope: MigrationScope, options: WayBackOptions) {
    this.#scope = scope;
    this.#options = options;
    for (const step of scope.steps.toReversed()) this.#step(step);
  }

  #step(step: Step): void {
    const { operation } = step;
    if (step.skipped) return;
    const changes = changed(operation);
    if (changes === "session" || changes === "nothing" || changes === "storage") return;
    if (step.refused) this.#gap(step, "the server refuses this statement");
    else if (changes === "unknown") this.#gap(step, "it isn't known what this statement does");
    else if (operation.conditional === true) this.#gap(step, "it isn't known whether this statement runs");
    else if (changes === "rows") this.#rows(step);
    else if (changes === "description") this.#description(step);
    else this.#schema(step);
  }

  #gap({ script, operation, refused }: Step, what: string): void {
    this.gaps.push({ what, at: { path: script.path, span: operation.head }, isRefused: refused });
  }

  #isMadeHere = (relation: Relation | undefined): boolean =>
    relation?.origin?.migration === this.#scope.migration.index && relation.maybeOlder === undefined;

  #schema(step: Step): void {
    const { operation, before, after } = step;
    if (operation.kind === "validateConstraint" || isPartOfWhole(step)) return;
    if (this.#options.everyStep !== true && isOfRoutine(step) && comesAndGoes(step)) return;
    const table = tableOf(operation);
    const found = table && (operation.kind === "createTable" ? after : before).relation(table);
    const own = found?.is === "present" ? found.value : undefined;
    // A part goes with its table; what this migration makes and drops again leaves nothing.
    const isWhole = this.#options.everyStep !== true && own !== undefined && this.#isMadeHere(own);
    if (isWhole && (isPart(operation) || !this.#remains(own))) return;
    if (this.#isOfNewColumn(step)) return;
    if (operation.kind === "addEnumValue") {
      this.stays.push(`the label '${operation.label}' of ${operation.type.text}`);
      return;
    }
    if (operation.kind === "createExtension") {
      this.stays.push(`the extension ${operation.extension.text}`);
      return;
    }
    if ("inlineColumn" in operation && operation.inlineColumn !== undefined && numbersOne(step)) {
      // The server wants the key as long as the column counts, which the same statement begins.
      this.#gap(step, `how to undo AUTO_INCREMENT of ${before.spell(operation.inlineColumn)} isn't known`);
      return;
    }
    const special = renamedBack(step) ?? inverse(step);
    if (special !== undefined) {
      this.statements.push(`${special};`);
      this.#converted(step);
      return;
    }
    const count = this.statements.length + this.gaps.length;
    this.#lostBy(step);
    const { statements, gaps, nullable } = between(after, before, this.#around(step));
    this.statements.push(...statements);
    this.#converted(step);
    for (const gap of gaps)
      this.#gap(step, /^(?:whether|how) /.test(gap) ? `it isn't known ${gap}` : `${gap} isn't known`);
    this.nullable.push(...nullable);
    for (const column of nullable) this.stays.push(`${column} takes NULL, as old rows have no value there`);
    if (this.statements.length + this.gaps.length > count || this.#isMadeHere(own)) return;
    if (tunes.has(operation.kind) && !isVisibility(operation)) this.stays.push(shortText(step));
    else if (own?.complete !== true || !isHeld.has(operation.kind))
      this.#gap(step, "it isn't known what was there before this statement");
  }

  /** Changes a column that the migration itself adds: it goes with that. */
  #isOfNewColumn({ operation, before }: Step): boolean {
    if (this.#options.everyStep === true) return false;
    switch (operation.kind) {
      case "setDefault":
      case "dropDefault":
      case "setNotNull":
      case "dropNotNull":
      case "changeColumnType": {
        const found = before.column(operation.table, operation.column.text);
        return found.is === "present" && found.value.origin.migration === this.#scope.migration.index;
      }
      default:
        return false;
    }
  }

  /** It is there at the end of the migration, by whatever name. */
  #remains({ origin, key }: Relation): boolean {
    const isIt = (one: Relation): boolean => one.origin === origin;
    const there = this.#scope.after.relation(key);
    return (there.is === "present" && isIt(there.value)) || [...this.#scope.after.relations()].some(isIt);
  }

  #around(step: Step): Surroundings {
    const { operation, before, after } = step;
    return {
      concurrently: "concurrently" in operation && operation.concurrently,
      madeBy: (origin, makes) => (origin === undefined ? undefined : this.#options.textOf(origin, makes)),
      refill: (table, column) => this.#kept.get(holder(table, column))?.restore ?? [],
      isAdded: (table, column) =>
        operation.kind === "addColumn" &&
        !operation.ifNotExists &&
        operation.column.name.text === column &&
        after.resolve(operation.table) === table,
      mayBeOlder:
        ("ifNotExists" in operation && operation.ifNotExists === true) ||
        ("orReplace" in operation && operation.orReplace === true),
      moved:
        operation.kind === "redefineColumn" && operation.definition.mysql?.position !== undefined
          ? operation.column.text
          : undefined,
      isWhole: (table) => {
        const [was, is] = [before.relation(table), after.relation(table)];
        return (
          this.#options.everyStep !== true &&
          was.is === "present" &&
          is.is === "present" &&
          this.#isMadeHere(was.value)
        );
      },
    };
  }

  readonly #kept = new Map<string, Backup>();

  /** Notes the data that a step takes away, or keeps it: also by CASCADE. */
  #lostBy(step: Step): void {
    const { operation, before, after } = step;
    const { show, spell } = namesIn(before);
    const name = tableOf(operation);
    if (operation.kind === "dropTable" && name !== undefined && before.relation(name).is !== "present")
      this.#lose(step, undefined, `the rows of ${name.text}`);
    if (
      operation.kind === "dropColumn" &&
      before.column(operation.table, operation.column.text).is !== "present"
    )
      this.#lose(step, undefined, `the values of ${operation.table.text}.${spell(operation.column.text)}`);
    for (const { from: table, to } of changedRelations(before, after)) {
      if (table?.kind !== "table" || table.temporary || this.#isMadeHere(table)) continue;
      if (to === undefined) {
        this.#lose(step, { table, rows: true }, `the rows of ${show(table.key)}`);
        continue;
      }
      for (const column of table.columns) {
        const isKept = to.columns.some((one) => one.name === column.name);
        const isOwn = column.origin.migration !== this.#scope.migration.index && !column.inherited;
        if (isKept || !isOwn || column.generated !== undefined) continue;
        const what = `the values of ${show(table.key)}.${spell(column.name)}`;
        this.#lose(step, { table, columns: [column.name], rows: false }, what);
      }
    }
  }

  /** Values that the change back makes other ones than they were. */
  #converted(step: Step): void {
    const { operation, before } = step;
    if (operation.kind !== "changeColumnType" && operation.kind !== "redefineColumn") return;
    const found = before.relation(operation.table);
    const name = operation.column.text;
    const column = found.is === "present" ? found.value.columns.find((one) => one.name === name) : undefined;
    if (found.is !== "present" || column === undefined || column.generated !== undefined) return;
    const to = operation.kind === "changeColumnType" ? operation.type : operation.definition.type;
    const using = operation.kind === "changeColumnType" ? operation.using : undefined;
    const isPlain = using === undefined || (using.castOf?.column ?? using.bareColumn) === name;
    if (isPlain && (column.type === undefined || keepsValues(column.type, to))) return;
    const { show, spell } = namesIn(before);
    const what = `the old values of ${show(found.value.key)}.${spell(name)}, where the conversion changes them`;
    this.#lose(step, { table: found.value, columns: [name], rows: false }, what, true);
  }

  /** `restores`: what puts the data back isn't part of making its table or column again. */
  #lose(step: Step, lost: Lost | undefined, what: string, restores = false): void {
    const at = { path: step.script.path, span: step.operation.head };
    const backup =
      !this.#options.backup || lost === undefined ? undefined : backupOf(lost, step.before, this.#taken);
    if (backup === undefined || lost === undefined) {
      this.losses.push({ what, at });
      return;
    }
    const { statement } = step;
    this.keep.unshift({ before: { path: at.path, span: statement.span }, statements: backup.keep });
    if (restores) this.statements.push(...backup.restore);
    else this.#kept.set(holder(lost.table.key, lost.columns?.[0]), backup);
  }

  #rows(step: Step): void {
    const { operation, before } = step;
    if (operation.kind === "copyRows" && operation.direction === "to") return;
    const name = tableOf(operation);
    const found = name && before.relation(name);
    const table = found?.is === "present" ? found.value : undefined;
    if (table !== undefined && (this.#isMadeHere(table) || table.temporary)) return;
    const { show, spell } = namesIn(before);
    const shown = table === undefined ? (name?.text ?? "a table") : show(table.key);
    switch (operation.kind) {
      case "insertRows": {
        const undo = deletesInserted(step, operation);
        if (undo === undefined)
          this.#lose(step, undefined, `rows of ${shown} that are new or other than before`);
        else this.statements.push(undo);
        return;
      }
      case "updateRows": {
        const { since = this.#scope.migration.index } = this.#options;
        const isNew = (column: string): boolean => {
          const there = before.column(operation.table, column);
          return there.is === "present" && there.value.origin.migration >= since;
        };
        const columns = operation.columns.map(({ text }) => text).filter((column) => !isNew(column));
        if (columns.length === 0) return;
        const lost =
          table && isByRow(operation) ? { table, columns, where: conditionOf(step), rows: false } : undefined;
        this.#lose(
          step,
          lost,
          `the old values of ${columns.map((one) => `${shown}.${spell(one)}`).join(", ")}`,
          true,
        );
        return;
      }
      case "deleteRows":
      case "truncateTable": {
        const isSimple = operation.kind === "truncateTable" ? !operation.cascade : isByRow(operation);
        const lost = table && isSimple ? { table, where: conditionOf(step), rows: true } : undefined;
        const along =
          table === undefined
            ? []
            : before
                .foreignKeysTo(table.key)
                .filter(
                  ({ constraint: { onDelete = "no action" } }) => !/^(?:no action|restrict)$/.test(onDelete),
                );
        for (const { table: other, constraint } of along)
          this.#lose(step, undefined, `what ${spell(constraint.name)} changes in ${show(other)} with them`);
        this.#lose(step, lost, `the rows that are deleted from ${shown}`, true);
        return;
      }
      default:
        this.#lose(step, undefined, `rows of ${shown} that are new or other than before`);
    }
  }

  #description(step: Step): void {
    const { operation, after, before } = step;
    const [relation] = "relations" in operation ? operation.relations : [];
    const found = relation && after.relation(relation);
    if (found?.is === "present" && this.#isMadeHere(found.value)) return;
    const { statements } = between(after, before, this.#around(step));
    if (statements.length > 0) this.statements.push(...statements);
    else if (operation.kind === "comment") this.stays.push("comments");
    else if (operation.kind === "grant" && !operation.revoke && !operation.defaults) {
      const text = textOf(step, operation.span).trim();
      const match = /^grant\b([^]*)\bto\b([^]*?)(?:\bwith\s+(?:grant|admin)\s+option\b[^]*)?;?$/i.exec(text);
      if (match === null) this.#gap(step, "the privileges before it aren't known");
      else this.statements.push(`REVOKE${match[1] ?? ""}FROM${(match[2] ?? "").trimEnd()};`);
    } else
      this.#gap(
        step,
        `${operation.kind === "changeOwner" ? "the owner" : "what was granted"} before it isn't known`,
      );
  }
}

/** MySQL: queries with `*` see whether a column is there. */
const isVisibility = (operation: Operation): boolean =>
  operation.kind === "setColumnOption" && operation.option === "visibility";

/** The statement, on one line of a comment. */
const shortText = (step: Step): string => {
  const text = onOneLine(textOf(step, step.statement.span));
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
};

const holder = (table: Key, column: string | undefined): string => `${table}\0${column ?? ""}`;

/** The text behind WHERE. */
const conditionOf = (step: Step): string | undefined => {
  const { operation } = step;
  const isChange = operation.kind === "updateRows" || operation.kind === "deleteRows";
  return isChange && operation.where !== undefined ? textOf(step, operation.where.span) : undefined;
};

/** It says of each row by itself whether it is changed. */
const isByRow = ({ query, limited, among }: OperationOf<"updateRows" | "deleteRows">): boolean =>
  query.relations.length <= 1 && limited !== true && among === undefined;

/** Concerns a table that this migration makes, and nothing outside of it: it goes with its table. */
const isPart = ({ kind }: Operation): boolean =>
  kind !== "createTable" &&
  kind !== "addForeignKey" &&
  kind !== "renameTable" &&
  kind !== "setTableSchema" &&
  kind !== "attachPartition";

/** A constraint or index written inside CREATE TABLE or ADD COLUMN: it comes and goes with that. */
function isPartOfWhole({ operation, statement }: Step): boolean {
  if ("within" in operation && operation.within !== "alterTable") return true;
  if ("clauseOf" in operation && operation.clauseOf !== undefined && operation.clauseOf !== "alterTable")
    return true;
  const column = "inlineColumn" in operation ? operation.inlineColumn?.text : undefined;
  return (
    column !== undefined &&
    statement.operations.some((other) => other.kind === "addColumn" && other.column.name.text === column)
  );
}

/** The statement makes an existing column AUTO_INCREMENT. */
const numbersOne = ({ statement }: Step): boolean =>
  statement.operations.some(
    (one) => one.kind === "redefineColumn" && one.definition.mysql?.autoIncrement === true,
  );

/** Objects that their name alone stands for. */
const droppedByName: ReadonlySet<string> = new Set([
  "publication",
  "subscription",
  "server",
  "foreign data wrapper",
  "event trigger",
  "collation",
  "language",
]);

/** Statements whose opposite has a word of its own. */
function inverse({ operation, before, after }: Step): string | undefined {
  const { show, spell } = namesIn(before);
  const table = (): string => {
    const name = tableOf(operation);
    return name === undefined ? "" : show(before.resolve(name));
  };
  const isSeen = (schema: Schema): boolean =>
    operation.kind === "alterIndex" &&
    operation.onTable !== undefined &&
    schema.indexesOn(operation.onTable).find(({ name }) => name === operation.index.name)?.mysql?.visible !==
      false;
  switch (operation.kind) {
    case "attachPartition":
      return `ALTER TABLE ${table()} DETACH PARTITION ${show(before.resolve(operation.partition))}`;
    case "detachPartition": {
      const found = before.relation(operation.partition);
      const bound = found.is === "present" ? found.value.partitionOf?.bound.text : undefined;
      return (
        bound &&
        `ALTER TABLE ${table()} ATTACH PARTITION ${show(before.resolve(operation.partition))} ${bound}`
      );
    }
    case "setInheritance":
      return `ALTER TABLE ${table()} ${operation.inherit ? "NO INHERIT" : "INHERIT"} ${show(before.resolve(operation.parent))}`;
    case "setTriggerState": {
      const which =
        typeof operation.which === "string" ? operation.which.toUpperCase() : spell(operation.which.text);
      return operation.state === "disable" || operation.state === "enable"
        ? `ALTER TABLE ${table()} ${operation.state === "disable" ? "ENABLE" : "DISABLE"} ${operation.object.toUpperCase()} ${which}`
        : undefined;
    }
    case "createStatistics":
      return operation.name && `DROP STATISTICS ${operation.name.text}`;
    case "createRule":
      return operation.orReplace ? undefined : `DROP RULE ${spell(operation.name.text)} ON ${table()}`;
    case "createObject":
      return operation.name === undefined ||
        operation.ifNotExists ||
        operation.orReplace ||
        !droppedByName.has(operation.object)
        ? undefined
        : `DROP ${operation.object.toUpperCase()} ${operation.name.text}`;
    case "alterIndex":
      return operation.onTable === undefined ||
        operation.visibility === undefined ||
        isSeen(before) === isSeen(after)
        ? undefined
        : `ALTER TABLE ${table()} ALTER INDEX ${spell(operation.index.name)} ${opposites[operation.visibility]}`;
    default:
      return undefined;
  }
}

const opposites = {
  visible: "INVISIBLE",
  invisible: "VISIBLE",
  ignored: "NOT IGNORED",
  "not ignored": "IGNORED",
} as const;
