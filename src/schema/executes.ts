/** Who may call a routine, as far as GRANT and REVOKE name the role; what it has by default is a matter of the server. */
import { keyOf } from "../model/names.ts";
import { executesKey } from "./apply/object.ts";
import type { Executes, Routine } from "./model.ts";
import { get } from "./persistent.ts";
import { stateOf, type Schema } from "./schema.ts";

/** In the schema, of the routine with this name and these inputs. */
export const executesOf = (schema: Schema, { schema: own, name, definition }: Routine): Executes =>
  get(stateOf(schema).executes, executesKey(keyOf(own, name), definition)) ?? {};
