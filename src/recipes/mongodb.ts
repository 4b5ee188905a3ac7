/** Advice for MongoDB: calls of its driver that can be pasted into the migration. */
import type {
  CollectionName,
  DocumentIndex,
  DocumentKey,
  DocumentOperation,
  UpdateDocuments,
} from "../model/operation.ts";
import { isOfDocuments } from "../replay/questions/documents/collections.ts";
import type { Step } from "../replay/step.ts";
import { fieldName } from "../text/javascript.ts";
import {
  callOf,
  callOfOne,
  namesOf,
  lines,
  textOf,
  advice,
  ownFilter,
  ownOptions,
  batched,
  inBatch,
  inPlace,
  isSelfContained,
  anyOf,
  existing,
  oneLine,
  type Stages,
  type Recipe,
} from "./mongodb-code.ts";

export { inShell, inWordsOf, type DocumentStage } from "./mongodb-code.ts";
export { collectedWrites, repeatable } from "./mongodb-writes.ts";

/** The filter of what is still to do; empty: it can't be told. */
function notYet(operation: DocumentOperation): string {
  if (operation.kind !== "updateDocuments") return "";
  const { set, unset, rename, rest, constants, pipeline, moved } = operation.change;
  // What a pipeline removes, and reads before: a document without it is done.
  if (pipeline && unset.length > 0 && (set.length === 0 || moved.length > 0))
    return existing(moved.length > 0 ? moved : unset);
  if (rest === "") return existing([...unset, ...rename.map(({ from }) => from)]);
  return constants === undefined
    ? ""
    : anyOf(set.map((field, i) => `${fieldName(field)}: { $ne: ${constants[i] ?? "null"} }`));
}

/** The same change, of a thousand documents at a time. */
export const batches: Recipe = (step) =>
  advice((own) => batchesInCode(own, inPlace(callOf(own))))(step) ??
  (changesTwice(callOf(step)) ? `${inWords} ${onlyOnce}` : inWords);

const inWords =
  "Change the documents in a loop, a thousand at a time: those after the last `_id`, in its order.";
const onlyOnce =
  "A second run may change again what the first has changed: write the filter so that it leaves those documents out.";

/** What it writes depends on what it wrote before, and it chooses all documents: the loop could not start again. */
const changesTwice = (operation: DocumentOperation | undefined): boolean => {
  if (operation?.kind !== "updateDocuments" || operation.filter.is !== "none") return false;
  const { added, pipeline, set, code = "" } = operation.change;
  const readsOwn = set.some(
    (field) => code.search(new RegExp(`["'\`]\\$${field.replaceAll(/[^\w]/g, "\\$&")}(?![\\w.])`)) >= 0,
  );
  return added.length > 0 || (pipeline && readsOwn);
};

function batchesInCode(step: Step, operation: DocumentOperation | undefined): string | undefined {
  if (operation?.collection === undefined) return undefined;
  const { collection } = operation;
  const options = ownOptions(operation);
  if (options === undefined) return undefined;
  if (operation.kind === "deleteDocuments")
    return lines(
      "// all of them, a thousand at a time; if only some are meant, name them in the filter",
      batched(collection, ownFilter(operation) ?? "", [
        `  await ${collection.code}.deleteMany(${inBatch}${options});`,
      ]),
    );
  if (operation.kind !== "updateDocuments" || operation.upsert || changesTwice(operation)) return undefined;
  if (operation.change.code === undefined) return undefined;
  const filter = ownFilter(operation);
  if (filter === undefined) return undefined;
  const toDo = filter === "" ? notYet(operation) : filter;
  const isFirst =
    step.neighbours("earlier", "updateDocuments", "deleteDocuments", "insertDocuments").length === 0;
  const isResumable = isFirst && (filter === "" ? toDo !== "" : step.documents.resumable());
  return lines(
    isResumable ? ["// it can stop and start again at any time"] : [],
    batched(collection, toDo, [
      `  await ${collection.code}.updateMany(${inBatch}, ${oneLine(operation.change.code)}${options});`,
    ]),
  );
}

export const keysCode = (keys: readonly DocumentKey[]): string =>
  `{ ${keys.map(({ field, kind }) => `${fieldName(field)}: ${typeof kind === "string" ? JSON.stringify(kind) : kind}`).join(", ")} }`;

/** `collMod` needs the name of the collection, whatever it is got by: a model's isn't that of its collection. */
export function collMod(
  { name, written, code, databaseCode, ownMethods, shell }: CollectionName,
  rest: string,
): string | undefined {
  if (databaseCode === undefined) return undefined;
  const isNamed = name !== undefined && (ownMethods !== true || shell === true);
  const collection = isNamed
    ? JSON.stringify(name)
    : name === undefined && written !== undefined
      ? written
      : `${code}.collectionName`;
  return `await ${databaseCode}.command({ collMod: ${collection}, ${rest} });`;
}

/**
 * The arguments of an aggregation that finds documents with the same values, as the index compares them. A list counts by
 * its items, and alike ones of the same document do no harm; a field that is missing counts as null.
 */
export function alikeStages(index: DocumentIndex, limit?: number): readonly string[] {
  const { keys = [], filterCode, options } = index;
  // Each part of a path may be a list, and so may the field itself.
  const lists = new Set(
    keys.flatMap(({ field }) => field.split(".").map((_, i, parts) => parts.slice(0, i + 1).join("."))),
  );
  const group = keys.map(
    ({ field }) =>
      `${fieldName(field.replaceAll(".", "_"))}: { $ifNull: [${JSON.stringify(`$${field}`)}, null] }`,
  );
  const collation = /\bcollation: \{[^{}]*\}/.exec(options)?.[0];
  const stages = [
    ...(filterCode === undefined ? [] : [`{ $match: ${oneLine(filterCode)} }`]),
    ...[...lists].map((list) => `{ $unwind: { path: "$${list}", preserveNullAndEmptyArrays: true } }`),
    `{ $group: { _id: { ${group.join(", ")} }, documents: { $addToSet: "$_id" } } }`,
    '{ $match: { "documents.1": { $exists: true } } }',
    ...(limit === undefined ? [] : [`{ $limit: ${limit} }`]),
  ];
  return [
    `[${stages.join(", ")}]`,
    `{ allowDiskUse: true${collation === undefined ? "" : `, ${collation}`} }`,
  ];
}

/** A name with spaces is quoted in a comment. */
const markCode = (name: string): string => (/\s/.test(name) ? JSON.stringify(name) : name);

/** First an index that refuses new duplicates, then a unique one. */
export const uniqueIndex = advice((step) => textOf(uniqueStages(step, inPlace(callOfOne(step)))));

/** `place`: the same call in the words of its place, for what is written there. */
function uniqueStages(step: Step, place: DocumentOperation | undefined): Stages | undefined {
  const operation = callOfOne(step);
  if (operation?.kind !== "createDocumentIndex" || operation.collection === undefined) return undefined;
  if (place?.collection === undefined) return undefined;
  const { keys, partial, filterCode, options, name, known } = operation.index;
  // What it leaves out has to be known.
  const isWhole = !partial || (filterCode !== undefined && !/\bsparse: true\b/.test(options));
  if (keys === undefined || !known || !isWhole) return undefined;
  const { collection } = operation;
  const others = [
    ...options.split(/, (?=\w+: )/).filter((option) => option !== "" && option !== "unique: true"),
    ...(name === undefined ? [] : [`name: ${JSON.stringify(name)}`]),
  ];
  const rest = others.length === 0 ? "" : `, { ${others.join(", ")} }`;
  const find = [
    `const alike = await ${collection.code}`,
    `  .aggregate(${alikeStages(operation.index).join(", ")})`,
    "  .toArray();",
  ];
  const index = name === undefined ? `keyPattern: ${keysCode(keys)}` : `name: ${JSON.stringify(name)}`;
  if (step.documents.isOlderThan("6.0"))
    return [{ title: "in an earlier migration: merge or remove what this finds", code: find }];
  const prepared = collMod(place.collection, `index: { ${index}, prepareUnique: true }`);
  const unique = collMod(collection, `index: { ${index}, unique: true }`);
  if (prepared === undefined || unique === undefined) return undefined;
  return [
    {
      title: "MongoDB 6.0 and later, in this migration: from here on no new duplicate is accepted",
      code: [`await ${place.collection.code}.createIndex(${keysCode(keys)}${rest});`, prepared],
    },
    {
      first: { kind: "by-hand", why: "merge or remove the documents that the next migration finds" },
      title: "in a later migration, once what this finds is merged or removed:",
      code: [
        ...find,
        `if (alike.length > 0) throw new Error(\`\${alike.length} values are not unique\`);`,
        unique,
      ],
    },
  ];
}

/** Hidden, an index is kept up to date and used by no query. */
export const hiddenIndex = advice((step) => {
  const operation = callOf(step);
  return operation?.kind === "dropDocumentIndex" && operation.name === "*"
    ? "Drop the indexes that aren't needed by their names, one by one."
    : textOf(hiddenStages(step, inPlace(callOfOne(step))));
});

function hiddenStages(step: Step, place: DocumentOperation | undefined): Stages | undefined {
  const operation = callOfOne(step);
  if (operation?.kind !== "dropDocumentIndex" || operation.collection === undefined) return undefined;
  if (place?.collection === undefined) return undefined;
  const { name, keys, collection } = operation;
  if (name === "*" || (name === undefined && keys === undefined)) return undefined;
  const index = keys === undefined ? `name: ${JSON.stringify(name)}` : `keyPattern: ${keysCode(keys)}`;
  const drop = `await ${collection.code}.dropIndex(${keys === undefined ? JSON.stringify(name) : keysCode(keys)});`;
  // Hidden, it would still refuse duplicates.
  if (step.documents.dropsUnique() !== undefined)
    return [{ first: { kind: "by-hand", why: "look in $indexStats whether queries use it" }, code: [drop] }];
  const watch =
    "watch slow queries and $indexStats; hidden: false brings it back at once; if it is unique, it still refuses duplicates";
  const hide = collMod(place.collection, `index: { ${index}, hidden: true }`);
  if (hide === undefined) return undefined;
  return [
    { code: [hide, `// ${watch}`] },
    {
      first: { kind: "by-hand", why: watch },
      // Where the index is missing, `dropIndex` fails.
      title: `in a later migration${operation.conditional === true ? ", behind the same condition" : ""}:`,
      code: [drop],
    },
  ];
}

/** The backlog goes in batches before the index does it at once. */
export const ttlIndex = advice((step) => deletedFirst(inPlace(callOf(step))));

/** Likewise, in a migration of its own. */
export const plannedTtlIndex = advice((step) => deletedFirst(callOf(step)));

function deletedFirst(operation: DocumentOperation | undefined): string | undefined {
  if (operation?.kind !== "createDocumentIndex" || operation.collection === undefined) return undefined;
  const { keys, expireAfterSeconds } = operation.index;
  const [key] = keys ?? [];
  if (key === undefined || keys?.length !== 1 || typeof expireAfterSeconds !== "number") return undefined;
  const { collection } = operation;
  return lines(
    "// first delete what has expired already, in batches",
    `const expired = new Date(${expireAfterSeconds === 0 ? "" : `Date.now() - ${expireAfterSeconds} * 1000`});`,
    batched(collection, `${fieldName(key.field)}: { $lt: expired }`, [
      `  await ${collection.code}.deleteMany(${inBatch});`,
    ]),
    "// then create the index",
  );
}

/** Old documents that don't fit can still be changed. */
export const moderateValidator = advice((step) => textOf(validatorStages(step, inPlace(callOfOne(step)))));

function validatorStages(step: Step, place: DocumentOperation | undefined): Stages | undefined {
  const operation = callOfOne(step);
  if (operation?.kind !== "alterCollection" || operation.collection === undefined) return undefined;
  if (place?.collection === undefined) return undefined;
  const { collection } = operation;
  const validator = operation.validator?.code;
  if (validator === undefined) return undefined;
  const own = oneLine(validator);
  const as = (action: string): string =>
    `validator: ${own}, validationLevel: "moderate", validationAction: "${action}"`;
  const [warn, error] = [collMod(place.collection, as("warn")), collMod(collection, as("error"))];
  if (warn === undefined || error === undefined) return undefined;
  return [
    {
      title: `first only log what doesn't fit, and find it: ${place.collection.code}.find({ $nor: [${own}] })`,
      code: [warn],
    },
    {
      first: {
        kind: "deploy",
        why: "deploy the version that writes only what fits, and correct old documents",
      },
      title: "in a later migration, once the application and the old documents fit:",
      code: [error],
    },
  ];
}

/** What an update does besides taking fields away, in a call of its own; undefined: that isn't known. */
function callOfRest(operation: UpdateDocuments): readonly string[] | undefined {
  const { collection, change, filter } = operation;
  const options = optionsOfParts(operation);
  if (options === undefined) return undefined;
  if (change.rest === "") return [];
  const isWritable = change.rest !== undefined && (filter.code !== undefined || filter.is === "none");
  return isWritable
    ? [
        `await ${collection?.code}.updateMany(${oneLine(filter.code ?? "{}")}, { ${oneLine(change.rest)} }${options});`,
      ]
    : undefined;
}

/** Those of a call that becomes several; each would have to use what chooses items of lists. */
const optionsOfParts = (operation: UpdateDocuments): string | undefined => {
  const options = ownOptions(operation);
  return operation.upsert || options?.includes("arrayFilters") === true ? undefined : options;
};

/** Another call of the migration writes a field that this one takes away: it has another meaning then. */
function takenOver({ neighbours, operation: own }: Step, fields: readonly string[]): boolean {
  const others = [...neighbours("earlier", "updateDocuments"), ...neighbours("later", "updateDocuments")];
  return others.some(
    ({ operation: { collection, change } }) =>
      isOfDocuments(own) &&
      collection?.text === own.collection?.text &&
      [...change.set, ...change.rename.map(({ to }) => to)].some(
        (to) => to !== undefined && fields.includes(to),
      ),
  );
}

/** A field goes once no version of the application uses it. */
export const unusedField = advice((step) => textOf(unusedStages(step, inPlace(callOf(step)))));

function unusedStages(step: Step, place: DocumentOperation | undefined): Stages | undefined {
  const operation = callOf(step);
  if (operation?.kind !== "updateDocuments" || operation.collection === undefined) return undefined;
  if (place?.kind !== "updateDocuments") return undefined;
  const { collection, change, filter, waits } = operation;
  const fields = change.unset;
  const own = ownFilter(operation);
  const rest = change.pipeline ? [] : callOfRest(place);
  const options = optionsOfParts(operation);
  if (fields.length === 0 || own === undefined || rest === undefined || waits === "forEach") return undefined;
  if (options === undefined) return undefined;
  // The later filter has to find what this one finds.
  const isLost = rest.length > 0 && change.set.some((field) => filter.fields.includes(field));
  if (isLost || change.rename.length > 0 || takenOver(step, fields)) return undefined;
  const unset = fields.map((field) => `${fieldName(field)}: ""`).join(", ");
  const names = fields.map((field) => `${collection.text}.${field}`);
  if (!isSelfContained(collection, own, options)) return undefined;
  const behind = step.documents.askedLater();
  return [
    {
      title:
        rest.length === 0 ? "in this migration, as a mark only:" : "in this migration, the rest and a mark:",
      code: [...rest, ...names.map((name) => `// ddlint-deprecated: ${markCode(name)}`)],
    },
    {
      first: { kind: "deploy", why: `deploy the version that doesn't use ${names.join(", ")}` },
      title: `deploy the version that no longer uses ${fields.length === 1 ? "it" : "them"}; then, in a later migration:`,
      code: [
        ...batched(collection, own === "" ? existing(fields) : oneLine(own), [
          `  await ${collection.code}.updateMany(${inBatch}, { $unset: { ${unset} } }${options});`,
        ]),
        ...behind.map((method) => `// and behind it the ${method}() of this migration, which asks for it`),
      ],
    },
  ];
}

/** Both fields are kept in step until no version uses the old one. */
export const copiedField: Recipe = (step) => {
  const { operation } = step;
  const renamed = operation.kind === "updateDocuments" ? operation.change.rename.map(({ from }) => from) : [];
  return takenOver(step, renamed)
    ? `This migration writes ${renamed.join(", ")} again, with another meaning: no version can read both. Use names for the new fields that no version has had.`
    : copiedInCode(step);
};

const copiedInCode = advice((step) => textOf(copiedStages(step, inPlace(callOf(step)))?.slice(0, 1)));

function copiedStages(step: Step, operation: DocumentOperation | undefined): Stages | undefined {
  if (operation?.kind !== "updateDocuments" || operation.collection === undefined) return undefined;
  const { collection, change, filter, waits } = operation;
  const pairs = change.rename.flatMap(({ from, to }) => (to === undefined ? [] : [{ from, to }]));
  const [own, others, options] = [ownFilter(operation), callOfRest(operation), optionsOfParts(operation)];
  const isWhole = pairs.length === change.rename.length && change.unset.length === 0 && waits !== "forEach";
  const olds = pairs.map(({ from }) => from);
  if (pairs.length === 0 || !isWhole || own === undefined || others === undefined) return undefined;
  if (options === undefined) return undefined;
  if (takenOver(step, olds) || step.documents.isOlderThan("4.2")) return undefined;
  const [from, to] = [olds.join(", "), pairs.map((one) => one.to).join(", ")];
  // A second condition of the same field would replace the first, and so would a second `$or`.
  const named = olds.some((old) => filter.fields.includes(old)) || own.includes("$or") ? "" : existing(olds);
  const rest = [...(own === "" ? [] : [oneLine(own)]), ...(named === "" ? [] : [named])].join(", ");
  const copied = pairs.map((one) => `${fieldName(one.to)}: "$${one.from}"`).join(", ");
  const unset = olds.map((old) => `${fieldName(old)}: ""`).join(", ");
  const why = `deploy a version that writes ${from} and ${to}, and reads either`;
  return [
    {
      first: { kind: "deploy", why },
      title: `${why}; then:`,
      code: [
        ...batched(collection, rest, [
          `  await ${collection.code}.updateMany(${inBatch}, [{ $set: { ${copied} } }]${options});`,
        ]),
        ...others,
        ...marksOf(step, olds),
        `// deploy the version that uses ${to} alone; then unset ${from} in a later migration`,
      ],
    },
    {
      first: { kind: "deploy", why: `deploy the version that uses ${to} alone` },
      code: batched(collection, rest, [
        `  await ${collection.code}.updateMany(${inBatch}, { $unset: { ${unset} } }${options});`,
      ]),
    },
  ];
}

/** For each of the collections, if their names are known. */
function marksOf(step: Step, fields: readonly string[]): readonly string[] {
  const mark = (name: string, field: string): string =>
    `// ddlint-deprecated: ${markCode(`${name}.${field}`)}`;
  const names = namesOf(step);
  return names.some((name) => name.startsWith("<"))
    ? fields.map((field) => `// and for each collection: ${mark("<collection>", field)}`)
    : names.flatMap((name) => fields.map((field) => mark(name, field)));
}

/** The safe stages of a call, in the order in which they are applied; undefined: it is safe, or nothing is known. */
export function documentStages(step: Step): Stages | undefined {
  const operation = callOf(step);
  const { documents } = step;
  if (operation === undefined || documents.isNew()) return undefined;
  switch (operation.kind) {
    case "createDocumentIndex": {
      if (operation.index.unique && !documents.withoutDuplicates())
        return uniqueStages(step, callOfOne(step));
      return undefined;
    }
    case "dropDocumentIndex":
      return documents.isHidden() || documents.losesField() ? undefined : hiddenStages(step, callOfOne(step));
    case "alterCollection":
      return operation.validator === undefined || operation.validator.empty
        ? undefined
        : validatorStages(step, callOfOne(step));
    case "updateDocuments": {
      const { change, many, filter } = operation;
      if (!many || filter.bounded) return undefined;
      if (change.rename.length > 0) return copiedStages(step, operation);
      const [field] = change.unset;
      if (field !== undefined && !documents.deprecated(field)) return unusedStages(step, operation);
      return documents.choosesAll()
        ? inOne(advice((own) => batchesInCode(own, callOf(own)))(step))
        : undefined;
    }
    default:
      return undefined;
  }
}

const inOne = (code: string | undefined): Stages | undefined =>
  code === undefined ? undefined : [{ code: code.split("\n") }];

/** One document after the other. */
export const cursorLoop = advice((step) => {
  const operation = inPlace(callOf(step));
  if (operation?.kind !== "readDocuments" || operation.collection === undefined) return undefined;
  const { collection, code } = operation;
  if (code === undefined || operation.usedAgain === true) return undefined;
  const isModel = collection.ownMethods === true && collection.shell !== true;
  const opened = `${isModel ? modelCode(collection) : collection.code}.${oneLine(code)}${isModel ? ".cursor()" : ""}`;
  const body = "  // what the migration does with each document";
  return collection.shell === true
    ? lines(`${opened}.forEach((document) => {`, body, "});")
    : lines(`for await (const document of ${opened}) {`, body, "}");
});

/** `User`, not the driver's collection below it. */
export const modelCode = ({ code, ownMethods, shell }: CollectionName): string =>
  ownMethods === true && shell !== true ? code.replace(/\.collection$/, "") : code;
