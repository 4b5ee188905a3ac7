/** A migration while it runs: its calls become SQL, or are recorded so that they can be taken back. */
import type { Host, Site } from "../host.ts";
import type { Output } from "../output.ts";
import type { Run } from "../walk.ts";
import {
  madeText,
  plain,
  textOf,
  unknownAt,
  type BlockValue,
  type CallValue,
  type ClassValue,
  type NameValue,
  type Place,
  type Value,
  written,
} from "../value.ts";
import { backOf } from "./both-ways.ts";
import { isDefinition, runDefinition } from "./definitions.ts";
import { isOn, openNamed, type Command, type Editor } from "./editor.ts";
import type { LiveTables } from "./live.ts";
import { inverseOf, isOneWay, isRecorded, type OneWayCommand } from "./invert.ts";
import { Rows } from "./rows.ts";
import { usedModel, type UsedModel } from "./live-models.ts";
import { changeOf, changeSql, isModel, hasRows, isSureChange, modelCall, tableOfModel } from "./models.ts";
import { answerOf, isThere, questionOf, respondsTo } from "./questions.ts";
import { isStatement, runBulk, runStatement } from "./statements.ts";
import { defineIn, Definition } from "./tables.ts";
import { RunAgain, type Recorder } from "./run-again.ts";
import { executing, isWayOut, silent, transparent } from "./own-methods.ts";
import { connection, direct, Direction } from "./receivers.ts";
import { OptionBlocks } from "./with-options.ts";
import { tableCommands, TableChange } from "./change-table.ts";

/** What a call gives its row, by the names of methods that set it. */
const givenTo = ({ name, args: [first] }: CallValue): Value | undefined =>
  /^(?:create|find_or_create_by|create_or_find_by|first_or_create|update|update_attributes)!?$/.test(name)
    ? first
    : undefined;

/** Methods that read rows; of Rails 3, `find_by_name` as well. */
const query =
  /^(?:all|where|find|find_(?:sole_|last_|all_)?by(?:_\w+)?!?|find_or_(?:create|initialize)_by_\w+!?|find_or_initialize_by|find_each|find_in_batches|in_batches|(?:first|last|take)!?|order|pick|pluck|unscoped|joins|includes|exists\?|count)$/;

export class MigrationHost implements Host {
  readonly output: Output;
  readonly editor: Editor;
  readonly usedModels: UsedModel[] = [];
  readonly runAgain = new RunAgain();
  /** What it raises before it does anything. */
  raisedFirst: string | undefined;
  /** Commands that Rails can't take back. */
  readonly oneWays: OneWayCommand[] = [];
  /** Those that a rollback leaves out, as what the recorder raises is caught. */
  readonly caught: OneWayCommand[] = [];
  /** The tables as they are when a statement of the migration's own file runs, by its place. */
  readonly tablesAt = new Map<number, LiveTables>();
  /** What makes a table again, by where the call begins that drops it. */
  readonly madeAgain = new Map<number, readonly string[]>();
  /** Statements of the migration's own file that certainly run, once. */
  readonly calls: CallValue[] = [];
  /** Commands that went to the database at once. */
  readonly sent: Command[] = [];
  run: Run | undefined;
  /** What `Rails.env.production?` says: true, as what is checked is what runs there; undefined where nothing does. */
  isProduction: true | undefined = true;
  /** It was asked. */
  asksProduction = false;
  readonly #path: string;
  readonly #optedOut: boolean;
  readonly #recorders: Recorder[] = [];
  readonly #rows = new Rows();
  readonly #options = new OptionBlocks();

  constructor(output: Output, editor: Editor, path: string, optedOut: boolean) {
    this.output = output;
    this.editor = editor;
    this.#path = path;
    this.#optedOut = optedOut;
  }

  // ——————————————————————————————————————————————————————————————————————————————————————————————————————— recording

  /** Runs `visit`, and then takes back what it recorded. */
  revert(visit: () => void): void {
    const isReverting = !this.#isReverting;
    const recorder: Recorder = { isReverting, found: [] };
    this.#recorders.push(recorder);
    visit();
    this.#recorders.pop();
    const back = recorder.found.toReversed();
    const outer = this.#recorders.at(-1);
    if (outer !== undefined) {
      outer.found.push(...back);
      return;
    }
    if (this.oneWays.length > 0) return;
    for (const one of back) {
      if ("visit" in one) one.visit();
      else this.#send(one.command);
    }
  }

  get #isReverting(): boolean {
    return this.#recorders.at(-1)?.isReverting === true;
  }

  #remember(command: Command): void {
    const { start } = command.at;
    this.tablesAt.set(start, this.editor.tables);
    if (command.name !== "drop_table") return;
    const again = backOf(this.editor, command, this.editor.tables);
    if (again !== undefined) this.madeAgain.set(start, again);
  }

  #dispatch(command: Command): void {
    if (command.at.path === this.#path) this.#remember(command);
    const recorder = this.#recorders.at(-1);
    if (recorder === undefined || !isRecorded(command.name, this.editor)) {
      this.sent.push(command);
      this.#send(command);
      return;
    }
    if (!recorder.isReverting) {
      recorder.found.push({ command });
      return;
    }
    const inverse = inverseOf(command, this.editor);
    if (!isOneWay(inverse)) recorder.found.push({ command: inverse });
    // The recorder raises at the call itself: caught there, the rollback runs without it.
    else if (command.site.flow.caught === true) {
      this.caught.push(inverse);
      this.run?.raise();
    } else this.oneWays.push(inverse);
  }

  #send(command: Command): void {
    this.output.sender = command.name;
    if (isDefinition(command.name)) {
      runDefinition(this.editor, command);
      return;
    }
    runStatement(this.editor, command, (table) => {
      if (command.block !== undefined)
        this.run?.yieldTo(command.block, [{ is: "object", data: table, at: command.at }]);
    });
  }

  /** A block that runs in its place, also when the rest is taken back. */
  #inPlace(visit: () => void): void {
    const recorder = this.#recorders.at(-1);
    if (recorder === undefined) visit();
    else
      recorder.found.push({
        visit: () => {
          this.#aside(visit);
        },
      });
  }

  /** Without the recorders around it. */
  #aside<T>(visit: () => T): T {
    const before = this.#recorders.splice(0);
    const found = visit();
    this.#recorders.push(...before);
    return found;
  }

  // ————————————————————————————————————————————————————————————————————————————————————————————————————————— the host

  call(written: CallValue, site: Site): Value | undefined {
    const call = this.#options.merged(written);
    const { receiver, name, at, block } = call;
    if (this.#options.runs(call, (own, merger) => this.run?.yieldTo(own, [merger]))) return plain(null, at);
    this.output.sender = name;
    if (receiver?.is === "object") {
      const { data } = receiver;
      if ((data instanceof Definition || data instanceof TableChange) && name === "respond_to?")
        return respondsTo(this.editor, call);
      if (data instanceof Definition) {
        defineIn(this.editor, data, call);
        return receiver;
      }
      if (data instanceof TableChange) {
        this.#changeTable(data, call, site);
        return receiver;
      }
      if (data instanceof Direction) {
        if (block !== undefined && (name === "up" || name === "down") && (name === "down") === data.isDown)
          this.#yield(block);
        return plain(null, at);
      }
    }
    const isOwn = receiver === undefined || (receiver.is === "object" && receiver.data === connection);
    if (isOwn || this.#isConnection(receiver)) return this.#own(call, site);
    return receiver.is === "object" && receiver.data === direct
      ? this.#aside(() => this.#own(call, site))
      : this.#other(call, site);
  }

  /** `ActiveRecord::Base.connection`, `User.connection`, `t.connection` */
  #isConnection(receiver: Value): boolean {
    if (receiver.is === "object") return "self" in receiver.data;
    if (receiver.is === "name")
      return receiver.name === "ActiveRecord::Migration" || receiver.name === "ActiveRecord::Schema";
    return (
      receiver.is === "call" &&
      /^(?:connection|lease_connection|raw_connection|retrieve_connection|conn)$/.test(receiver.name)
    );
  }

  #own(call: CallValue, site: Site): Value | undefined {
    const { name, at, args, block } = call;
    if (name === "connection" || name === "lease_connection") return { is: "object", data: connection, at };
    if (isStatement(name) || isDefinition(name)) {
      this.#note(call, site);
      this.#dispatch(commandOf(call, site));
      return plain(null, at);
    }
    const answer = questionOf(this.editor, call);
    if (answer !== undefined) {
      if (this.run !== undefined && name.endsWith("exists?")) this.run.questions++;
      return answer;
    }
    switch (name) {
      case "change_table":
        this.#openTable(call, site);
        return plain(null, at);
      case "reversible":
        if (block !== undefined) {
          const isDown = this.#isReverting;
          this.#inPlace(() => {
            this.run?.yieldTo(block, [{ is: "object", data: new Direction(isDown), at }]);
          });
        }
        return plain(null, at);
      case "up_only":
        if (block !== undefined && !this.#isReverting)
          this.#inPlace(() => {
            this.#yield(block);
          });
        return plain(null, at);
      case "revert":
        this.#revert(call, site);
        return plain(null, at);
      case "reverting?":
        return plain(this.#isReverting, at);
      case "transaction":
        this.#transaction(block, at, site);
        return plain(null, at);
      case "run":
        this.output.dynamic(at, site);
        return plain(null, at);
      case "create_virtual_table":
        this.output.dynamic(at, site, "CREATE VIRTUAL TABLE ");
        return plain(null, at);
      default:
    }
    if (name === "defined?") return isThere(args[0], this.#project.main, at);
    if (executing.test(name) && args.length > 0) {
      this.#note(call, site);
      this.#execute(call, site);
      return unknownAt(at);
    }
    if (block !== undefined) {
      if (transparent.test(name) || silent.test(name)) return this.#yield(block);
      this.run?.yieldOften(call, true);
      return unknownAt(at);
    }
    // What neither Rails nor the project says anything of may send anything.
    if (!silent.test(name) && site.alone && !/\?$|^(?:to_|quote)/.test(name)) this.output.dynamic(at, site);
    return undefined;
  }

  #yield(block: BlockValue): Value {
    return this.run?.yieldTo(block, [unknownAt(block.at)]) ?? unknownAt(block.at);
  }

  #note(call: CallValue, { alone, flow }: Site): void {
    if (alone && !flow.conditional && !flow.repeated && call.at.path === this.#path) this.calls.push(call);
  }

  #transaction(block: BlockValue | undefined, at: Place, site: Site): void {
    if (block === undefined) return;
    const marks = this.#optedOut && !this.editor.vendor.isMysql && this.#recorders.length === 0;
    const mark = (text: string): void => {
      if (marks) this.output.built([{ text, path: at.path, at, exact: false }], site, { byTool: true });
    };
    mark("BEGIN");
    this.#yield(block);
    mark("COMMIT");
  }

  /** `revert { … }` and `revert OtherMigration` */
  #revert({ block, args, at }: CallValue, site: Site): void {
    if (block !== undefined) {
      this.revert(() => {
        this.#yield(block);
      });
      return;
    }
    for (const one of args) {
      const run = this.run;
      const info = one.is === "class" ? one.info : undefined;
      const down = info === undefined ? undefined : run?.methodOf(info, "down", false);
      const change = info === undefined ? undefined : run?.methodOf(info, "change", false);
      if (run !== undefined && info !== undefined && down !== undefined)
        run.callMethod(down, undefined, { info, isClass: false }, at);
      else if (run !== undefined && info !== undefined && change !== undefined)
        this.revert(() => {
          run.callMethod(change, undefined, { info, isClass: false }, at);
        });
      else this.output.dynamic(at, site);
    }
  }

  #execute(call: CallValue, site: Site): void {
    const [given] = call.args;
    const command = commandOf(call, site);
    if (this.#isReverting && call.name === "execute") {
      this.#dispatch({ ...command, name: "execute" });
      return;
    }
    const send = (): void => {
      openNamed(this.editor, given);
      this.output.sender = call.name;
      if (given?.is === "text")
        this.output.raw(given, site, {
          call: { name: call.name },
          ...(this.output.count === 0 && isWayOut(written(given), site, this.editor) ? { byTool: true } : {}),
        });
      else this.output.dynamic(given?.at ?? call.at, site);
    };
    if (this.#recorders.length === 0) send();
    else this.#recorders.at(-1)?.found.push({ visit: send });
  }

  // ————————————————————————————————————————————————————————————————————————————————————————————————————— change_table

  #openTable(call: CallValue, site: Site): void {
    const { block, at } = call;
    if (block === undefined) return;
    const command = commandOf(call, site);
    const isBulk = isOn(command.options, "bulk");
    const table = new TableChange(command, isBulk);
    this.run?.yieldTo(block, [{ is: "object", data: table, at }]);
    if (!isBulk) return;
    const recorder = this.#recorders.at(-1);
    if (recorder !== undefined && !this.editor.vendor.since(7, 0)) {
      for (const one of table.commands) this.#dispatch(one);
      return;
    }
    if (recorder === undefined) {
      runBulk(this.editor, command, table.commands);
      return;
    }
    const commands: Command[] = [];
    for (const one of table.commands) {
      const found = recorder.isReverting ? inverseOf(one, this.editor) : one;
      if (isOneWay(found)) this.oneWays.push(found);
      else commands.push(found);
    }
    const isBackwards = recorder.isReverting && this.editor.vendor.since(8, 0);
    recorder.found.push({
      visit: () => {
        runBulk(this.editor, command, isBackwards ? commands.toReversed() : commands);
      },
    });
  }

  #changeTable(table: TableChange, call: CallValue, site: Site): void {
    this.tablesAt.set(call.at.start, this.editor.tables);
    for (const command of tableCommands(table, commandOf(call, site), call.name)) {
      if (command === undefined) this.output.dynamic(call.at, site, "ALTER TABLE ");
      else if (table.isBulk) table.commands.push(command);
      else this.#dispatch(command);
    }
  }

  // ——————————————————————————————————————————————————————————————————————————————————————————————————————————— others

  /** A call on something else: a model, a row, an object of a library. */
  #other(call: CallValue, site: Site): Value | undefined {
    const { name, receiver, at, block, args } = call;
    const model = modelCall(call);
    const known = this.#environment(model?.root, call) ?? this.#keyType(call) ?? answerOf(this.editor, call);
    if (known !== undefined) return known;
    // It is SQL as it stands there.
    if (name === "sql" && receiver?.is === "name" && receiver.name === "Arel") return args[0];
    if (model !== undefined && /^(?:connection|lease_connection|connection_pool)$/.test(name))
      return { is: "object", data: direct, at };
    if (name === "transaction" || name === "with_lock" || name === "lock!") {
      this.#transaction(block, at, site);
      return plain(null, at);
    }
    // `ActiveRecord::Base.connection.execute`, by way of a variable that isn't known.
    if (executing.test(name) && model?.root.is === "name" && model.root.name === "ActiveRecord::Base")
      return this.#aside(() => this.#own(call, site));
    const change = changeOf(name);
    const isRows = receiver?.is === "unknown" || (receiver?.is === "call" && model === undefined);
    if (model !== undefined && (change !== undefined || query.test(name))) {
      const used = usedModel(model.root, this.#path, this.#project, this.editor, givenTo(call));
      const known = this.usedModels.findIndex((one) => one.name === used?.name);
      if (used !== undefined && known < 0) this.usedModels.push(used);
      // Each call may give its rows something else.
      const first = this.usedModels[known];
      if (used !== undefined && first !== undefined && used.strange.length > 0)
        this.usedModels[known] = { ...first, strange: [...new Set([...first.strange, ...used.strange])] };
    }
    if (change !== undefined && !(args.length === 0 && /^(?:update|insert|delete)$/.test(name))) {
      const table = model === undefined ? undefined : tableOfModel(model.root, this.#project);
      const sql =
        model === undefined || table === undefined ? undefined : changeSql(this.editor, table, model);
      const ofModel =
        model !== undefined &&
        (table !== undefined ||
          hasRows(model.root, this.#project, this.editor) ||
          (isSureChange(name) && (model.root.is === "class" || isModel(model.root, this.#project))));
      if ((model === undefined ? isRows : sql !== undefined || ofModel) && at.path === this.#path)
        this.runAgain.note(call, this.#project, this.#recorders.at(-1));
      if (sql !== undefined) {
        this.output.built(sql, site, { call: { name } });
        return unknownAt(at);
      }
      const row =
        site.flow.repeated && !this.editor.vendor.isMysql
          ? this.#rows.sql(call, this.editor, this.#project)
          : undefined;
      if (row !== undefined) {
        this.output.built(row, site, { call: { name } });
        return unknownAt(at);
      }
      if (ofModel || (isRows && isSureChange(name))) this.output.data(at, site, change);
    }
    this.#rows.assigned(call);
    if (block === undefined) return undefined;
    if (transparent.test(name)) return this.#yield(block);
    const isLoop = /^(?:find_each|find_in_batches|in_batches|each|map|each_row|each_record|each_batch)/.test(
      name,
    );
    const isOfRows = /^(?:find_each|each|map|each_record)$/.test(name);
    this.run?.yieldOften(call, !isLoop, isOfRows ? model?.root : undefined);
    return unknownAt(at);
  }

  #environment(
    root: ClassValue | NameValue | undefined,
    { name, receiver, args, at }: CallValue,
  ): Value | undefined {
    if (root?.is !== "name" || root.name !== "Rails") return undefined;
    if (receiver?.is !== "call" || receiver.name !== "env" || args.length > 0) return undefined;
    if (name === "production?") {
      this.asksProduction = true;
      return this.isProduction === true ? plain(true, at) : unknownAt(at);
    }
    const isOther = name === "test?" || name === "development?" || name === "local?";
    return isOther || (this.isProduction === true && /^(?!present|frozen)[a-z]\w*\?$/.test(name))
      ? plain(false, at)
      : undefined;
  }

  /** What the application's generators are told of keys: `config.options[config.orm][:primary_key_type]`. */
  #keyType({ name, args, at }: CallValue): Value | undefined {
    if (name !== "[]" || textOf(args[0]) !== "primary_key_type") return undefined;
    const { keyType } = this.editor.vendor.facts;
    return keyType === undefined ? plain(null, at) : madeText(keyType, at, true);
  }

  get #project(): Run["project"] {
    if (this.run === undefined) throw new Error("a host without a run");
    return this.run.project;
  }

  lost(at: Place, site: Site): void {
    this.output.sender = "code";
    this.output.dynamic(at, site);
  }

  raised(error: NameValue | ClassValue | undefined, message: Value | undefined, site: Site): void {
    if (site.flow.conditional || this.output.count > 0 || this.raisedFirst !== undefined) return;
    // `raise ActiveRecord::IrreversibleMigration` is how Rails says it.
    this.raisedFirst = textOf(message) ?? (error?.is === "name" ? error.name : "");
  }
}

export function commandOf(call: CallValue, site: Site): Command {
  const last = call.args.at(-1);
  const hash = last?.is === "record" ? last : undefined;
  return {
    name: call.name,
    args: hash === undefined ? call.args : call.args.slice(0, -1),
    options: call.options,
    hash,
    open: call.open,
    block: call.block,
    at: call.at,
    site,
  };
}
