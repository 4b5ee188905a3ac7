/** Types as MySQL and MariaDB spell them. */
import { argument, textOf, type CallValue } from "../../value.ts";
import { decimal, isOn, length, libraryType, sized } from "./type-parts.ts";
import { numericVersion } from "../../versions.ts";
import { integerOf, lastName, type Writer } from "./writer.ts";

export function mysqlType(writer: Writer, type: CallValue): string | undefined {
  const name = lastName(type.callee);
  const signs = (isOn(type, "unsigned") ? " UNSIGNED" : "") + (isOn(type, "zerofill") ? " ZEROFILL" : "");
  const width = integerOf(argument(type, "display_width", 0));
  const isOfMysql = type.callee.includes(".mysql.");
  switch (name) {
    case "Integer":
    case "INTEGER":
    case "INT":
      return sized("INTEGER", isOfMysql ? width : undefined) + signs;
    case "BigInteger":
    case "BIGINT":
      return sized("BIGINT", isOfMysql ? width : undefined) + signs;
    case "SmallInteger":
    case "SMALLINT":
      return sized("SMALLINT", isOfMysql ? width : undefined) + signs;
    case "MEDIUMINT":
    case "TINYINT":
      return sized(name, width) + signs;
    case "Boolean":
    case "BOOLEAN":
      return "BOOL";
    case "String":
    case "Unicode":
    case "VARCHAR":
    case "CHAR":
    case "Text":
    case "UnicodeText":
    case "TEXT":
    case "AutoString":
    case "NVARCHAR":
    case "NCHAR": {
      const size = length(type);
      const isText = /text$/i.test(name);
      if (size === "unknown") return undefined;
      if (name === "AutoString") return `VARCHAR(${size ?? 255})`;
      if (size === undefined && !isText && !/^N?CHAR$/.test(name)) return undefined;
      const kind = isText ? "TEXT" : /^N?CHAR$/.test(name) ? "CHAR" : "VARCHAR";
      return characters(type, sized(kind, size), /^(?:NVARCHAR|NCHAR)$/.test(name));
    }
    case "TINYTEXT":
    case "MEDIUMTEXT":
    case "LONGTEXT":
      return characters(type, name, false);
    case "DateTime":
    case "DATETIME":
      return sized("DATETIME", isOfMysql ? integerOf(argument(type, "fsp", 1)) : undefined);
    case "TIMESTAMP":
      return sized("TIMESTAMP", isOfMysql ? integerOf(argument(type, "fsp", 1)) : undefined);
    case "Interval":
      return "DATETIME";
    case "Date":
    case "DATE":
      return "DATE";
    case "Time":
    case "TIME":
      return sized("TIME", isOfMysql ? integerOf(argument(type, "fsp", 1)) : undefined);
    case "YEAR":
      return sized("YEAR", width);
    case "Float":
    case "FLOAT": {
      const precision = integerOf(argument(type, "precision", 0));
      const scale = isOfMysql ? integerOf(argument(type, "scale", 1)) : undefined;
      return sized("FLOAT", precision, precision === undefined ? undefined : scale) + signs;
    }
    case "Double":
    case "DOUBLE":
    case "REAL": {
      const precision = integerOf(argument(type, "precision", 0));
      const scale = isOfMysql ? integerOf(argument(type, "scale", 1)) : undefined;
      const kind = name === "REAL" ? "REAL" : "DOUBLE";
      return (precision !== undefined && scale !== undefined ? sized(kind, precision, scale) : kind) + signs;
    }
    case "DOUBLE_PRECISION":
      return "DOUBLE PRECISION";
    case "Numeric":
    case "NUMERIC":
    case "DECIMAL":
      return decimal(name === "DECIMAL" ? "DECIMAL" : "NUMERIC", type) + signs;
    case "LargeBinary":
    case "PickleType":
    case "BLOB":
      return sized("BLOB", integerOf(argument(type, "length", 0)));
    case "TINYBLOB":
    case "MEDIUMBLOB":
    case "LONGBLOB":
      return name;
    case "BINARY":
    case "VARBINARY":
      return sized(name, integerOf(argument(type, "length", 0)));
    case "BIT":
      return sized("BIT", integerOf(argument(type, "length", 0)));
    case "JSON":
      return "JSON";
    case "Uuid":
    case "UUIDType":
      return writer.isMariaDb && numericVersion(writer.serverVersion, "10.7") ? "UUID" : "CHAR(32)";
    case "UUID":
      return "UUID";
    case "SET": {
      const items = type.values.map(textOf);
      return items.includes(undefined)
        ? undefined
        : characters(type, `SET(${items.map((item) => writer.quotedText(item ?? "")).join(",")})`, false);
    }
    default:
      return libraryType(writer, type);
  }
}

/** With the character set and the collation of a type of MySQL. */
export function characters(type: CallValue, text: string, isNational: boolean): string {
  const charset = textOf(argument(type, "charset"));
  const isPlain =
    !type.callee.includes(".mysql.") &&
    /^(?:String|Text|Unicode(?:Text)?|N?(?:VAR)?CHAR|TEXT)$/.test(type.method);
  const collation = textOf(argument(type, "collation", isPlain ? 1 : -1));
  const set =
    charset !== undefined
      ? ` CHARACTER SET ${charset}`
      : isOn(type, "ascii")
        ? " ASCII"
        : isOn(type, "unicode")
          ? " UNICODE"
          : "";
  const order = collation !== undefined ? ` COLLATE ${collation}` : isOn(type, "binary") ? " BINARY" : "";
  const isOfNation = isNational || isOn(type, "national");
  return isOfNation ? `NATIONAL ${text}${order}` : `${text}${set}${order}`;
}
