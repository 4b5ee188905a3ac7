import type { QualifiedName } from "../model/names.ts";
import type { Schema } from "./schema.ts";

/** True of an enum that the history has made. */
export function isUserEnum(schema: Schema, type: QualifiedName): boolean {
  const found = schema.type(type);
  return found.is === "present" && found.value.form === "enum";
}
