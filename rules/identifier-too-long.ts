import { defineRule } from "../src/lint/rule.ts";

const shorter = "Write a shorter name.";

export default defineRule({
  id: "identifier-too-long",
  category: "schema",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  fix: "safe",
  declared: true,
  docs: {
    summary:
      "A name has more than 63 bytes (MySQL and MariaDB: 64 characters), or two that the server generates are the same when shortened.",
    why: "On MySQL and MariaDB, the statement fails (error 1059). PostgreSQL truncates the name without an error: two long names that begin alike become the same one, and tools that compare names don't find theirs.",
    instead:
      "Write a shorter name. If the generated names of indexes or constraints begin alike, give them names.",
    exceptions: [
      "a note: a name that drizzle-kit has made up and keeps in its snapshot, which PostgreSQL cuts the same way wherever the tool writes it",
      "names that are used, but not given, in the statement",
      "a name that the server generates and shortens, unless the shortened one is taken; always where a migration in code leaves it to the server",
    ],
  },
  messages: {
    cut: "the {{object}}'s name is cut to {{kept}}",
    refused: "fails: the {{object}}'s name has more than 64 characters",
    shortened: "the {{object}} gets the shortened name {{kept}}",
  },
  on: {
    operation({ names: { givenNames, shortenedName }, edits, operation, script, before }, { report }) {
      // Its name was reported where it was made.
      const isThere = operation.kind === "createView" && before.relation(operation.view).is === "present";
      if (isThere && operation.orReplace) return;
      for (const given of givenNames()) {
        const { object, name, kept, at, tooLong } = given;
        if (tooLong) report({ at, message: "refused", data: { object }, instead: shorter });
        if (tooLong || name === kept) continue;
        const edit = edits.keptName(given);
        const fix = edit && { title: "write the name that the server keeps", edits: [edit] };
        // The server only says so in a NOTICE.
        const severity = given.isOfTool ? "note" : "warning";
        report({ at, message: "cut", severity, data: { object, kept }, instead: shorter, fix });
      }
      const made = script.code === undefined ? shortenedName() : undefined;
      if (made === undefined) return;
      const { object, kept } = made;
      report({ at: operation.head, message: "shortened", data: { object, kept }, severity: "note" });
    },
  },
});
