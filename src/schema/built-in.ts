/** What every database has from the start, by name: `pg_type`, `pg_proc` and `pg_language` of PostgreSQL 18. */

import { dictionary } from "../text/dictionary.ts";

const types: ReadonlySet<string> = new Set(
  (
    'aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray ' +
    "anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid " +
    "cidr circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector " +
    "index_am_handler inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal " +
    "interval json jsonb jsonpath language_handler line lseg macaddr macaddr8 money name numeric nummultirange " +
    "numrange oid oidvector path point polygon record refcursor regclass regcollation regconfig regdictionary " +
    "regnamespace regoper regoperator regproc regprocedure regrole regtype table_am_handler text tid time timestamp " +
    "timestamptz timetz trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector " +
    "txid_snapshot unknown uuid varbit varchar void xid xid8 xml"
  )
    .split(" ")
    // As column types are spelt.
    .concat("integer", "bigint", "smallint", "boolean", "real", "double precision", '"char"'),
);

const triggerFunctions: ReadonlySet<string> = new Set([
  "suppress_redundant_updates_trigger",
  "tsvector_update_trigger",
  "tsvector_update_trigger_column",
  "unique_key_recheck",
]);

/** Types that extensions bring. */
const typesOfExtensions: Readonly<Record<string, readonly string[]>> = dictionary({
  citext: ["citext"],
  cube: ["cube"],
  dblink: ["dblink_pkey_results"],
  earthdistance: ["earth"],
  hstore: ["hstore"],
  intarray: ["query_int"],
  isn: ["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"],
  lo: ["lo"],
  ltree: ["ltree", "lquery", "ltxtquery"],
  postgis: ["geometry", "geography", "box2d", "box3d"],
  postgis_raster: ["raster"],
  seg: ["seg"],
  tablefunc: ["tablefunc_crosstab_2", "tablefunc_crosstab_3", "tablefunc_crosstab_4"],
  vector: ["vector", "halfvec", "sparsevec"],
});

/** Known ones only. */
export const typesOfExtension = (name: string): readonly string[] => typesOfExtensions[name] ?? [];

/** Seen on PostgreSQL 15. Since 13, `gen_random_uuid` is also the server's own. */
const routinesOfExtensions: Readonly<Record<string, readonly string[]>> = dictionary({
  fuzzystrmatch: "difference dmetaphone dmetaphone_alt levenshtein metaphone soundex".split(" "),
  pgcrypto: (
    "armor crypt dearmor decrypt digest encrypt gen_random_bytes gen_salt hmac pgp_pub_decrypt pgp_pub_encrypt " +
    "pgp_sym_decrypt pgp_sym_encrypt"
  ).split(" "),
  unaccent: ["unaccent"],
  "uuid-ossp": (
    "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuid_ns_dns " +
    "uuid_ns_url"
  ).split(" "),
});

/** Known ones only. */
export const routinesOfExtension = (name: string): readonly string[] => routinesOfExtensions[name] ?? [];

/** Types and trigger functions of extensions that are often made by who sets the server up, not by the migrations. */
const ofExtensions: Readonly<Record<"type" | "routine", ReadonlySet<string>>> = {
  type: new Set([
    ...Object.values(typesOfExtensions).flat(),
    ..."agtype geomval h3index hll roaringbitmap semver tdigest ulid".split(" "),
  ]),
  routine: new Set(
    (
      "autoinc check_foreign_key check_primary_key insert_username lo_manage moddatetime " +
      "triggered_change_notification"
    ).split(" "),
  ),
};

/** All types and trigger functions that they bring are listed above, but those of index keys (seen on PostgreSQL 15). */
const known: ReadonlySet<string> = new Set(
  (
    "autoinc btree_gin btree_gist citext cube dblink earthdistance fuzzystrmatch hstore insert_username intarray isn " +
    "lo ltree moddatetime pg_buffercache pg_prewarm pg_stat_statements pg_trgm pgcrypto pgrowlocks pgstattuple " +
    "plpgsql postgres_fdw refint seg tablefunc tcn unaccent uuid-ossp vector"
  ).split(" "),
);

/** Whatever it brings: a type or a trigger function of any name. */
export const mayBringNames = (extension: string): boolean => !known.has(extension);

/** Types of the catalogue itself all begin with `pg_`; `t%type` and names of arrays aren't looked up. */
export const isBuiltInType = (name: string): boolean =>
  types.has(name) || name === "" || /^(?:pg_|_)|%/.test(name);

/** See `Schema.isUnmade`. */
export const isOfExtension = (what: "type" | "routine", name: string): boolean => ofExtensions[what].has(name);

export const isBuiltInTriggerFunction = (name: string): boolean => triggerFunctions.has(name);

export const isSystemSchema = (name: string): boolean =>
  name.startsWith("pg_") || name === "information_schema";

/** Objects that nobody has to create, as `Schema.object` names them. */
export const builtInObjects: ReadonlySet<string> = new Set([
  "extension plpgsql",
  "language c",
  "language internal",
  "language plpgsql",
  "language sql",
]);
