/** `AddTrigger` and `RemoveTrigger` of django-pgtrigger, as its compiler writes them (4.17). */
import { argument, textOf, type CallValue, type Value } from "../../value.ts";
import type { Trigger } from "./meta.ts";
import { change, text, type Given, type Run } from "./operation.ts";
import { modelOf, withOptions, type Model } from "./state.ts";

const defaults = {
  ignore_func_name: '"public"._pgtrigger_should_ignore',
  declare: "",
  constraint: "",
  timing: "",
  referencing: "",
  level: "ROW",
  condition: "",
};

const required = ["pgid", "func", "table", "when", "operation"] as const;

/** `Trigger(name=…, sql=UpsertTriggerSql(…))`; undefined: some of it isn't constant. */
function readTrigger(value: Value | undefined): Trigger | undefined {
  if (value?.is !== "call" || value.method !== "Trigger") return undefined;
  const name = textOf(value.keywords.get("name"));
  const sql = value.keywords.get("sql");
  if (name === undefined || sql?.is !== "call" || sql.method !== "UpsertTriggerSql" || sql.open)
    return undefined;
  const given: Record<string, string> = { ...defaults };
  for (const [key, one] of sql.keywords) {
    const written = textOf(one);
    if (written === undefined) return undefined;
    given[key] = written;
  }
  if (required.some((key) => given[key] === undefined)) return undefined;
  const of = (key: (typeof required)[number] | keyof typeof defaults): string => given[key] ?? "";
  const table = of("table").startsWith('"') ? of("table") : `"${of("table")}"`;
  const id = of("pgid");
  const parts = [of("constraint"), "TRIGGER", id, of("when"), of("operation"), "ON", table];
  const more = [of("timing"), of("referencing"), "FOR EACH", of("level"), of("condition")];
  const create = `CREATE ${[...parts, ...more].filter((part) => part !== "").join(" ")} EXECUTE PROCEDURE ${given["execute"] ?? `${id}()`}`;
  return {
    name,
    id,
    table,
    create,
    install: [
      ignores(of("ignore_func_name")),
      `CREATE OR REPLACE FUNCTION ${id}() RETURNS TRIGGER AS $$ ${of("declare")} BEGIN IF (${of("ignore_func_name")}(TG_NAME) IS TRUE) THEN IF (TG_OP = 'DELETE') THEN RETURN OLD; ELSE RETURN NEW; END IF; END IF; ${of("func")} END; $$ LANGUAGE plpgsql`,
      `DROP TRIGGER IF EXISTS ${id} ON ${table}`,
      create,
      `COMMENT ON TRIGGER ${id} ON ${table} IS '${given["hash"] ?? ""}'`,
    ],
  };
}

/** Asks a setting of the session whether the trigger is to do nothing. */
const ignores = (name: string): string =>
  `CREATE OR REPLACE FUNCTION ${name}(trigger_name NAME) RETURNS BOOLEAN AS $$ DECLARE _pgtrigger_ignore TEXT[]; _result BOOLEAN; BEGIN BEGIN SELECT INTO _pgtrigger_ignore CURRENT_SETTING('pgtrigger.ignore'); EXCEPTION WHEN OTHERS THEN END; IF _pgtrigger_ignore IS NOT NULL THEN SELECT trigger_name = ANY(_pgtrigger_ignore) INTO _result; RETURN _result; ELSE RETURN FALSE; END IF; END; $$ LANGUAGE plpgsql`;

const withTriggers =
  (how: (triggers: readonly Trigger[]) => readonly Trigger[]) =>
  (model: Model): Model =>
    withOptions(model, { triggers: how(model.options.triggers ?? []) });

function install(run: Run, { install: statements }: Trigger): void {
  if (run.from.isPostgres) for (const statement of statements) run.editor.executeOwn(statement);
}

function uninstall(run: Run, { id, table }: Trigger): void {
  if (run.from.isPostgres) run.editor.execute(`DROP TRIGGER IF EXISTS ${id} ON ${table}`);
}

export function addTrigger(call: CallValue): Given | undefined {
  const model = text(call, "model_name", 0);
  const trigger = readTrigger(argument(call, "trigger", 1));
  if (model === undefined || trigger === undefined) return undefined;
  return {
    state: change(
      model,
      withTriggers((all) => [...all, trigger]),
    ),
    forwards: (run) => {
      install(run, trigger);
    },
    backwards: (run) => {
      uninstall(run, trigger);
    },
  };
}

export function removeTrigger(call: CallValue): Given | undefined {
  const model = text(call, "model_name", 0);
  const name = text(call, "name", 1);
  if (model === undefined || name === undefined) return undefined;
  const known = (run: Run, state: Run["from"]["state"], then: (run: Run, trigger: Trigger) => void): void => {
    const trigger = modelOf(state, run.app, model)?.options.triggers?.find((one) => one.name === name);
    if (trigger === undefined) run.unknown(call.at);
    else then(run, trigger);
  };
  return {
    state: change(
      model,
      withTriggers((all) => all.filter((one) => one.name !== name)),
    ),
    forwards: (run) => {
      known(run, run.from.state, uninstall);
    },
    backwards: (run) => {
      known(run, run.to.state, install);
    },
  };
}
