/** Advice for MongoDB: writes of a loop, and those that a second run applies again. */
import type { DocumentOperation } from "../model/operation.ts";
import { isOfDocuments } from "../replay/questions/documents/collections.ts";
import type { Step } from "../replay/step.ts";
import {
  advice,
  callOf,
  indented,
  inPlace,
  inner,
  lines,
  oneLine,
  ownFilter,
  ownOptions,
  type Recipe,
} from "./mongodb-code.ts";

/** The writes of a loop, sent together. */
export const collectedWrites: Recipe = (step) => {
  const operation = callOf(step);
  const hasOthers = step.documents.others().length > 0;
  const more = [
    ...(operation?.handled === true ? [catchAll] : []),
    ...(operation?.optionsCode ?? "").matchAll(
      /\b(?:bypassDocumentValidation|comment|let|writeConcern)\b(?=\s*:)/g,
    ),
  ].map((one) => (typeof one === "string" ? one : `Give \`${one[0]}\` to \`bulkWrite\`.`));
  const code = hasOthers || more.length > 0 ? undefined : collectedInCode(step);
  return code ?? [hasOthers ? collectAll : collect, ...more].join(" ");
};

const collect = "Collect the writes, and send a thousand at a time with `bulkWrite`.";
const collectAll =
  "Collect all writes of the loop, those of each collection in a list of its own, and send a thousand at a time with `bulkWrite` in the order of the loop: those by which a second run leaves a document out come last.";
const catchAll =
  "With `{ ordered: false }` one that fails stops no other: go through the `writeErrors` of the error, whose `index` is the place in the list, for what `catch` does now.";

const collectedInCode = advice((step) => {
  const operation = inPlace(callOf(step));
  if (operation?.collection === undefined || operation.collection.ownMethods === true) return undefined;
  const write = writeOf(operation);
  if (write === undefined || operation.hasSession !== false || operation.waits === "forEach")
    return undefined;
  const name = listName(step);
  if (ownOptions(operation) !== "" || new RegExp(`\\b${name}\\b`).test(write)) return undefined;
  const { code } = operation.collection;
  return lines(
    "// before the loop",
    `const ${name} = [];`,
    `// in the loop, instead of ${operation.method}()`,
    `${name}.push(${write});`,
    `if (${name}.length === 1000) await ${code}.bulkWrite(${name}.splice(0), { ordered: false });`,
    "// after the loop",
    `if (${name}.length > 0) await ${code}.bulkWrite(${name}, { ordered: false });`,
  );
});

/** Several loops of a migration may be in one function: each has a list of its own. */
function listName({ operation, neighbours }: Step): string {
  const earlier = neighbours("earlier", "updateDocuments", "deleteDocuments", "insertDocuments");
  const loops = earlier.flatMap(({ operation: { each } }) => each?.at.start ?? []);
  const own = isOfDocuments(operation) ? operation.each?.at.start : undefined;
  const others = new Set(loops.filter((start) => start !== own)).size;
  return others === 0 ? "writes" : `writes${others + 1}`;
}

/** As an operation of `bulkWrite`; undefined: its code isn't known. */
function writeOf(operation: DocumentOperation): string | undefined {
  if (operation.kind === "deleteDocuments") {
    const filter = operation.filter.code;
    return filter === undefined ? undefined : `{ deleteOne: { filter: ${oneLine(filter)} } }`;
  }
  if (operation.kind !== "updateDocuments" || operation.upsert) return undefined;
  const { filter, change } = operation;
  if (filter.code === undefined || change.code === undefined) return undefined;
  const [method, name] = change.replace ? ["replaceOne", "replacement"] : ["updateOne", "update"];
  return `{ ${method}: { filter: ${oneLine(filter.code)}, ${name}: ${oneLine(change.code)} } }`;
}

/** What it adds, under the name of the migration: a second run finds it there. */
export const repeatable = advice((step) => {
  const operation = inPlace(callOf(step));
  if (operation?.kind !== "updateDocuments" || operation.collection === undefined) return undefined;
  const { collection, change, many } = operation;
  const mark = JSON.stringify(step.scope.migration.name);
  const method = `${collection.code}.${many ? "updateMany" : "updateOne"}`;
  if (change.code === undefined || change.pipeline || change.code.includes("$addToSet")) return undefined;
  const { nested } = operation;
  const literal =
    /^\{\s*\$push(:\s*\{(?:\s*[\w$"'.]+:\s*(?:"[^"]*"|'[^']*'|-?\d[\d.]*)\s*,?)+\s*\}\s*,?\s*\})$/.exec(
      change.code,
    );
  const [own, options] = [ownFilter(operation), ownOptions(operation)];
  const update = inner(change.code);
  if (update === undefined || own === undefined || options === undefined || operation.upsert)
    return undefined;
  const end = nested === true ? ")" : ");";
  if (literal !== null)
    return lines(
      "// a list that has the value stays as it is",
      `await ${method}(${own === "" ? "{}" : `{ ${oneLine(own)} }`}, { $addToSet${oneLine(literal[1] ?? "").replace(/\s*,\s*\}$/, " }")}${options}${end}`,
    );
  return lines(
    "// a document that has the change is left out when the migration runs again",
    `await ${method}(`,
    indented(`{ ${own === "" ? "" : `${oneLine(own)}, `}migrations: { $ne: ${mark} } },`),
    indented(`{ ${oneLine(update)}, $addToSet: { migrations: ${mark} } }${options},`),
    end,
  );
});
