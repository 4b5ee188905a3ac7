/** Tools whose migrations hand over SQL as text: MikroORM, and scripts that use Prisma or Drizzle. */
import { send, type Call, type CodeTool, type Output } from "../tool.ts";
import type { ChainValue, Link, Value } from "../value.ts";
import { handleAt } from "../walk.ts";

type OnLink = (link: Link, chain: ChainValue) => boolean;

/** A tool of which only calls that send SQL are read; `chain` says which link is one. */
const textTool = (
  name: string,
  sends: OnLink,
  isHarmless: OnLink,
  { promises, isLazy }: Pick<CodeTool, "promises"> & { readonly isLazy?: (output: Output) => boolean } = {},
): CodeTool => ({
  name,
  promises,
  reader: (output) => {
    const chain = (given: ChainValue, call: Call): number => {
      const at = given.links.findIndex((link) => link.values !== undefined);
      const link = given.links[at];
      if (link?.values === undefined) return 0;
      const isTaken = given.links.slice(at + 1).some(({ values }) => values !== undefined);
      if (sends(link, given) && call.alone === true && !isTaken && isLazy?.(output) === true) {
        output.unsent({ start: given.at.start, end: link.at.start + link.name.length });
        return at + 1;
      }
      if (sends(link, given)) {
        send(output, inRaw(link.values[0]), link.at, call);
        return at + 1;
      }
      if (/^\$?transaction$/.test(link.name)) return callback(output, link, call, chain) ? at + 1 : 0;
      return isHarmless(link, given) ? at + 1 : 0;
    };
    return { chain };
  },
});

/** `sql.raw("…")`, `Prisma.raw("…")` */
function inRaw(value: Value | undefined): Value | undefined {
  const link = value?.is === "chain" && value.links.length === 1 ? value.links[0] : undefined;
  return link?.name === "raw" ? link.values?.[0] : value;
}

function callback(
  output: Output,
  link: Link,
  call: Call,
  chain: (given: ChainValue, call: Call) => number,
): boolean {
  const called = link.values?.find(({ is }) => is === "function");
  if (called?.is !== "function") return false;
  output.run(
    called,
    [handleAt(link.at)],
    (given, flow, statement, alone) => chain(given, { flow, statement, alone }),
    call.flow,
  );
  return true;
}

export const mikroOrm = textTool(
  "mikro-orm",
  ({ name }, { rootName }) => name === "addSql" || (name === "execute" && rootName === "this"),
  ({ name }, { rootName }) =>
    rootName === "this" && /^(?:getKnex|getEntityManager|setTransactionContext|reset)$/.test(name),
  { promises: ({ links }) => links.some(({ name }) => name === "execute") },
);

export const prisma = textTool(
  "prisma",
  ({ name }) => /^\$(?:execute|query)Raw(?:Unsafe)?$/.test(name),
  ({ name }) => /^\$(?:connect|disconnect|on|extends)$/.test(name),
  // What it gives is sent when somebody asks for the result.
  { promises: () => true, isLazy: () => true },
);

export const drizzle = textTool(
  "drizzle",
  ({ name, values }, { root }) =>
    name === "execute" && (root.is === "handle" || inRaw(values?.[0])?.is === "text"),
  () => false,
  // Of PostgreSQL as with Prisma; of MySQL it is sent at once.
  { promises: () => true, isLazy: ({ file }) => !file.isMysql },
);
