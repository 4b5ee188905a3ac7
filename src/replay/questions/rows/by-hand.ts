/** Tables whose rows somebody defines one by one, in the application: there are some hundred at most. */
import type { Key } from "../../../model/names.ts";
import type { AddForeignKey } from "../../../model/operation.ts";
import { isKeyAlone, keyColumns } from "../../../schema/index-definition.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import {
  fewBecause,
  isCalledAfterWords,
  isLoaded,
  isOfEach,
  isOfUsers,
  isStamp,
  isTold,
  spelt,
} from "./few-rows.ts";
import { isEventful } from "./growth.ts";

/**
 * Why, to be said behind its name: `ranks its rows by hand, …`. Not sure, other than `fewBecause`: somebody may use a name
 * for something else.
 */
export function byHandBecause(
  schema: Schema,
  table: Relation,
  above: readonly Key[] = [],
): string | undefined {
  if (!isTold(table) || table.partitionOf !== undefined || table.children.length > 0) return undefined;
  if (isLoaded(schema, table) || isOfUsers(table) || table.columns.some(isMoment)) return undefined;
  const ranked = table.columns.find((column) => isRank(column) && hasOwn(schema, table, column));
  if (ranked !== undefined && !isEventful(table))
    return `ranks its rows by hand: ${ranked.name} is another in each`;
  const words = wordsOfSeeds(schema, table);
  if (words !== undefined && !isEventful(table) && belongsToNobody(schema, table, above, words))
    return "is filled by the migrations, a row for each of their words, and belongs to nobody";
  const name = spelt(table.name);
  const isCalledSo = isCalledAfterWords(table) || surely.test(name);
  if (!isCalledSo && !(likely.test(name) && !ofChats.test(name) && isNamedOrRanked(schema, table)))
    return undefined;
  return table.columns.length <= mostColumns && belongsToNobody(schema, table, above)
    ? "has few rows by its name: they are defined by hand, and belong to nobody"
    : undefined;
}

const mostColumns = 15;

const surely =
  /(?:^|_)(?:categor(?:y|ies)|plans?|tiers?|dimensions?|regions?|zones?|departments?|facult(?:y|ies)|severit(?:y|ies)|priorit(?:y|ies)|levels?|banners?|faqs?|holidays?|warehouses?|data_?cent(?:er|re)s?|genres?|(?:payment|shipping|delivery)_methods?|feature_flags?)$/;
/** These may be something else: they need a name that is there once, or a place among the others. */
const likely =
  /(?:^|_)(?:rooms?|units?|templates?|rules?|features?|branch(?:es)?|menus?|badges?|achievements?|settings?|configs?|themes?|grades?|skills?|subjects?|sports?|brands?|methods?|pages?|flags?|tools?|seasons?)$/;
const ofChats = /(?:chat|game|voice|message|video|call|play|waiting)_?rooms?$/;

/** A time of its own, which isn't that at which a row was written, or from and to which it counts. */
const isMoment = ({ name, type }: Column): boolean =>
  /^(?:timestamp|datetime)/.test(type?.name ?? "") && !isStamp(name) && !ofRow.test(spelt(name));
const ofRow =
  /^(?:created|updated|deleted|edited|inserted|modified|changed|archived|disabled|valid|effective|starts?|ends?|published)(?:_|$)/;

/** Numbers that the server gives rank nothing. */
const isRank = ({ name, type, serial, identity, default: value }: Column): boolean =>
  /(?:^|_)(?:position|rank|sort|sort_order|display_order|priority)$/.test(spelt(name)) &&
  /int/.test(type?.name ?? "") &&
  !serial &&
  identity === undefined &&
  value === undefined;

const hasOwn = (schema: Schema, { key }: Relation, { name }: Column): boolean =>
  schema.indexesOn(key).some((index) => isKeyAlone(index, name));

const isNamedOrRanked = (schema: Schema, table: Relation): boolean =>
  table.columns.some(isRank) ||
  schema.indexesOn(table.key).some((index) => {
    const key = keyColumns(index) ?? [];
    const isText = (name: string): boolean =>
      table.columns.some((one) => one.name === name && /char|text|string/.test(one.type?.name ?? ""));
    return (
      key.some((name) => ofName.test(spelt(name))) &&
      key.every((name) => isText(name) && (ofName.test(spelt(name)) || ofKind.test(spelt(name))))
    );
  });
const ofName = /(?:^|_)(?:name|title|code|label|slug|key)$/;
/** Names within a kind, or in a language: `UNIQUE (activity_type, label)`. */
const ofKind = /(?:^|_)(?:type|kind|category|language|lang|locale)$/;

/** Fewer may be examples. */
const leastSeeded = 3;

/** The columns of words by which a migration has written its rows: `(provider, product_id)`, both text. */
function wordsOfSeeds(schema: Schema, { key, columns, seeded = 0 }: Relation): readonly string[] | undefined {
  if (seeded < leastSeeded) return undefined;
  const words = new Set(
    columns.flatMap(({ name, type }) =>
      /char|text|string|enum/.test(type?.name ?? "") && !isOfEach(name) ? [name] : [],
    ),
  );
  return schema
    .indexesOn(key)
    .filter(({ unique, where }) => unique && where === undefined)
    .map(({ elements }) => elements.map(({ column = "" }) => column))
    .find((names) => names.every((name) => words.has(name)));
}

/** It refers to nothing but the like, and to who has written it; `words` name what is in no other table. */
function belongsToNobody(
  schema: Schema,
  { key: own, columns, constraints }: Relation,
  above: readonly Key[],
  words: readonly string[] = [],
) {
  const refers = new Set(
    constraints.flatMap((one) => (one.kind === "primary key" && one.columns.length === 1 ? one.columns : [])),
  );
  for (const one of constraints) {
    if (one.kind !== "foreign key") continue;
    const isWritten = one.columns.every(isWrittenBy);
    if (!isWritten && one.references !== own && !isFew(schema, one.references, [...above, own])) return false;
    for (const name of one.columns) refers.add(name);
  }
  return columns.every(({ name }) => refers.has(name) || words.includes(name) || !ofOther.test(spelt(name)));
}

function isFew(schema: Schema, key: Key, above: readonly Key[]): boolean {
  const found = schema.relation(key);
  if (found.is !== "present" || above.includes(key)) return false;
  return (fewBecause(schema, found.value) ?? byHandBecause(schema, found.value, above)) !== undefined;
}

/** `created_by`: who has written a row. */
const isWrittenBy = (column: string): boolean => writtenBy.test(spelt(column));
const writtenBy =
  /^(?:created|updated|modified|edited|changed|deleted|added|inserted|uploaded|imported|published|recorded)_by(?:_|$)/;
/** `tenant_id`, `owner`; not `stripe_price_id`. */
const ofOther =
  /^(?!stripe_|paypal_|external_|parent_).*_(?:uu)?id$|^(?:user|owner|author|creator|tenant|account|customer|client|email|user_?name|phone)$/;

/** Its action says that rows of the other table are deleted. That they may be forgotten (SET NULL) says no such thing. */
export const meansToDelete = ({ onDelete }: AddForeignKey): boolean => onDelete === "cascade";
