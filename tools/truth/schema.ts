/**
 * Whether the schema that `ddlint schema` prints is the one that the history makes, for the histories of real repositories:
 *
 *     npx tsx tools/truth/schema.ts --repositories <folder> [--only <owner/name>]… [--folder <project>]… [--mariadb] [--show]
 *
 * Each history runs in a database of its own, statement by statement, and its printed schema in another one; the catalogues
 * are compared. A history that doesn't run by itself here (extensions, roles, tables of others) is counted and named.
 */
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadFlow } from "../../src/engine/flow.ts";
import { findHistories } from "../../src/engine/files.ts";
import { planSchema } from "../../src/engine/schema.ts";
import { nodeFileSystem } from "../../src/project/file-system.ts";
import type { History } from "../../src/project/migration.ts";
import { Lab } from "../../tests/mariadb/replay.ts";
import { repositories } from "../ecosystem/projects.ts";
import { startServer } from "../measure/servers.ts";
import { stateOf } from "./rollback.ts";

const { values } = parseArgs({
  options: {
    repositories: { type: "string" },
    only: { type: "string", multiple: true },
    folder: { type: "string", multiple: true, default: [] },
    mariadb: { type: "boolean", default: false },
    show: { type: "boolean", default: false },
  },
});

/** A database that is made for one text. */
interface Database {
  /** Why the statement isn't run; undefined: it is. */
  run(sql: string): Promise<string | undefined>;
  state(): Promise<readonly string[]>;
  close(): Promise<void>;
}

async function postgres(): Promise<{ open: () => Promise<Database>; stop: () => Promise<void> }> {
  const server = await startServer(15, "/usr/lib/postgresql/15/bin");
  const admin = await server.connect("postgres");
  let databases = 0;
  return {
    async open() {
      const name = `schema_${++databases}`;
      await admin.query(`CREATE DATABASE ${name}`);
      const client = await server.connect(name);
      return {
        run: (sql) =>
          client.query(sql).then(
            () => undefined,
            (error: unknown) => String(error),
          ),
        async state() {
          await client.query("RESET ALL; SET search_path = pg_catalog");
          return stateOf(client);
        },
        async close() {
          await client.end();
          await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        },
      };
    },
    async stop() {
      await admin.end();
      await server.stop();
    },
  };
}

async function mariadb(): Promise<{ open: () => Promise<Database>; stop: () => Promise<void> }> {
  const lab = await Lab.start();
  return {
    async open() {
      const world = await lab.world();
      return {
        run: async (sql) => (await world.run(sql)).find(({ error }) => error !== undefined)?.error,
        state: async () => (await world.held()).servers,
        close: () => Promise.resolve(),
      };
    },
    stop: () => lab.stop(),
  };
}

const list = join(import.meta.dirname, "../ecosystem/repositories.tsv");
const cache = join(tmpdir(), "ddlint-ecosystem");
const { projects } = repositories(list, values.repositories && resolve(values.repositories), cache);
const folders = [
  ...projects.flatMap(({ name, job }) =>
    Object.values(job.folders ?? {}).map((folder) => ({ name, folder })),
  ),
  ...values.folder.map((folder) => ({ name: folder, folder: resolve(folder) })),
].filter(({ name }) => values.only?.includes(name) ?? true);

const { open, stop } = values.mariadb ? await mariadb() : await postgres();
const counts = {
  equal: 0,
  "equal but for what isn't known": 0,
  differs: 0,
  "doesn't load": 0,
  "isn't run": 0,
};
const kinds = new Map<string, number>();

/** One more of a kind; its first line is printed. */
function count(kind: keyof typeof counts, name: string, why = ""): void {
  counts[kind]++;
  console.log(`${name}: ${kind}${why === "" ? "" : `: ${why}`}`);
}

/** A migration in one transaction, or each statement by itself. */
async function runAll(
  database: Database,
  statements: readonly string[],
  wrapped: boolean,
): Promise<string | undefined> {
  const own = statements.filter((sql) => !/^\s*(?:begin|commit|start\s+transaction|end)\b/i.test(sql));
  for (const sql of wrapped ? ["BEGIN", ...own, "COMMIT"] : own) {
    const error = await database.run(sql);
    if (error === undefined) continue;
    if (wrapped) await database.run("ROLLBACK");
    return error;
  }
  return undefined;
}

async function play(name: string, folder: string, history: History): Promise<void> {
  const facts = { migrations: [history.root] };
  const plan = await planSchema({ cwd: folder, root: folder, facts });
  const flow = await loadFlow([history], undefined);
  const [whole = history] = flow.complete(nodeFileSystem(folder, { root: folder }), [history]);
  const real = await open();
  let expected: readonly string[];
  try {
    for (const { up } of whole.migrations) {
      const statements = flow
        .read(up, whole)
        .statements.map(({ span }) => up.text.slice(span.start, span.end));
      const first = values.mariadb ? "" : await runAll(real, statements, true);
      const error = first === undefined ? undefined : await runAll(real, statements, false);
      if (error === undefined) continue;
      count("isn't run", name, `${up.path}: ${error}`);
      return;
    }
    expected = await real.state();
  } finally {
    await real.close();
  }
  const printed = await open();
  try {
    for (const sql of plan.statements) {
      const error = await printed.run(sql);
      if (error !== undefined && plan.gaps.length === 0) {
        count("doesn't load", name, `${error}\n${sql}`);
        return;
      }
    }
    const found = await printed.state();
    const [was, is] = [new Set(expected), new Set(found)];
    const differs = [
      ...expected.filter((line) => !is.has(line)).map((line) => `- ${line}`),
      ...found.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
    ];
    if (differs.length === 0) count("equal", name, `${expected.length} lines`);
    else if (plan.gaps.length > 0)
      count(
        "equal but for what isn't known",
        name,
        `${plan.gaps.length} unknown, ${differs.length} of ${expected.length} lines`,
      );
    else count("differs", name, `${differs.length} of ${expected.length} lines`);
    for (const line of differs) {
      const kind = `${plan.gaps.length > 0 ? "unknown " : ""}${/^. (?:CREATE )?(?:UNIQUE )?\S+/.exec(line)?.[0] ?? ""}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    if (values.show) for (const { what, file } of plan.gaps) console.log(`  ? ${what} ${file ?? ""}`);
    if (values.show) for (const line of differs.slice(0, 12)) console.log(`  ${line}`);
  } finally {
    await printed.close();
  }
}

try {
  for (const { name, folder } of folders) {
    const histories = findHistories({ cwd: folder, root: folder }).filter(
      ({ dialect, migrations }) => (dialect === "postgres") !== values.mariadb && migrations.length > 0,
    );
    for (const history of histories)
      await play(`${name} ${history.root}`, folder, history).catch((error: unknown) => {
        count("isn't run", `${name} ${history.root}`, error instanceof Error ? error.message : String(error));
      });
  }
} finally {
  await stop();
}
console.log(counts, kinds);
