/** JSON schemas in words, for tables in the documentation. */

/** The parts of a JSON schema that the schemas of the configuration and of rules' options use. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly $ref?: string;
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;

/** `true` or `false`, `a whole number, at least 1`: Markdown. */
export function allowedValues(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(allowedValues).join("; or ");
  switch (schema.type) {
    case "boolean":
      return "`true`, `false`";
    case "integer":
      return `a whole number${limitsOf(schema)}`;
    case "number":
      return `a number${limitsOf(schema)}`;
    case "string":
      return "a string";
    case "array":
      return `a list${schema.minItems === undefined ? "" : " (not empty)"} of ${plural(schema.items ?? {})}`;
    case "object":
      return "an object";
    default:
      return "any value";
  }
}

const plural = (items: JsonSchema): string =>
  items.type === "string" && items.enum === undefined
    ? "strings"
    : items.type === "object"
      ? "objects"
      : allowedValues(items);

function limitsOf({ minimum, exclusiveMinimum }: JsonSchema): string {
  if (minimum !== undefined) return `, at least ${minimum}`;
  return exclusiveMinimum === undefined ? "" : `, greater than ${exclusiveMinimum}`;
}
