import type { Policy } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

/**
 * A policy that hides the rows of UPDATE or DELETE from the owner of the table, too, as row level security is forced there
 * and a setting names the rows that it shows. Without the setting it shows none, and nothing fails.
 */
export function hiddenFromOwner({ operation, before, script }: Step): Policy | undefined {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present") return undefined;
  const { rowSecurity, policies } = found.value;
  if (!rowSecurity.enabled || !rowSecurity.forced) return undefined;
  const command = operation.kind === "updateRows" ? "update" : "delete";
  const own = policies.filter((one) => one.permissive && (one.command === "all" || one.command === command));
  const settings = own.map(({ using }) => setting.exec(using?.text ?? "")?.[1]);
  // The migration may set it itself; and one policy that asks for none may show every row.
  return settings.every((name) => name !== undefined && !says(script, name)) ? own[0] : undefined;
}

const setting = /\bcurrent_setting\s*\(\s*'([^']+)'/i;

const said = new WeakMap<Step["script"], Map<string, boolean>>();

/** A script may change rows by thousands of statements: it is searched once. */
function says(script: Step["script"], name: string): boolean {
  const known = said.get(script) ?? new Map<string, boolean>();
  said.set(script, known);
  const { text, part } = script;
  const found = known.get(name) ?? text.slice(part.start, part.end).includes(name);
  known.set(name, found);
  return found;
}
