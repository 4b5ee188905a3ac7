import type { Value } from "../value.ts";

/** What a `new Table({ … })` of TypeORM is made of; a record is taken as that itself. */
export function options(value: Value | undefined): Value | undefined {
  const record = value?.is === "new" ? value.values[0] : value;
  return record?.is === "record" && !record.open ? record : undefined;
}
