import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "secret-in-migration",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A password or key is written in a migration.",
    why: "It stays in the repository's history and in the server's log, is the same on every server, and can't be changed without another migration.",
    instead:
      "Take it out and change it: what was committed counts as known. Create the role without a password and set it where the server is set up, or use a placeholder of your tool.",
  },
  messages: {
    password: "the password of {{object}} is in the repository for good",
    key: "{{what}} is in the repository for good",
  },
  on: {
    migration({ steps, secrets }, { report }) {
      const passwords = steps.flatMap(({ operation }) => {
        if (operation.kind !== "createObject" && operation.kind !== "alterObject") return [];
        const { secret, object, name } = operation;
        return secret === undefined || operation.called === true ? [] : [{ at: secret, object, name }];
      });
      for (const { at, object, name } of passwords)
        report({ at, message: "password", data: { object: `${object} ${name?.text ?? ""}` } });
      for (const { what, span } of secrets()) {
        if (passwords.some(({ at }) => at.start <= span.start && span.end <= at.end)) continue;
        report({ at: span, message: "key", data: { what } });
      }
    },
  },
});
