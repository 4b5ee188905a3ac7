/** Whether what is dropped or renamed away is replaced. */
import type { Key, Name } from "../../../model/names.ts";
import type { OperationKind, OperationOf } from "../../../model/operation.ts";
import type { Step } from "../../step.ts";

const sameTransaction = (a: Step, b: Step): boolean =>
  a.transaction.id === b.transaction.id ||
  // RENAME TABLE a TO b, c TO a.
  a.statement === b.statement ||
  // How the file runs isn't known: it may well be one transaction.
  (a.transaction.kind === "unknown" && b.transaction.kind === "unknown");

/** See `DependentQuestions.replaced`. */
export function isReplaced(step: Step): boolean {
  const { operation, before } = step;
  const near = <K extends OperationKind>(
    side: "earlier" | "later",
    ...kinds: readonly K[]
  ): readonly Step<K>[] => step.neighbours(side, ...kinds).filter((other) => sameTransaction(step, other));
  switch (operation.kind) {
    case "dropColumn": {
      const table = before.resolve(operation.table);
      const column = operation.column.text;
      return (
        near("later", ...columnRenames).some(renamesColumn(table, undefined, column)) ||
        syncedUntilNow(step, near("earlier", "dropTrigger"))
      );
    }
    case "redefineColumn":
    case "renameColumn": {
      const table = before.resolve(operation.table);
      const [from, to] = [operation.column.text, newName(operation).text];
      return (
        near("later", ...columnRenames).some(renamesColumn(table, undefined, from)) ||
        near("earlier", ...columnRenames).some(renamesColumn(table, to, undefined)) ||
        near("earlier", "dropColumn").some(
          ({ operation: other, before: then }) =>
            other.column.text === to && then.resolve(other.table) === table,
        )
      );
    }
    case "dropTable": {
      const table = before.resolve(operation.table);
      // DROP, then CREATE needs no common transaction to be the recreation of a table.
      return step.neighbours("later", ...takesNames).some(takesName(table));
    }
    case "renameTable":
      return (
        viewFollows(step, before.resolve(operation.table)) ||
        near("later", ...takesNames).some(takesName(before.resolve(operation.table))) ||
        near("earlier", "renameTable").some(({ operation: other }) => other.table.name === operation.to.text)
      );
    case "renameView":
    case "setTableSchema": {
      const name = operation.kind === "renameView" ? operation.view : operation.table;
      return near("later", ...takesNames).some(takesName(before.resolve(name)));
    }
    default:
      return false;
  }
}

/** MySQL, where no transaction holds both: a view takes the name at once. */
const viewFollows = (step: Step, table: Key): boolean =>
  !step.before.dialect.transactionalDdl && step.neighbours("later", "createView").some(takesName(table));

/** RENAME COLUMN from and to these names; undefined: any. */
function renamesColumn(
  table: Key,
  from: string | undefined,
  to: string | undefined,
): (step: Step) => boolean {
  return ({ operation, before }) =>
    (operation.kind === "renameColumn" || operation.kind === "redefineColumn") &&
    (from === undefined || operation.column.text === from) &&
    (to === undefined || newName(operation).text === to) &&
    before.resolve(operation.table) === table;
}

const columnRenames = ["renameColumn", "redefineColumn"] as const;

const newName = (operation: OperationOf<"renameColumn" | "redefineColumn">): Name =>
  operation.kind === "renameColumn" ? operation.to : operation.definition.name;

const takesNames = ["createTable", "createView", "renameTable"] as const;

/** A table or view gets this name. */
function takesName(key: Key): (step: Step) => boolean {
  return ({ operation, after }) => {
    const name = key.slice(key.indexOf(".") + 1);
    if (operation.kind === "createTable")
      return operation.table.name === name && after.resolve(operation.table) === key;
    if (operation.kind === "createView")
      return operation.view.name === name && after.resolve(operation.view) === key;
    if (operation.kind !== "renameTable") return false;
    const schema = key.slice(0, key.indexOf("."));
    return `${schema}.${operation.to.text}` === key;
  };
}

/** The contract step of expand and contract: the trigger that kept the column in step goes in this transaction, too. */
function syncedUntilNow({ operation, before }: Step, earlier: readonly Step[]): boolean {
  if (operation.kind !== "dropColumn") return false;
  const table = before.resolve(operation.table);
  return earlier.some(({ operation: drop, before: then }) => {
    if (drop.kind !== "dropTrigger" || then.resolve(drop.table) !== table) return false;
    const found = then.relation(table);
    if (found.is !== "present") return false;
    const trigger = found.value.triggers.find(({ name }) => name === drop.name.text);
    const routines = trigger?.function === undefined ? undefined : then.routines(trigger.function);
    return (
      routines?.is === "present" &&
      routines.value.some(({ definition }) => mentions(definition.body?.text ?? "", operation.column.text))
    );
  });
}

function mentions(text: string, word: string): boolean {
  const isWord = (character: string | undefined): boolean =>
    character !== undefined && /[\w$]/.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + word.length])) return true;
  }
  return false;
}
