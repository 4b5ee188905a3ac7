/** The index that GeoAlchemy2 gives each spatial column as its table or the column is made. */
import { flagOf, type Value } from "../../value.ts";
import type { Column } from "./columns.ts";
import { isOn } from "./type-parts.ts";
import { numericVersion } from "../../versions.ts";
import { dottedOf, lastName, nameOf, type Sql, type Writer } from "./writer.ts";

const spatial = /^(?:Geometry|Geography|Raster)$/;

/** From this release on `add_column` makes it, too (measured). */
const alsoAdded = "0.11";

/** Empty: it has none. */
export function spatialIndex(
  writer: Writer,
  table: Value | undefined,
  schema: Value | undefined,
  { type, name: column, at }: Column,
  by: "create_table" | "add_column",
): readonly Sql[] {
  if (writer.isMysql || type === undefined || !spatial.test(lastName(dottedOf(type)))) return [];
  const call = type.is === "call" ? type : undefined;
  if (flagOf(call?.keywords.get("spatial_index")) === false) return [];
  const release = writer.release("geoalchemy2");
  if (by === "add_column" && release !== undefined && !numericVersion(release, alsoAdded)) return [];
  const names = [nameOf(table), nameOf(column)];
  const name = names.includes(undefined)
    ? writer.hole(at)
    : writer.at(at, writer.quoted(["idx", ...names].join("_")));
  const own = writer.name(column, at);
  const indexed = lastName(dottedOf(type)) === "Raster" ? writer.join(at, "ST_ConvexHull(", own, ")") : own;
  const inAllDimensions = call !== undefined && isOn(call, "use_N_D_index");
  return [
    writer.join(
      at,
      "CREATE INDEX ",
      name,
      " ON ",
      writer.table(table, schema, at),
      " USING gist (",
      indexed,
      inAllDimensions ? " gist_geometry_ops_nd)" : ")",
    ),
  ];
}
