/** Calls that may send something by a way that isn't known. */
import type { SourceFile } from "./literal.ts";
import type { MethodNames } from "./tool.ts";
import { fieldOf, type ChainValue, type ImportedBody, type Link, type Origin, type Value } from "./value.ts";

/** Sequelize's, TypeORM's, Objection's and Prisma's. */
export const methodsOfModels: MethodNames = {
  reads:
    /^(?:find|findAll|findOne|findByPk|findById|findAndCountAll|findMany|findFirst|findUnique|findBy|findOneBy|count|exist|exists|max|min|sum|connect|authenticate|close|then|catch|finally)$/,
  command: (name) =>
    /^(?:create|bulkCreate|createMany|insert|save)$/.test(name)
      ? "INSERT"
      : /^(?:update|updateMany|upsert|increment|decrement)$/.test(name)
        ? "UPDATE"
        : /^(?:destroy|delete|deleteMany|remove)$/.test(name)
          ? "DELETE"
          : undefined,
};

export interface Stranger {
  /** The call; what stands behind it works with what it gives. */
  readonly link: Link;
  /** See `MethodNames`. */
  readonly command?: string | undefined;
  /** What it does, where that can be read. */
  readonly body?: ImportedBody | undefined;
}

/** The first call that is handed what the tool handed to the migration, or else one of other code that is waited for. */
export function strangerIn(
  file: SourceFile & { readonly isElsewhere?: boolean },
  chain: ChainValue,
  { reads, command }: MethodNames,
): Stranger | undefined {
  const handed = chain.links.find(({ values }) => values?.some(isHandle));
  if (handed !== undefined) return { link: handed };
  const link = chain.links.find(({ values }) => values !== undefined);
  if (link === undefined) return undefined;
  const called = link.name === "" || chain.root.is !== "record" ? chain.root : fieldOf(chain.root, link.name);
  const from = called && originOf(called);
  // A package's own call in a migration is seldom one of a database; in what a migration calls, it is all that is left.
  if (from === undefined || (from === "package" && file.isElsewhere !== true)) return undefined;
  const isRead = chain.links.every(({ name, values }) => values === undefined || reads.test(name));
  if (isRead || !isWaitedFor(file, chain)) return undefined;
  return { link, command: command?.(link.name), body: called?.is === "imported" ? called.body : undefined };
}

/** Where the code comes from that a value belongs to; undefined: it is the file's own, or reaches no database. */
export function originOf(value: Value): Origin | undefined {
  switch (value.is) {
    case "imported":
      return "project";
    case "chain":
      return originOf(value.root);
    case "unknown":
    case "new":
      return value.from;
    default:
      return undefined;
  }
}

/** `await seed()`, `return seed()`, `() => seed()` */
const isWaitedFor = ({ text }: SourceFile, { at: { start } }: ChainValue): boolean =>
  /(?:\b(?:await|return)|=>)\s*\(*$/.test(text.slice(Math.max(0, start - 20), start));

/** With a session alone, nothing can be done. */
const isOwn = (value: Value): boolean => value.is === "handle" && value.role !== "session";

const isHandle = (value: Value): boolean =>
  isOwn(value) ||
  (value.is === "chain" &&
    value.root.is === "handle" &&
    value.links.every((link) => link.values === undefined)) ||
  (value.is === "record" && [...value.fields.values()].some(isOwn));
