/** Tools whose migrations hand over SQL as text: MikroORM, and scripts that use Prisma or Drizzle. */
import { send, type Call, type CodeTool, type Output } from "../tool.ts";
import type { ChainValue, Link } from "../value.ts";
import { handleAt } from "../walk.ts";

type OnLink = (link: Link, chain: ChainValue) => boolean;

/** A tool of which only calls that send SQL are read; `chain` says which link is one. */
const textTool = (name: string, sends: OnLink, isHarmless: OnLink): CodeTool => ({
  name,
  reader: (output) => {
    const chain = (given: ChainValue, call: Call): number => {
      const at = given.links.findIndex((link) => link.values !== undefined);
      const link = given.links[at];
      if (link?.values === undefined) return 0;
      if (sends(link, given)) {
        send(output, link.values[0], link.at, call);
        return at + 1;
      }
      if (/^\$?transaction$/.test(link.name)) return callback(output, link, call, chain) ? at + 1 : 0;
      return isHarmless(link, given) ? at + 1 : 0;
    };
    return { chain };
  },
});

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
    (given, flow, statement) => chain(given, { flow, statement }),
    call.flow,
  );
  return true;
}

export const mikroOrm = textTool(
  "mikro-orm",
  ({ name }, { rootName }) => name === "addSql" || (name === "execute" && rootName === "this"),
  ({ name }, { rootName }) =>
    rootName === "this" && /^(?:getKnex|getEntityManager|setTransactionContext|reset)$/.test(name),
);

export const prisma = textTool(
  "prisma",
  ({ name }) => /^\$(?:execute|query)Raw(?:Unsafe)?$/.test(name),
  ({ name }) => /^\$(?:connect|disconnect|on|extends)$/.test(name),
);

export const drizzle = textTool(
  "drizzle",
  ({ name, values }) => name === "execute" && values?.[0]?.is === "text",
  () => false,
);
