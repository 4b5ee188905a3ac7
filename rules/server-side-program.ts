import { defineRule } from "../src/lint/rule.ts";

/** Languages whose functions can do whatever the operating system user of the server can. */
const untrusted = new Set([
  "plpythonu",
  "plpython2u",
  "plpython3u",
  "plperlu",
  "pltclu",
  "plrubyu",
  "plsh",
  "pllua_u",
  "pllluau",
]);

const files = new Set([
  "pg_read_file",
  "pg_read_binary_file",
  "pg_ls_dir",
  "pg_stat_file",
  "pg_file_write",
  "pg_file_read",
  "pg_file_unlink",
  "pg_file_rename",
  "lo_import",
  "lo_export",
  // MySQL, MariaDB
  "load_file",
]);

export default defineRule({
  id: "server-side-program",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary: "A migration runs a program on the server, accesses its files, or uses an untrusted language.",
    why: "It runs as the operating system user of the server and bypasses all privileges. It needs a superuser, which managed servers don't provide, and works only on a machine that has the program or file. On MySQL and MariaDB the rule covers `LOAD DATA INFILE` without LOCAL, `INTO OUTFILE`, `LOAD_FILE()` and loadable functions (`SONAME`): they need the FILE privilege or a library in the plugin directory.",
    instead: {
      postgres:
        "Use `\\copy` or `COPY … FROM STDIN` from the client, or a trusted language such as `plpgsql`.",
      mysql: "Use INSERT or `LOAD DATA LOCAL INFILE`, or write the routine in SQL.",
    },
    exceptions: [
      "files of the client: `\\copy`, `COPY … FROM STDIN`, `LOAD DATA LOCAL INFILE`",
      "trusted languages, such as `plpgsql` and `plperl`",
      "`SELECT … INTO @variable`",
    ],
  },
  messages: {
    program: "runs a program as the operating system user of the server",
    language: "{{language}} is untrusted: its functions can do whatever the server's OS user can",
    library: "loads a library into the server: it can do whatever the server's OS user can",
    data: "reads or writes a file on the server's machine",
    file: "{{name}}() accesses files on the server's machine",
  },
  on: {
    operation({ operation, before, security: { calls } }, { report }) {
      if ((operation.kind === "copyRows" || operation.kind === "selectRows") && operation.serverFile)
        report({ at: operation.serverFile, message: "data" });
      if (before.family === "mysql" && operation.kind === "createFunction" && operation.language === "c")
        report({ at: operation.head, message: "library" });
      if (operation.kind === "copyRows" && operation.program)
        report({ at: operation.head, message: "program" });
      const language =
        operation.kind === "createFunction"
          ? operation.language
          : operation.kind === "createExtension"
            ? operation.extension.text
            : operation.kind === "createObject" && operation.object === "language"
              ? (operation.name?.name ?? "")
              : "";
      if (untrusted.has(language)) report({ at: operation.head, message: "language", data: { language } });
      for (const { name, span } of calls())
        if (files.has(name)) report({ at: span, message: "file", data: { name } });
    },
  },
});
