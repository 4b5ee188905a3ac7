/**
 * A migration from its first line to production and back, on each server that is here: created, tested up, down and up,
 * checked before, applied by dbmate with the words of the runbook, verified, written down, and rolled back.
 */
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { block, folder, hold, project, quiet, say, skip } from "./ground.mjs";
import { kinds } from "./servers.mjs";

export async function playMigrations(tarball) {
  for (const kind of kinds)
    if (kind.start === undefined)
      skip(`there is no ${kind.name} here, so no migration goes to production on it`);
    else {
      const server = await kind.start();
      try {
        play(kind, server, tarball);
      } finally {
        await server.stop();
      }
    }
}

function play({ name, dialect, id }, server, tarball) {
  const path = join(folder, dialect);
  mkdirSync(path);
  const { expect, run, write, read } = project(path, {
    ...server.env,
    PATH: `${join(path, "node_modules/.bin")}${delimiter}${process.env.PATH}`,
    DATABASE_URL: server.databaseUrl,
    DDLINT_SERVER: server.url,
  });
  const ddlint = (status, ...words) => expect(status, ["ddlint", ...words]);
  const ask = (sql) => expect(0, server.client, sql).trim();
  const says = (text, pattern) => hold(pattern.test(text), `no ${pattern} in:\n${text}`);
  /** Installs what ddlint asks for in the words that it uses. */
  const installAsTold = (...words) => {
    const { status, output } = run(["ddlint", ...words]);
    const told = /npm install (--save-dev .*)$/m.exec(output)?.[1];
    hold(status === 2 && told, `ddlint ${words.join(" ")} names no package to install:\n${output}`);
    expect(0, ["npm", "install", ...quiet, ...told.trim().split(" ")]);
  };
  /** The commands of a part of the runbook, as they are printed. */
  const runPrinted = (section) =>
    expect(0, ["sh", "-e"], block(ddlint(0, "runbook", "--section", section), "sh"));

  // A shop with a first migration, in production; two customers have the same address.
  write("package.json", '{ "name": "shop", "private": true }\n');
  expect(0, "git init --quiet --initial-branch main");
  expect(0, ["npm", "install", "--save-dev", ...quiet, tarball, "dbmate"]);
  write("ddlint.jsonc", `{ "dialect": "${dialect}" }\n`);
  write(
    "db/migrations/20260101090000_customers.sql",
    `-- migrate:up\nCREATE TABLE customers (id ${id} PRIMARY KEY, email varchar(200) NOT NULL);\n\n-- migrate:down\nDROP TABLE customers;\n`,
  );
  runPrinted("apply");
  ask("INSERT INTO customers (email) VALUES ('ann@example.com'), ('bob@example.com'), ('ann@example.com');");
  say(`${name}: a shop with a first migration, applied by dbmate`);

  // Create.
  ddlint(0, "new", "unique email", "--sql", "ALTER TABLE customers ADD CONSTRAINT one_email UNIQUE (email)");
  const list = JSON.parse(ddlint(0, "runbook", "--json")).migrations;
  hold(list.length === 1 && /unique_email/.test(list[0].name), `ddlint new made no newest migration`);
  const { version } = list[0];

  // Test up, down and up: in the embedded server where there is one, and on a real one.
  if (dialect === "postgres") {
    installAsTold("verify");
    says(ddlint(0, "verify"), /PGlite[^]*up ran, down ran, up again ran/);
  }
  installAsTold("verify", "--server");
  const onServer = ddlint(0, "verify", "--server");
  says(onServer, new RegExp(`${name}[^]*up ran, down ran, up again ran`));
  hold(!/customers|ddlint/.test(ask(listDatabases[dialect])), "ddlint verify left a database");
  say(`${name}: ddlint new, and ddlint verify up, down and up`);

  // Pre-flight.
  says(ddlint(1, "preflight", "--server"), /ann@example\.com/);
  ask("UPDATE customers SET email = 'ann2@example.com' WHERE id = 3;");
  ddlint(0, "preflight", "--server");
  says(ddlint(0, "status", "--server"), /^applied .*customers\npending .*unique_email/m);
  say(`${name}: ddlint preflight finds the duplicates, and nothing once they are mended`);

  // Apply, and verify.
  const proof = block(ddlint(0, "runbook", "--section", "verify"), "sql");
  const proved = () =>
    ask(proof)
      .split("\n")
      .map((line) => /\t(?:t|1)$/.test(line));
  hold(!proved().includes(true), `true before the migration: ${proof}`);
  runPrinted("apply");
  hold(!proved().includes(false), `false after the migration: ${proof}`);
  says(ddlint(0, "status", "--server"), /^applied .*unique_email/m);
  says(
    ddlint(1, "preflight", "--server"),
    new RegExp(`taken[^]*${version}|${version}[^]*taken|applied already`),
  );
  say(`${name}: applied as the runbook prints it, and verified by its query`);

  // The changelog has it once.
  const append = () => ddlint(0, "runbook", "--section", "changelog", "--append", "CHANGELOG-db.md");
  append();
  append();
  const entries = read("CHANGELOG-db.md").split(`## ${list[0].name}`).length - 1;
  hold(entries === 1, `the changelog has ${entries} entries:\n${read("CHANGELOG-db.md")}`);

  // And back.
  runPrinted("rollback");
  hold(!proved().includes(true), `true after the rollback: ${proof}`);
  says(ddlint(0, "status", "--server"), /^pending .*unique_email/m);
  ddlint(0, "preflight", "--server");
  say(`${name}: in the changelog, and rolled back as the runbook prints it`);
}

const listDatabases = {
  postgres: "SELECT datname FROM pg_database WHERE datname LIKE 'ddlint%';",
  mariadb: "SHOW DATABASES LIKE 'ddlint%';",
};
