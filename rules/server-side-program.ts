import { defineRule } from "../src/lint/rule.ts";

/** Languages whose functions do on the server what its operating system's user may do. */
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
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A migration runs a program on the server, touches its files, or uses an untrusted language.",
    why: "It runs as the operating system's user of the server, past all privileges. It needs a superuser, which no managed server gives, and works on one machine only. On MySQL and MariaDB: `LOAD DATA INFILE` without LOCAL, `INTO OUTFILE`, `LOAD_FILE()` and functions of a library (`SONAME`), which the FILE privilege or the directory of plugins allow.",
    instead: {
      postgres: "`\\copy` or `COPY … FROM STDIN` from the client; a trusted language such as `plpgsql`.",
      mysql: "INSERT, or `LOAD DATA LOCAL INFILE`; a routine in SQL.",
    },
  },
  messages: {
    program: "runs a program as the server's own user",
    language: "{{language}} is not trusted: its functions may do what the server's own user may",
    library: "loads a library into the server: it may do what the server's own user may",
    data: "reads or writes a file of the server's own machine",
    file: "{{name}}() touches files of the server",
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
