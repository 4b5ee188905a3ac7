/** Filters, changes, indexes and validators of MongoDB's driver, as facts. */
import type {
  DocumentChange,
  DocumentFilter,
  DocumentIndex,
  DocumentKey,
  DocumentValidator,
} from "../../../../model/operation.ts";
import { fieldName, withoutComments } from "../../../../text/javascript.ts";
import type { Reader } from "../../evaluate.ts";
import { fieldOf, isNothing, isOn, numberOf, textOf, type RecordValue, type Value } from "../../value.ts";

/** As it is written, if it is short; a name's and another file's values are written out where they can be. */
export function codeOf({ text, isElsewhere }: Reader, value: Value | undefined): string | undefined {
  if (value === undefined || isNothing(value)) return undefined;
  if (isElsewhere === true) return writtenOut(value);
  const { start, end } = value.at;
  if (end - start > longest) return undefined;
  const written = text.slice(start, end);
  const known = /^[\w$.]+$/.test(written) ? writtenOut(value) : undefined;
  return known !== undefined && known.length <= longest ? known : withoutComments(written);
}

/** Code that is longer isn't written again. */
const longest = 400;

/** A value that is wholly known, as code. */
function writtenOut(value: Value): string | undefined {
  const all = (items: readonly Value[]): readonly string[] | undefined => {
    const codes = items.map(writtenOut);
    return codes.every((code) => code !== undefined) ? codes : undefined;
  };
  switch (value.is) {
    case "plain":
      return String(value.value);
    case "text":
      return value.holes ? undefined : JSON.stringify(textOf(value));
    case "list": {
      const codes = all(value.items);
      return codes && `[${codes.join(", ")}]`;
    }
    case "record": {
      const codes = value.open ? undefined : all([...value.fields.values()]);
      const names = [...value.fields.keys()];
      return (
        codes &&
        (codes.length === 0
          ? "{}"
          : `{ ${codes.map((code, i) => `${fieldName(names[i] ?? "")}: ${code}`).join(", ")} }`)
      );
    }
    case "new": {
      const codes = value.name === "Date" && value.values.length > 0 ? all(value.values) : undefined;
      return codes && `new Date(${codes.join(", ")})`;
    }
    default:
      return undefined;
  }
}

const combining = /^\$(?:and|or|nor)$/;

/** Fields of a condition, those below `$and` and the like included. */
function fieldsOf(value: Value): readonly string[] {
  if (value.is !== "record") return [];
  return [...value.fields].flatMap(([name, inner]) =>
    combining.test(name) ? (inner.is === "list" ? inner.items.flatMap(fieldsOf) : []) : [name],
  );
}

/** `_id: { $exists: true }` and `_id: { $ne: null }` choose every document. */
function choosesAll(name: string, value: Value): boolean {
  if (name === "$comment") return true;
  if (name !== "_id" || value.is !== "record" || value.open) return false;
  const [operator, operand] = [...value.fields][0] ?? [];
  return (
    value.fields.size === 1 &&
    (operator === "$exists" ? isTrue(operand) : operator === "$ne" && isNothing(operand))
  );
}

const isTrue = (value: Value | undefined): boolean => value?.is === "plain" && value.value === true;

/** No two documents share them. */
const ownNames = /^(?:user_?name|login|e-?mail|slug|uuid|guid)$/i;

/** By `_id` itself, a list of them, or a range with an end; or by a name that only one has. */
function isByKey(record: RecordValue): boolean {
  const id = record.fields.get("_id");
  if (id === undefined)
    return [...record.fields].some(([name, value]) => ownNames.test(name) && textOf(value) !== undefined);
  if (id.is !== "record") return true;
  const operators = new Set(id.fields.keys());
  if (operators.has("$in") || operators.has("$eq")) return true;
  return (operators.has("$gt") || operators.has("$gte")) && (operators.has("$lt") || operators.has("$lte"));
}

export function filterOf(file: Reader, value: Value | undefined): DocumentFilter {
  const code = codeOf(file, value);
  if (isNothing(value)) return { is: "none", fields: [], bounded: false, code };
  if (value?.is !== "record") return { is: "unknown", fields: [], bounded: false, code };
  const isAll = !value.open && [...value.fields].every(([name, one]) => choosesAll(name, one));
  const fields = fieldsOf(value);
  return { is: isAll ? "none" : "some", fields, bounded: isByKey(value), empty: emptyIn(value), code };
}

/** Fields that a condition asks to be empty; of `$or`, those of each branch. */
function emptyIn(condition: Value): readonly string[] {
  if (condition.is !== "record") return [];
  return [...condition.fields].flatMap(([name, value]) => {
    const branches = value.is === "list" ? value.items.map(emptyIn) : [];
    if (name === "$and") return branches.flat();
    if (name === "$or")
      return (branches[0] ?? []).filter((field) => branches.every((one) => one.includes(field)));
    return isEmpty(value) ? [name] : [];
  });
}

/** `null`, `""`, `{ $in: [null, ""] }`, `{ $exists: false }`, `{ $type: 10 }` */
function isEmpty(value: Value): boolean {
  if (value.is !== "record") return isNull(value);
  const list = fieldOf(value, "$in") ?? fieldOf(value, "$eq");
  const exists = fieldOf(value, "$exists");
  const type = fieldOf(value, "$type");
  return (
    (list !== undefined &&
      (list.is === "list" ? list.items.length > 0 && list.items.every(isNull) : isNull(list))) ||
    (exists?.is === "plain" && exists.value === false) ||
    numberOf(type) === 10 ||
    textOf(type) === "null"
  );
}

const isNull = (value: Value): boolean => isNothing(value) || textOf(value) === "";

/** The filter of a single document: it is bounded, whatever it is. */
export const one = (filter: DocumentFilter): DocumentFilter => ({ ...filter, bounded: true });

const adjusting = /^\$(?:addToSet|pull|pullAll|min|max)$/;
const adding = /^\$(?:inc|mul|push|pushAll|bit)$/;

export function changeOf(file: Reader, value: Value | undefined, replaces = false): DocumentChange {
  const change = {
    set: [] as string[],
    unset: [] as string[],
    rename: [] as { from: string; to: string | undefined }[],
    added: [] as { operator: string; field: string }[],
    adjusted: [] as string[],
    moved: [] as string[],
    copied: [] as string[],
  };
  const code = codeOf(file, value);
  const stages = value?.is === "list" ? value.items : [];
  const plain = value?.is === "record" && ![...value.fields.keys()].some((name) => name.startsWith("$"));
  const pipeline = value?.is === "list";
  if (replaces || (plain && !value.open))
    return { ...change, pipeline, replace: replaces || plain, known: value?.is === "record", code };
  const records = value === undefined || pipeline ? stages : [value];
  for (const record of records) if (record.is === "record") operators(record, change);
  const known =
    records.length > 0 && records.every((one) => one.is === "record" && !one.open && areKnown(one));
  const constants = constantsOf(value);
  if (pipeline) ofStages(stages, change);
  return { ...change, constants, rest: restOf(file, value), pipeline, replace: false, known, code };
}

/** `{ $set: { plan: "free" } }`: a document that has the values needs no change. One without a field has null. */
function constantsOf(value: Value | undefined): readonly string[] | undefined {
  const set = value?.is === "record" && value.fields.size === 1 ? fieldOf(value, "$set") : undefined;
  if (set?.is !== "record" || set.open) return undefined;
  const codes = [...set.fields.values()].map((one) => {
    if (isNothing(one)) return undefined;
    return writtenOut(one);
  });
  return codes.every((code) => code !== undefined) ? codes : undefined;
}

/** What an update does besides `$rename` and `$unset`. */
function restOf(file: Reader, value: Value | undefined): string | undefined {
  if (value?.is !== "record" || value.open) return undefined;
  const others = [...value.fields].filter(([name]) => name !== "$rename" && name !== "$unset");
  const codes = others.map(([name, one]) => [name, writtenOut(one) ?? codeOf(file, one)] as const);
  return codes.every(([, code]) => code !== undefined)
    ? codes.map(([name, code]) => `${name}: ${code}`).join(", ")
    : undefined;
}

type Change = {
  readonly [
    K in "set" | "unset" | "rename" | "added" | "adjusted" | "moved" | "copied"
  ]: DocumentChange[K] extends readonly (infer T)[] ? T[] : never;
};

const areKnown = ({ fields }: RecordValue): boolean =>
  [...fields.values()].every((one) => one.is !== "unknown" && !(one.is === "record" && one.open));

const computing = /^\$(?:add|subtract|multiply|divide|concat|concatArrays)$/;

/** What a pipeline reads of the fields that it writes. */
function ofStages(stages: readonly Value[], change: Change): void {
  const sets = stages.flatMap((stage) => {
    const given = fieldOf(stage, "$set") ?? fieldOf(stage, "$addFields");
    return given?.is === "record" ? [...given.fields] : [];
  });
  for (const [field, value] of sets) {
    const read = pathsIn(value);
    const copied = textOf(value)?.replace(/^\$/, "");
    if (copied !== undefined && read.includes(copied)) change.copied.push(copied);
    change.moved.push(...read.filter((path) => change.unset.includes(path)));
    const [operator = ""] = value.is === "record" ? [...value.fields.keys()] : [];
    if (computing.test(operator) && read.includes(field)) change.added.push({ operator, field });
  }
}

/** `"$price"`, wherever it stands in an expression. */
function pathsIn(value: Value): readonly string[] {
  if (value.is === "list") return value.items.flatMap(pathsIn);
  if (value.is === "record") return [...value.fields.values()].flatMap(pathsIn);
  const path = /^\$([^$].*)$/.exec(textOf(value) ?? "")?.[1];
  return path === undefined ? [] : [path];
}

function operators(record: RecordValue, change: Change): void {
  for (const [operator, given] of record.fields) {
    if (operator === "$unset" && given.is !== "record") {
      for (const item of given.is === "list" ? given.items : [given]) {
        const name = textOf(item);
        if (name !== undefined) change.unset.push(name);
      }
    }
    if (given.is !== "record") continue;
    const names = [...given.fields.keys()];
    if (/^\$(?:set|setOnInsert|addFields|currentDate)$/.test(operator)) change.set.push(...names);
    else if (operator === "$unset") change.unset.push(...names);
    else if (operator === "$rename")
      for (const [from, to] of given.fields) change.rename.push({ from, to: textOf(to) });
    else if (adjusting.test(operator)) change.adjusted.push(...names);
    else if (adding.test(operator)) for (const field of names) change.added.push({ operator, field });
  }
}

/** `{ a: 1, b: -1 }`, `"a"`, `[["a", 1]]`, `["a", "b"]`; undefined: not known. */
export function keysOf(value: Value | undefined): readonly DocumentKey[] | undefined {
  const name = textOf(value);
  if (name !== undefined) return [{ field: name, kind: 1 }];
  if (value?.is === "list") {
    const keys = value.items.map((item): DocumentKey | undefined => {
      const field = textOf(item);
      if (field !== undefined) return { field, kind: 1 };
      const [first, second] = item.is === "list" ? item.items : [];
      return keyOf(textOf(first), second);
    });
    return keys.every((key) => key !== undefined) ? keys : undefined;
  }
  if (value?.is !== "record" || value.open) return undefined;
  const keys = [...value.fields].map(([field, kind]) => keyOf(field, kind));
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

function keyOf(field: string | undefined, value: Value | undefined): DocumentKey | undefined {
  const kind = numberOf(value) ?? textOf(value);
  return field === undefined || kind === undefined ? undefined : { field, kind };
}

/** What of an index's options says how it is built, and not what it is. */
const ofBuild = /^(?:background|session|commitQuorum|maxTimeMS|writeConcern|comment|name|hidden|v|key)$/;

export function indexOf(file: Reader, keys: Value | undefined, options: Value | undefined): DocumentIndex {
  const expire = seconds(fieldOf(options, "expireAfterSeconds"));
  const background = options?.is === "record" ? options.places.get("background") : undefined;
  const quorum = fieldOf(options, "commitQuorum");
  const own =
    options?.is === "record"
      ? [...options.fields]
          .filter(([name, value]) => !ofBuild.test(name) && !isOff(value))
          .map(
            ([name, value]) =>
              `${name}: ${(writtenOut(value) ?? codeOf(file, value) ?? "").replaceAll(/\s+/g, " ")}`,
          )
      : [];
  return {
    keys: keysOf(keys),
    name: textOf(fieldOf(options, "name")),
    unique: isOn(options, "unique"),
    hidden: isOn(options, "hidden"),
    partial: fieldOf(options, "partialFilterExpression") !== undefined || isOn(options, "sparse"),
    filterCode: codeOf(file, fieldOf(options, "partialFilterExpression")),
    ...(expire === undefined ? {} : { expireAfterSeconds: expire }),
    ...(background === undefined ? {} : { background }),
    ...(quorum === undefined ? {} : { commitQuorum: numberOf(quorum) ?? textOf(quorum) }),
    options: own.sort().join(", "),
    known: isNothing(options) || (options?.is === "record" && !options.open),
  };
}

const isOff = (value: Value): boolean => isNothing(value) || (value.is === "plain" && value.value === false);

export const seconds = (value: Value | undefined): number | "unknown" | undefined =>
  value === undefined ? undefined : (numberOf(value) ?? "unknown");

/** `(await db.listCollections({ name }).toArray())[0].options.validator`, or something that is made of it. */
function isDerived(value: Value): boolean {
  if (value.is === "record") return [...value.fields.values(), ...(value.spread ?? [])].some(isDerived);
  if (value.is === "list") return value.items.some(isDerived);
  if (value.is !== "chain") return false;
  const reads = value.links.some(
    ({ name, values }) =>
      (values !== undefined && /^(?:listCollections|getCollectionInfos|options)$/.test(name)) ||
      values?.some(isDerived) === true,
  );
  return reads || isDerived(value.root);
}

/** Of the options of createCollection, or of a collMod. */
export function validatorOf(file: Reader, options: Value | undefined): DocumentValidator | undefined {
  const validator = fieldOf(options, "validator");
  if (validator === undefined || options?.is !== "record") return undefined;
  const word = (name: string, usual: string): string | undefined => {
    const value = options.fields.get(name);
    return value === undefined ? (options.open ? undefined : usual) : textOf(value);
  };
  return {
    at: options.places.get("validator") ?? validator.at,
    level: word("validationLevel", "strict"),
    action: word("validationAction", "error"),
    empty: validator.is === "record" && !validator.open && validator.fields.size === 0,
    ...(isDerived(validator) ? { derived: true as const } : {}),
    code: codeOf(file, validator),
  };
}
