/** Verifies migrations of a project: which they are, how they are replayed, and on which server they run. */
import { UserError } from "../config/user-error.ts";
import { dialectTitles } from "../model/dialect.ts";
import type { Facts } from "../project/facts.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import { replayMigration, type Read } from "../replay/replay.ts";
import { initialState } from "../replay/state.ts";
import type { ParsedText } from "../sql/front-end.ts";
import { placeOfStatement } from "../verify/differences.ts";
import { embeddedLabs } from "../verify/embedded.ts";
import type { Labs } from "../verify/lab.ts";
import type { Replay } from "../verify/prepared.ts";
import { reachOf } from "../verify/reach.ts";
import { unsendable } from "../verify/send.ts";
import { serverAddress } from "../verify/server-address.ts";
import { serverLabs } from "../verify/server.ts";
import { HistoryFailure, verifyHistory } from "../verify/verify-history.ts";
import { chosen, isApplied } from "./chosen-migration.ts";
import type { Flow } from "./flow.ts";
import { openProject } from "./open-project.ts";
import { openWorlds, type World } from "./open.ts";
import type { VerifyOptions, VerifyResult } from "./verify.ts";

/** @throws UserError */
export const runVerify = (options: VerifyOptions): Promise<VerifyResult> =>
  verifyOn(async (history, flow) => {
    const labs = await labsFor(history, flow, options);
    return { labs, done: () => labs.stop() };
  }, options);

/** The same on a server that the caller has. */
export async function verifyOn(
  serverFor: (
    history: History,
    flow: Flow,
  ) => Promise<{ readonly labs: Labs; readonly done: () => Promise<void> }>,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { facts = {}, migrations = [] } = options;
  const { fs, flow, histories } = await openProject(options);
  const { history, chosen: wanted } = chosenOf(histories, migrations, facts);
  const worldOf = openWorlds(fs, { ...facts, startAfter: undefined }, flow);
  const { labs, done } = await serverFor(history, flow);
  try {
    const replayOn = (serverVersion: string | undefined): Replay =>
      replayOf(history, flow, worldOf({ ...history, serverVersion }));
    const stated = history.serverVersion;
    const isOther = stated !== undefined && Number.parseFloat(stated) !== releaseOf(labs.version, stated);
    const other = isOther
      ? { title: `${dialectTitles[history.dialect]} ${stated}`, replay: replayOn(stated) }
      : undefined;
    return await verifyHistory(replayOn(labs.version), wanted, labs, {
      onProgress: options.onProgress,
      other,
    });
  } catch (error) {
    if (!(error instanceof HistoryFailure)) throw error;
    throw new UserError(`a migration before it fails: ${error.message}`, {
      file: error.file,
      line: error.line,
      hint: `if ${labs.title} lacks what it needs, --server names one that has it`,
    });
  } finally {
    await done();
  }
}

/** As exactly as the other one is stated: `15` of `15.18` beside `14`. */
const releaseOf = (version: string, stated: string): number =>
  Number.parseFloat(version.split(".").slice(0, stated.split(".").length).join("."));

/** The migrations that are asked for, of one history; else those that aren't applied, else the newest. */
function chosenOf(
  histories: readonly History[],
  asked: readonly string[],
  facts: Facts,
): { readonly history: History; readonly chosen: ReadonlySet<Migration> } {
  const newest = chosen(histories, asked[0]);
  const { history } = newest;
  const others = asked.slice(1).map((name) => chosen(histories, name));
  const other = others.find((one) => one.history !== history);
  if (other !== undefined)
    throw new UserError("the migrations are of several histories", { hint: "verify one history at a time" });
  if (asked.length > 0)
    return { history, chosen: new Set([newest, ...others].map(({ migration }) => migration)) };
  const pending = history.migrations.filter(
    (one) => one.kind === "versioned" && one.emptyHere !== true && !isApplied(history, one, facts),
  );
  const isStated = pending.length < history.migrations.filter(({ kind }) => kind === "versioned").length;
  return { history, chosen: new Set(isStated && pending.length > 0 ? pending : [newest.migration]) };
}

function replayOf(history: History, flow: Flow, { facts, snapshot }: World): Replay {
  const dialect = flow.dialects.of(history.dialect);
  const parse = (script: Script): ParsedText => flow.read(script, history);
  return {
    // What does nothing on this database isn't run on it.
    migrations: history.migrations.filter(({ emptyHere }) => emptyHere !== true),
    start: initialState(history, dialect, facts, snapshot),
    parse,
    step(migration, state, runs) {
      const read: Read = (script) => {
        const parsed = parse(script);
        return { ...parsed, statements: parsed.statements.filter((one) => runs(one, script)) };
      };
      return replayMigration(history, dialect, migration, state, read, facts);
    },
  };
}

async function labsFor(
  history: History,
  flow: Flow,
  { server, throwAwayServer }: VerifyOptions,
): Promise<Labs> {
  const { family } = flow.dialects.of(history.dialect);
  if (server === undefined) {
    if (embedded[family]) return embeddedLabs(extensionsOf(history, flow));
    throw new UserError(`there is no embedded ${dialectTitles[history.dialect]}`, {
      hint: "give a server: --server mysql://user@host:3306",
    });
  }
  const address = serverAddress(server, family);
  if (address.family !== family)
    throw new UserError(
      `the migrations are for ${dialectTitles[history.dialect]}, and --server names another database`,
    );
  const labs = await serverLabs(address);
  if (throwAwayServer === true) return labs;
  const refused = refusedIn(history, flow, await labs.others());
  if (refused.length === 0) return labs;
  await labs.stop();
  throw new AggregateError(refused);
}

/** Which databases there is an embedded server for. */
const embedded = { postgres: true, mysql: false, mongodb: false } as const;

/** What isn't run on a server of the user's, each with its place. */
function refusedIn(history: History, flow: Flow, others: readonly string[]): readonly UserError[] {
  const { family } = flow.dialects.of(history.dialect);
  const scripts = history.migrations.flatMap(({ up, down, emptyHere }) =>
    emptyHere === true ? [] : down === undefined ? [up] : [up, down],
  );
  return scripts.flatMap((script) => {
    const parsed = flow.read(script, history);
    return parsed.statements.flatMap((statement) => {
      // What can't be sent needn't be refused.
      if (unsendable(statement, script, parsed) !== undefined) return [];
      const because = reachOf(family, statement, script, others);
      if (because === undefined) return [];
      const place = placeOfStatement(script, statement);
      const hint = "--throw-away-server if the server may be lost";
      return [new UserError(`refused on a server: ${because}`, { ...place, hint })];
    });
  });
}

/** Names of the extensions that a history creates. */
function extensionsOf(history: History, flow: Flow): readonly string[] {
  const operations = history.migrations.flatMap(({ up }) =>
    flow.read(up, history).statements.flatMap((statement) => statement.operations),
  );
  return [
    ...new Set(operations.flatMap((one) => (one.kind === "createExtension" ? [one.extension.text] : []))),
  ];
}
