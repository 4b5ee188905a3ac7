/** Objects without operations of their own: extensions, roles, databases, publications, operators, … */
import type { Node, RoleSpec, VariableSetStmt } from "@pgsql/types";
import type { QualifiedName } from "../../../model/names.ts";
import type { ObjectClass, Operation } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import { nameAt, nodesName, plainName, rowsOf } from "./names.ts";
import { settingText } from "./parameter.ts";
import { nounWords, objectClasses, roleText } from "./object-class.ts";
import { headTo } from "./rename.ts";
import { connectionSecret, passwordIn, settingSecret } from "./secret.ts";
import { strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

interface ObjectParts {
  readonly name?: QualifiedName | undefined;
  readonly relations?: readonly QualifiedName[];
  readonly options?: readonly string[];
  readonly orReplace?: boolean | undefined;
  readonly ifNotExists?: boolean | undefined;
  readonly secret?: Span | undefined;
}

function base(reader: TokenReader, object: ObjectClass, { name, relations = [] }: ObjectParts) {
  return {
    span: reader.source.span,
    head: headTo(reader, name),
    object,
    ...(name === undefined ? {} : { name }),
    relations,
  };
}

function create(reader: TokenReader, object: ObjectClass, parts: ObjectParts): Operation[] {
  return [
    {
      kind: "createObject",
      ...base(reader, object, parts),
      orReplace: parts.orReplace === true,
      ifNotExists: parts.ifNotExists === true,
      options: parts.options ?? [],
      ...(parts.secret === undefined ? {} : { secret: parts.secret }),
    },
  ];
}

function alter(reader: TokenReader, object: ObjectClass, parts: ObjectParts): Operation[] {
  return [
    {
      kind: "alterObject",
      ...base(reader, object, parts),
      options: parts.options ?? [],
      ...(parts.secret === undefined ? {} : { secret: parts.secret }),
    },
  ];
}

function dropped(
  reader: TokenReader,
  object: ObjectClass,
  ifExists?: boolean,
  cascade = false,
  parts: ObjectParts = {},
) {
  return {
    kind: "dropObject" as const,
    ...base(reader, object, parts),
    ifExists: ifExists === true,
    cascade,
  };
}

/** A name after the words that say CREATE, ALTER or DROP what. */
function named(reader: TokenReader, words: number, text: string | undefined): QualifiedName {
  let position = words;
  position = reader.skip(position, "if", "not", "exists");
  position = reader.skip(position, "if", "exists");
  return plainName(reader, position, text ?? "");
}

/** `SUPERUSER`, `NOSUPERUSER`, `connect=false`, `CONNECTION LIMIT=5`. */
function optionTexts(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => {
    if (!("DefElem" in node)) return [];
    const { defname = "", arg } = node.DefElem;
    // What a password is must not be passed on.
    if (defname === "password") return ["PASSWORD"];
    if (arg === undefined) return [defname];
    if ("Boolean" in arg) return [(arg.Boolean.boolval === true ? "" : "NO") + roleWord(defname)];
    if ("List" in arg || "TypeName" in arg) return [defname];
    return [`${defname}=${settingText(arg)}`];
  });
}

const roleWord = (name: string): string =>
  name === "canlogin" ? "LOGIN" : name.replace(/^is/, "").toUpperCase();

function settingOption(statement: VariableSetStmt | undefined): string[] {
  const name = (statement?.name ?? "all").toLowerCase();
  return [statement?.kind === "VAR_SET_VALUE" ? `SET ${name}` : `RESET ${name}`];
}

const role = (reader: TokenReader, spec: RoleSpec | undefined): QualifiedName =>
  plainName(reader, reader.at(spec?.location), roleText(spec));

function publicationTables(reader: TokenReader, nodes: readonly Node[] | undefined): QualifiedName[] {
  return (nodes ?? []).flatMap((node) => {
    const relation = "PublicationObjSpec" in node ? node.PublicationObjSpec.pubtable?.relation : undefined;
    return relation === undefined ? [] : [rowsOf(reader, relation)];
  });
}

/** 15 publishes parts of tables. */
function publicationSince(objects: readonly Node[] | undefined) {
  const inPart = (objects ?? []).some((node) => {
    const table = "PublicationObjSpec" in node ? node.PublicationObjSpec.pubtable : undefined;
    return table?.whereClause !== undefined || (table?.columns ?? []).length > 0;
  });
  return inPart ? { since: { version: 15, word: "(" } } : {};
}

function publicationOptions(allTables: boolean | undefined, objects: readonly Node[] | undefined): string[] {
  const schemas = (objects ?? []).flatMap((node) => {
    const { pubobjtype = "", name } = "PublicationObjSpec" in node ? node.PublicationObjSpec : {};
    if (!pubobjtype.startsWith("PUBLICATIONOBJ_TABLES_IN")) return [];
    return [name === undefined ? "TABLES IN SCHEMA" : `TABLES IN SCHEMA ${name}`];
  });
  return [...(allTables === true ? ["FOR ALL TABLES"] : []), ...schemas];
}

export const objectHandlers: Handlers = {
  DefineStmt: (reader, { kind, defnames, definition, replace, if_not_exists: exists }) => {
    const words = reader.skip(1, "or", "replace");
    const position = reader.skip(words + nounWords(reader, words, kind), "if", "not", "exists");
    const name = nodesName(reader, defnames, position);
    if (kind === "OBJECT_TYPE") {
      const form = definition === undefined ? "shell" : "base";
      const type = { span: reader.source.span, head: headTo(reader, name), type: name };
      return [{ kind: "createType", ...type, form, labels: [], attributes: [] }];
    }
    const object = objectClasses[kind ?? ""] ?? "type";
    return create(reader, object, { name, orReplace: replace, ifNotExists: exists });
  },
  CreateExtensionStmt: (reader, { extname, if_not_exists: exists, options }) => {
    const start = reader.find("extension") < 0 ? reader.length - 2 : reader.find("extension");
    const position = reader.skip(start + 1, "if", "not", "exists");
    const text = (option: string): string | undefined => {
      for (const node of options ?? []) {
        if ("DefElem" in node && node.DefElem.defname === option && node.DefElem.arg !== undefined) {
          return settingText(node.DefElem.arg);
        }
      }
      return undefined;
    };
    const schema = text("schema");
    const version = text("new_version");
    const name = plainName(reader, position, extname ?? "");
    return [
      {
        kind: "createExtension",
        span: reader.source.span,
        head: headTo(reader, name),
        extension: nameAt(reader, position, extname),
        ...(reader.find("extension") < 0 ? { asLanguage: true } : {}),
        ...(schema === undefined ? {} : { schema }),
        ...(version === undefined ? {} : { version }),
        ifNotExists: exists === true,
      },
    ];
  },
  AlterExtensionStmt: (reader, { extname }) =>
    alter(reader, "extension", { name: named(reader, 2, extname), options: ["UPDATE"] }),
  AlterExtensionContentsStmt: (reader, { extname, action }) =>
    alter(reader, "extension", { name: named(reader, 2, extname), options: [action === 1 ? "ADD" : "DROP"] }),

  CreateRoleStmt: (reader, { role: name, options }) =>
    create(reader, "role", {
      name: named(reader, 2, name),
      options: optionTexts(options),
      secret: passwordIn(reader, options),
    }),
  AlterRoleStmt: (reader, statement) =>
    alter(reader, "role", {
      name: role(reader, statement.role),
      options: optionTexts(statement.options),
      secret: passwordIn(reader, statement.options),
    }),
  AlterRoleSetStmt: (reader, { role: spec, setstmt }) =>
    alter(reader, "role", {
      ...(spec === undefined ? {} : { name: role(reader, spec) }),
      options: settingOption(setstmt),
      secret: settingSecret(reader, setstmt?.name),
    }),
  DropRoleStmt: (reader, { roles, missing_ok: missing }) =>
    (roles ?? []).flatMap((node, i) => {
      if (!("RoleSpec" in node)) return [];
      const name = role(reader, node.RoleSpec);
      const operation = dropped(reader, "role", missing, false, { name });
      return [i === 0 ? operation : { ...operation, head: name.span }];
    }),

  CreatedbStmt: (reader, { dbname, options }) =>
    create(reader, "database", { name: named(reader, 2, dbname), options: optionTexts(options) }),
  AlterDatabaseStmt: (reader, { dbname, options }) =>
    alter(reader, "database", { name: named(reader, 2, dbname), options: optionTexts(options) }),
  AlterDatabaseSetStmt: (reader, { dbname, setstmt }) =>
    alter(reader, "database", {
      name: named(reader, 2, dbname),
      options: settingOption(setstmt),
      secret: settingSecret(reader, setstmt?.name),
    }),
  AlterDatabaseRefreshCollStmt: (reader, { dbname }) =>
    alter(reader, "database", { name: named(reader, 2, dbname), options: ["REFRESH COLLATION VERSION"] }),
  DropdbStmt: (reader, { dbname, missing_ok: missing }) => [
    dropped(reader, "database", missing, false, { name: named(reader, 2, dbname) }),
  ],

  CreateTableSpaceStmt: (reader, { tablespacename }) =>
    create(reader, "tablespace", { name: named(reader, 2, tablespacename) }),
  DropTableSpaceStmt: (reader, { tablespacename, missing_ok: missing }) => [
    dropped(reader, "tablespace", missing, false, { name: named(reader, 2, tablespacename) }),
  ],
  AlterTableSpaceOptionsStmt: (reader, { tablespacename, options }) =>
    alter(reader, "tablespace", { name: named(reader, 2, tablespacename), options: optionTexts(options) }),
  AlterTableMoveAllStmt: (reader, { orig_tablespacename: name, new_tablespacename: to, objtype, roles }) => {
    const position = reader.after("tablespace");
    const what =
      objtype === "OBJECT_TABLE" ? "TABLE" : objtype === "OBJECT_MATVIEW" ? "MATERIALIZED VIEW" : "INDEX";
    return alter(reader, "tablespace", {
      name: plainName(reader, position, name ?? ""),
      // Which tables are whose isn't known.
      options: ["MOVE ALL", ...(roles === undefined && name !== to ? [what] : [])],
    });
  },

  CreateFdwStmt: (reader, { fdwname }) =>
    create(reader, "foreign data wrapper", { name: named(reader, 4, fdwname) }),
  AlterFdwStmt: (reader, { fdwname }) =>
    alter(reader, "foreign data wrapper", { name: named(reader, 4, fdwname) }),
  CreateForeignServerStmt: (reader, { servername, if_not_exists: exists, options }) =>
    create(reader, "server", {
      name: named(reader, 2, servername),
      ifNotExists: exists,
      secret: passwordIn(reader, options),
    }),
  AlterForeignServerStmt: (reader, { servername, options }) =>
    alter(reader, "server", { name: named(reader, 2, servername), secret: passwordIn(reader, options) }),
  CreateUserMappingStmt: (reader, { user, if_not_exists: exists, options }) =>
    create(reader, "user mapping", {
      name: role(reader, user),
      ifNotExists: exists,
      secret: passwordIn(reader, options),
    }),
  AlterUserMappingStmt: (reader, { user, options }) =>
    alter(reader, "user mapping", { name: role(reader, user), secret: passwordIn(reader, options) }),
  DropUserMappingStmt: (reader, { user, missing_ok: missing }) => [
    dropped(reader, "user mapping", missing, false, { name: role(reader, user) }),
  ],
  ImportForeignSchemaStmt: (reader, { remote_schema: schema, local_schema: local }) =>
    create(reader, "foreign table", {
      name: plainName(reader, 3, schema ?? ""),
      options: ["IMPORT FOREIGN SCHEMA", ...(local === undefined ? [] : [`INTO ${local}`])],
    }),

  CreatePublicationStmt: (reader, { pubname, pubobjects, for_all_tables: all, options }) =>
    create(reader, "publication", {
      name: named(reader, 2, pubname),
      relations: publicationTables(reader, pubobjects),
      options: [...publicationOptions(all, pubobjects), ...optionTexts(options)],
    }).map((operation) => ({ ...operation, ...publicationSince(pubobjects) })),
  AlterPublicationStmt: (reader, { pubname, pubobjects, for_all_tables: all, options, action }) =>
    alter(reader, "publication", {
      name: named(reader, 2, pubname),
      relations: publicationTables(reader, pubobjects),
      options: [
        ...(options === undefined ? [(action ?? "AP_AddObjects").slice(3, -7).toUpperCase()] : []),
        ...publicationOptions(all, pubobjects),
        ...optionTexts(options),
      ],
    }).map((operation) => ({ ...operation, ...publicationSince(pubobjects) })),
  CreateSubscriptionStmt: (reader, { subname, options, conninfo }) =>
    create(reader, "subscription", {
      name: named(reader, 2, subname),
      options: optionTexts(options),
      secret: connectionSecret(reader, conninfo),
    }),
  AlterSubscriptionStmt: (reader, { subname, kind, options, conninfo }) =>
    alter(reader, "subscription", {
      name: named(reader, 2, subname),
      options: [
        (kind ?? "").replace("ALTER_SUBSCRIPTION_", "").replaceAll("_", " "),
        ...optionTexts(options),
      ],
      secret: connectionSecret(reader, conninfo),
    }),
  DropSubscriptionStmt: (reader, { subname, missing_ok: missing, behavior }) => [
    dropped(reader, "subscription", missing, behavior === "DROP_CASCADE", {
      name: named(reader, 2, subname),
    }),
  ],

  CreateEventTrigStmt: (reader, { trigname, eventname, funcname }) =>
    create(reader, "event trigger", { name: named(reader, 3, trigname), options: [eventname ?? ""] }).map(
      (operation) => ({ ...operation, function: nodesName(reader, funcname, reader.length - 3) }),
    ),
  AlterEventTrigStmt: (reader, { trigname, tgenabled }) =>
    alter(reader, "event trigger", {
      name: named(reader, 3, trigname),
      options: [tgenabled === "D" ? "DISABLE" : "ENABLE"],
    }),
  CreatePLangStmt: (reader, { plname, replace }) => {
    const position = reader.after("language");
    return create(reader, "language", {
      name: plainName(reader, position, plname ?? ""),
      orReplace: replace,
    });
  },
  CreateAmStmt: (reader, { amname }) => create(reader, "access method", { name: named(reader, 3, amname) }),
  CreateOpClassStmt: (reader, { opclassname }) =>
    create(reader, "operator class", { name: nodesName(reader, opclassname, 3) }),
  CreateOpFamilyStmt: (reader, { opfamilyname }) =>
    create(reader, "operator family", { name: nodesName(reader, opfamilyname, 3) }),
  AlterOpFamilyStmt: (reader, { opfamilyname }) =>
    alter(reader, "operator family", { name: nodesName(reader, opfamilyname, 3) }),
  AlterOperatorStmt: (reader, { opername }) =>
    alter(reader, "operator", { name: nodesName(reader, opername?.objname, 2) }),
  CreateConversionStmt: (reader, { conversion_name: name }) =>
    create(reader, "conversion", { name: nodesName(reader, name, reader.after("conversion")) }),
  CreateCastStmt: (reader) => create(reader, "cast", {}),
  CreateTransformStmt: (reader, { replace }) => create(reader, "transform", { orReplace: replace }),
  AlterCollationStmt: (reader, { collname }) =>
    alter(reader, "collation", { name: nodesName(reader, collname, 2), options: ["REFRESH VERSION"] }),
  AlterStatsStmt: (reader, { defnames }) =>
    alter(reader, "statistics", { name: nodesName(reader, defnames, reader.skip(2, "if", "exists")) }),
  AlterTSDictionaryStmt: (reader, { dictname }) =>
    alter(reader, "text search dictionary", { name: nodesName(reader, dictname, 4) }),
  AlterTSConfigurationStmt: (reader, { cfgname }) =>
    alter(reader, "text search configuration", { name: nodesName(reader, cfgname, 4) }),
  AlterTypeStmt: (reader, { typeName }) => alter(reader, "type", { name: nodesName(reader, typeName, 2) }),
  SecLabelStmt: (reader, { objtype, object }) => {
    const on = reader.after("on");
    const parts = object !== undefined && "List" in object ? strings(object.List.items) : [];
    const position = on + nounWords(reader, on, objtype);
    const label = { options: ["SECURITY LABEL"] };
    if (parts.length === 0) return alter(reader, objectClasses[objtype ?? ""] ?? "type", label);
    const name = nodesName(
      reader,
      object !== undefined && "List" in object ? object.List.items : [],
      position,
    );
    return alter(reader, objectClasses[objtype ?? ""] ?? "type", { ...label, name });
  },
};
