/** What MongoDB is asked before migrations run, as expressions for mongosh. */
import type {
  CreateDocumentIndex,
  DocumentOperation,
  DocumentValidator,
  DropDocumentIndex,
  UpdateDocuments,
} from "../../model/operation.ts";
import { alikeStages } from "../../recipes/mongodb.ts";
import { isOfDocuments } from "../../replay/questions/documents/collections.ts";
import type { Step } from "../../replay/step.ts";
import type { ReplayedMigration } from "../../replay/replayed-migration.ts";
import { most, type Check, type Checks, type Unchecked } from "../checks/check.ts";
import { isNamed, shellCode, shellDatabase } from "./names.ts";
import { fieldName, isWrittenOut } from "../../text/javascript.ts";

export function documentChecks(scopes: readonly ReplayedMigration[]): Checks {
  const checks = new Map<string, Check>();
  const unchecked: Unchecked[] = [];
  for (const { steps } of scopes)
    for (const step of steps) {
      const { operation } = step;
      if (!isOfDocuments(operation)) {
        unchecked.push({ what: "a call", why: "what it does isn't known before it runs" });
        continue;
      }
      const { collection } = operation;
      if (collection?.name === undefined || step.documents.isNew()) continue;
      if (!isNamed(collection)) {
        unchecked.push({
          what: `documents of ${collection.text}`,
          why: "the migration doesn't name the model's collection",
        });
        continue;
      }
      for (const check of checksOf(operation, step)) checks.set(check.sql, check);
      if (
        operation.kind === "alterCollection" &&
        operation.validator?.empty === false &&
        ownRules(operation.validator) === undefined
      )
        unchecked.push({
          what: `documents of ${collection.text} that don't fit the validator`,
          why: "find them with { $nor: [validator] }",
        });
    }
  return { checks: [...checks.values()], unchecked };
}

/** Its rules, where they mean the same in mongosh. */
const ownRules = (validator: DocumentValidator | undefined): string | undefined =>
  validator?.code !== undefined && !validator.empty && isWrittenOut(validator.code)
    ? oneLine(validator.code)
    : undefined;

function checksOf(operation: DocumentOperation, step: Step): readonly Check[] {
  const { collection } = operation;
  if (collection === undefined) return [];
  const code = shellCode(collection);
  const names = `${shellDatabase(collection.database)}.getCollectionNames()`;
  const count: Check = {
    kind: "rows",
    level: "figure",
    wrong: `documents of ${collection.text}`,
    sql: `${code}.estimatedDocumentCount()`,
  };
  switch (operation.kind) {
    case "createDocumentIndex":
      return [...ofIndex(operation, code, collection.text), count];
    case "updateDocuments":
      return [...ofRename(operation, code, collection.text), ...(step.documents.choosesAll() ? [count] : [])];
    case "deleteDocuments":
      return step.documents.choosesAll() ? [count] : [];
    case "dropCollection":
      return [count];
    case "renameCollection": {
      const { to, dropTarget } = operation;
      const fails = { kind: "objects", level: "fails" } as const;
      return [
        count,
        {
          ...fails,
          wrong: `${collection.text} isn't there`,
          sql: `[${JSON.stringify(collection.name)}].filter((name) => !${names}.includes(name))`,
        },
        ...(to === undefined || dropTarget
          ? []
          : [
              {
                ...fails,
                wrong: `${to} is there already`,
                sql: `${names}.filter((name) => name === ${JSON.stringify(to)})`,
              },
            ]),
      ];
    }
    case "alterCollection": {
      const rules = ownRules(operation.validator);
      return rules === undefined
        ? []
        : [
            {
              kind: "value",
              level: "waits",
              wrong: `documents of ${collection.text} don't fit the validator: updates of them fail`,
              sql: `${code}.find({ $nor: [${rules}] }).limit(${most})`,
            },
          ];
    }
    case "dropDocumentIndex":
      return [
        ...missingIndex(operation, code, collection.text),
        {
          kind: "objects",
          level: "figure",
          wrong: `uses of the indexes of ${collection.text} since the server started`,
          sql: `${code}.aggregate([{ $indexStats: {} }, { $project: { name: 1, "accesses.ops": 1 } }])`,
        },
      ];
    default:
      return [];
  }
}

/** An index that isn't there can't be dropped. */
const missingIndex = ({ name }: DropDocumentIndex, code: string, text: string): readonly Check[] =>
  name === undefined || name === "*"
    ? []
    : [
        {
          kind: "objects",
          level: "fails",
          wrong: `${text} has no index ${name}`,
          sql: `[${JSON.stringify(name)}].filter((name) => !${code}.getIndexes().some((index) => index.name === name))`,
        },
      ];

const oneLine = (code: string): string => code.replaceAll(/\s*\n\s*/g, " ");

function ofIndex({ index }: CreateDocumentIndex, code: string, text: string): readonly Check[] {
  const { keys, unique, partial, filterCode, expireAfterSeconds } = index;
  if (keys === undefined) return [];
  const names = keys.map(({ field }) => field);
  const found: Check[] = [];
  // What a sparse index leaves out would be found, too.
  if (unique && (!partial || filterCode !== undefined)) {
    found.push({
      kind: "duplicate",
      level: "fails",
      wrong: `documents of ${text} have the same ${names.join(", ")}`,
      sql: `${code}.aggregate(${alikeStages(index, most).join(", ")})`,
    });
  }
  const [field] = names;
  if (expireAfterSeconds === undefined || field === undefined) return found;
  const key = fieldName(field);
  found.push({
    kind: "value",
    level: "waits",
    wrong: `documents of ${text} whose ${field} isn't a date never expire`,
    sql: `${code}.countDocuments({ ${key}: { $exists: true, $not: { $type: "date" } } })`,
  });
  if (typeof expireAfterSeconds === "number")
    found.push({
      kind: "rows",
      level: "figure",
      wrong: `documents of ${text} that expire at once`,
      sql: `${code}.countDocuments({ ${key}: { $lt: new Date(Date.now() - ${expireAfterSeconds} * 1000) } })`,
    });
  return found;
}

/** The new name's own values are overwritten. */
const ofRename = ({ change }: UpdateDocuments, code: string, text: string): readonly Check[] =>
  change.rename.flatMap(({ from, to }): readonly Check[] =>
    to === undefined
      ? []
      : [
          {
            kind: "value",
            level: "waits",
            wrong: `documents of ${text} have ${from} and ${to}: ${to} is overwritten`,
            sql: `${code}.find({ ${fieldName(from)}: { $exists: true }, ${fieldName(to)}: { $exists: true } }).limit(${most})`,
          },
        ],
  );
