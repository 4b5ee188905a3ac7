import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "domain-constraint-without-not-valid",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "`ALTER DOMAIN` with a constraint that isn't `NOT VALID`, or `SET NOT NULL`, on a domain that tables use.",
    why: "PostgreSQL reads every table with a column of the domain under `SHARE`: writes to these tables wait until the transaction ends. A value that breaks the rule makes the migration fail.",
    instead:
      "Use `ADD CONSTRAINT … NOT VALID`: it applies to every value written from then on, and reads no table. `SET NOT NULL` of a domain can't be NOT VALID: make the columns NOT NULL instead.",
    exceptions: [
      "a domain that this migration creates",
      "a domain that no existing table uses, if the whole history is known",
    ],
  },
  messages: {
    scans: "reads all of {{tables}} under SHARE: writes wait until the transaction ends",
    unknown: "reads every table that uses {{domain}} under SHARE: writes wait until the transaction ends",
  },
  recipe: recipes.domainNotValid,
  on: {
    alterDomain({ operation, effects, before, isHere, show }, { report }) {
      const { change, check, domain, head: at } = operation;
      const checks = change === "set not null" || (change === "add constraint" && check?.notValid !== true);
      if (!checks) return;
      const [first, ...rest] = effects.scans;
      if (first !== undefined) {
        const tables = show(first) + (rest.length > 0 ? ` and ${rest.length} more` : "");
        report({ at, message: "scans", data: { tables } });
        return;
      }
      const found = before.type(domain);
      const known = found.is === "present" && found.value.origin !== undefined;
      // Its users are known to the history: none of them holds rows.
      if (known && (before.closed || isHere(found.value.origin))) return;
      report({ at, message: "unknown", data: { domain: show(domain) } });
    },
  },
});
