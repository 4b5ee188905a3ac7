/** Which changesets are deployed together, as far as their ids say it. */

/** `generateChangeLog` and `diffChangeLog` number what they write: the milliseconds when they began, and a count. */
const generated = /^(1\d{12})-\d+$/;
/** JHipster writes an entity at once, its keys in a file of their own: the second, and a count. */
const stamped = /^(20\d{12})-\d+$/;
/** `SHOP-12@@create-orders`, `SHOP-12-index`: the work of one issue; `SHOP-1.2` is a version. */
const ticket = /^(\p{Lu}[\p{Lu}\d]{1,15}-\d{1,7})(?=[^\d.]|\.\D)/u;
/** `create-orders-table` and `create-orders-table-indexes`: what makes a table, and a part of it. */
const makes = /creat|table|init|schema/i;
const isPart =
  /^[-_. @:](?:ind(?:ex|exes|ices)|idx|constraints?|fks?|foreign[-_]?keys?|keys?|pk|primary[-_]?key|uniques?|increment|sequences?|seq|defaults?|checks?|triggers?|comments?)$/i;

/** The changeset of a file that comes next, in their order → what those have in common that are deployed with it. */
export type Deployments = (file: string, author: string, id: string) => string;

export function deploymentsInOrder(): Deployments {
  let last = { owner: "", id: "", key: "" };
  return (file, author, id) => {
    const owner = `${file} ${author}`;
    const stamp = stamped.exec(id)?.[1];
    if (stamp !== undefined) return `${author}:${stamp}`;
    const common = generated.exec(id)?.[1] ?? ticket.exec(id)?.[1];
    const isOfLast =
      last.owner === owner &&
      makes.test(last.id) &&
      id.startsWith(last.id) &&
      isPart.test(id.slice(last.id.length));
    // What follows may be another part.
    if (!isOfLast) last = { owner, id, key: `${owner}:${common ?? id}` };
    return last.key;
  };
}
