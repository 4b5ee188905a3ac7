/** What to write in place of the application's own model. */
import type { Live } from "./instances.ts";
import { modelOf, type ProjectState } from "./state.ts";

/** @param isHere the migration's file uses it, and no function that it imports */
export function takenFromState(live: Live, state: ProjectState, isHere: boolean): string {
  if (live.isManager)
    return "take its model from the state with apps.get_model: there it has Django's own manager, unless this one has use_in_migrations = True";
  const app = appOf(live, state);
  // No migration that is read makes it: it may come from a package, whose migrations have to run before.
  const isOther = app !== undefined && modelOf(state, app, live.name) === undefined;
  const first = isOther ? `, with ("${app}", "__first__") in dependencies` : "";
  const model = `apps.get_model("${app ?? "<app>"}", "${live.name}")${first}`;
  return isHere
    ? `take it from the state: ${model}`
    : `give the function that uses it the model of the state, as an argument: ${model}`;
}

/** Its label may be another one than the name of its package. */
function appOf({ name, app }: Live, state: ProjectState): string | undefined {
  if (app !== undefined && modelOf(state, app, name) !== undefined) return app;
  const [key, ...others] = [...state.keys()].filter((one) => one.endsWith(`.${name.toLowerCase()}`));
  return key === undefined || others.length > 0 ? app : key.slice(0, key.indexOf("."));
}
