import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-named-concurrently",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary: "`CREATE INDEX CONCURRENTLY ON …` on MySQL and MariaDB, which have no such option.",
    why: "The word is read as the index's name: an index that is called `CONCURRENTLY` is built, with the locks of a usual one. A second such statement on the table fails.",
    instead: "Give the index a name, and write `ALGORITHM=INPLACE, LOCK=NONE` at the end of the statement.",
    exceptions: ["the name in backticks"],
  },
  messages: { named: "names the index {{name}}: this database has no CONCURRENTLY" },
  on: {
    createIndex({ operation: index }, { report }) {
      const { name } = index;
      // In backticks it is meant.
      if (name?.name !== "concurrently" || name.span.end - name.span.start !== name.name.length) return;
      report({ at: name.span, message: "named", data: { name: name.written ?? name.name } });
    },
  },
});
