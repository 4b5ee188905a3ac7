/** Parts of types that databases share, and types of libraries on SQLAlchemy. */
import { argument, flagOf, isNothing, textOf, type CallValue } from "../../value.ts";
import { integerOf, lastName, type Writer } from "./writer.ts";

export const sized = (name: string, ...sizes: readonly (number | undefined)[]): string => {
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? name : `${name}(${known.join(", ")})`;
};

/** `VARCHAR(50)`, where a length that isn't known makes the type unknown. */
export function length(type: CallValue, keyword = "length", position = 0): number | "unknown" | undefined {
  const value = argument(type, keyword, position);
  if (isNothing(value)) return undefined;
  return integerOf(value) ?? "unknown";
}

export const isOn = (type: CallValue, keyword: string, position = -1): boolean =>
  flagOf(argument(type, keyword, position)) === true;

/** Types of libraries on SQLAlchemy. */
export function libraryType(writer: Writer, type: CallValue): string | undefined {
  const name = lastName(type.callee);
  switch (name) {
    case "GUID":
      return writer.isMysql ? (type.callee.startsWith("sqlmodel") ? "CHAR(32)" : "CHAR(36)") : "UUID";
    case "TIMESTAMPAware":
      return writer.isMysql ? "DATETIME" : "TIMESTAMP WITH TIME ZONE";
    case "ArrowType":
      return writer.isMysql ? "DATETIME" : "TIMESTAMP WITHOUT TIME ZONE";
    case "EmailType":
    case "ChoiceType":
      return "VARCHAR(255)";
    case "URLType":
    case "ScalarListType":
      return "TEXT";
    case "JSONType":
      return writer.isMysql ? "TEXT" : "JSON";
    case "TSVectorType":
      return "TSVECTOR";
    case "LtreeType":
      return "LTREE";
    case "Vector":
    case "VECTOR":
    case "HALFVEC":
    case "SPARSEVEC":
      return sized(name.toUpperCase(), integerOf(argument(type, "dim", 0)));
    case "Geometry":
    case "Geography":
    case "Raster": {
      if (writer.isMysql || name === "Raster") return undefined;
      const kind =
        textOf(argument(type, "geometry_type", 0)) ??
        (argument(type, "geometry_type", 0) === undefined ? "GEOMETRY" : undefined);
      const srid = integerOf(argument(type, "srid", 1)) ?? -1;
      return kind === undefined ? undefined : `${name.toLowerCase()}(${kind},${srid})`;
    }
    default:
      return undefined;
  }
}

export function decimal(name: string, type: CallValue): string {
  const precision = integerOf(argument(type, "precision", 0));
  return precision === undefined ? name : sized(name, precision, integerOf(argument(type, "scale", 1)));
}
