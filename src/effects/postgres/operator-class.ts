/** Default operator classes: which types an index method takes by itself (`pg_opclass` of 13 to 18). */
import type { ColumnType } from "../../model/types.ts";
import { withoutOrder } from "./cast-table.ts";
import type { StatementContext } from "./statement-context.ts";
import { isBuiltInType } from "../../schema/built-in.ts";
import { dictionary } from "../../text/dictionary.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const ranges =
  "daterange int4range int8range numrange tsrange tstzrange datemultirange int4multirange int8multirange " +
  "nummultirange tsmultirange tstzmultirange";

/** Methods with few types; B-tree, hash and BRIN take nearly all. */
const takes: Readonly<Record<string, ReadonlySet<string>>> = dictionary({
  gin: words("jsonb tsvector"),
  gist: words(`box circle point polygon tsquery tsvector ${ranges}`),
  spgist: words(`box inet cidr point polygon text varchar ${ranges}`),
});

export const methods: ReadonlySet<string> = words("btree hash gist spgist gin brin");

/** True if the method surely has no default operator class for the type; extensions bring more. */
export function lacksOperatorClass(
  of: ColumnType | undefined,
  method: string,
  context: StatementContext,
): boolean {
  if (of === undefined) return false;
  const { type } = context.schema.belowDomains(of);
  if (type.schema !== undefined) return false;
  const user = context.userType(type);
  if (method === "btree")
    return type.dimensions === 0 && user === undefined && withoutOrder.includes(type.name);
  const known = takes[method];
  if (known === undefined || !isAlone(method, context)) return false;
  if (type.dimensions > 0) return method !== "gin";
  if (user !== undefined) return user.form === "enum" || (user.form === "composite" && user.complete);
  return isBuiltInType(type.name) && !known.has(type.name);
}

/** No extension brings classes for built-in types: `btree_gin` and `btree_gist` do. */
const isAlone = (method: string, { schema }: StatementContext): boolean =>
  schema.selfContained || (schema.closed && schema.object("extension", `btree_${method}`) !== "yes");

export const noOperatorClass = (type: ColumnType | undefined, method: string): string =>
  `data type ${type?.name ?? ""} has no default operator class for access method "${method}"`;
