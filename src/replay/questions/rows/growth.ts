/** Tables to which time adds rows, as long as an application is in use. */
import { isKeyAlone } from "../../../schema/index-definition.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import {
  hasFewRows,
  hasRowsOfWords,
  isEnum,
  isCalledAfterWords,
  isOfUsers,
  isOfWords,
  isStamp,
  moment,
  spelt,
} from "./few-rows.ts";

/**
 * How surely time alone adds rows to a table: 2 of events, orders and the like by their names; 1 where each row is of a
 * moment, and belongs to a row of another table or has more than the times at which rows are written; 0 of all others.
 */
export function growth(schema: Schema, made: Relation): 0 | 1 | 2 {
  if (hasFewRows(schema, made)) return 0;
  const { columns, constraints, key } = made;
  if (isEventful(made)) return isDescribed(made) ? 0 : 2;
  // Each account may have roles and categories of its own; nobody has many.
  if (hasRowsOfWords(schema, made) || isCalledAfterWords(made)) return 0;
  const required = new Set(columns.flatMap(({ name, notNull }) => (notNull === "yes" ? [name] : [])));
  // What belongs to a category is a catalogue.
  const belongs = constraints.some(
    (one) =>
      one.kind === "foreign key" &&
      one.references !== key &&
      one.columns.every((name) => required.has(name)) &&
      !isOfWords(schema, one.references),
  );
  const isOfMoment = columns.some(({ name, type }) =>
    belongs
      ? isStamp(name) || moment.test(spelt(name))
      : required.has(name) &&
        /^(?:timestamp|datetime)/.test(type?.name ?? "") &&
        !isStamp(name) &&
        !isOfRecord(spelt(name)) &&
        !isOfUsers(made),
  );
  return isOfMoment ? 1 : 0;
}

/** `menu_items (id, name, price, image_url)`, and notes on a chart: somebody describes each, and no moment or other row has one. */
function isDescribed({ columns, constraints }: Relation): boolean {
  const isOfTime = columns.some(
    ({ name, type }) => /^(?:timestamp|datetime)/.test(type?.name ?? "") && !isStamp(name),
  );
  const has = (words: RegExp): boolean => columns.some(({ name }) => words.test(spelt(name)));
  const refers = constraints.some(({ kind }) => kind === "foreign key");
  return !isOfTime && !refers && has(/^(?:name|title)$/) && has(/^(?:description|price|category)$/);
}

/**
 * The same, and surely enough to say that its numbers may run out: something that happens, by its name, which has a time or
 * belongs to another row where the name may mean something else, too; the moment at which something was measured or sent;
 * what people add without a name, any number each. Not what somebody defines one by one, such as the lines of a template.
 */
export function growsSurely(schema: Schema, table: Relation): boolean {
  if (growth(schema, table) === 0 || isDefined.test(spelt(table.name))) return false;
  if (hasOneOfEach(schema, table) || isProgramme(table)) return false;
  const refers = referring(schema, table);
  if (isEventful(table) || alsoHappens.test(spelt(table.name)))
    return surely.test(spelt(table.name)) || refers.length > 0 || table.columns.some(isOfMoment);
  if (table.columns.some((column) => isPast(column) && column.notNull === "yes")) return true;
  const isNamed =
    !ofUploads.test(spelt(table.name)) &&
    (table.columns.some(({ name }) => /^(?:name|title|label)$/.test(spelt(name))) ||
      isNamedOnce(schema, table));
  // What people name they define one by one; a pair of people and others says who belongs to whom.
  if (isNamed || people.test(spelt(table.name))) return false;
  if (!table.columns.some((column) => isOfTime(column) && isGiven(column))) return false;
  return refers.some(
    (one) =>
      isOfPeople(schema, one.references) &&
      one.columns.length === 1 &&
      !isCounted(schema, table, one.columns[0] ?? ""),
  );
}

/** `UNIQUE (group_id, map_name)`: in each group, a name stands for one row. */
const isNamedOnce = (schema: Schema, { key }: Relation): boolean =>
  schema
    .indexesOn(key)
    .some(
      ({ unique, where, elements }) =>
        unique &&
        where === undefined &&
        elements.some(({ column = "" }) => /_(?:name|title|label)$/.test(spelt(column))),
    );

/** Events that somebody announces, one by one, with what is to be read of each and where it is; a log has what it was about. */
function isProgramme({ name: table, columns }: Relation): boolean {
  const has = (words: RegExp): boolean => columns.some(({ name }) => words.test(spelt(name)));
  if (!/(?:^|_)events?$/.test(spelt(table)) || has(ofLogs)) return false;
  return (
    has(/^(?:event_)?(?:name|title)(?:_[a-z]{2})?$/) && (has(ofPlaces) || (has(ofTexts) && has(ofStarts)))
  );
}

const ofLogs =
  /^(?:payload|properties|meta_?data|data|context|ip(?:_address|_addr)?|user_agent|(?:session|request|trace|correlation|aggregate)_id|level|severity|occurred_at|timestamp|processed(?:_at)?)$/;
const ofPlaces =
  /^(?:(?:event_)?(?:venue|location|place|address|city)(?:_(?:id|name))?|(?:[a-z]{1,20}_)?(?:images?|posters?|banner|cover|photos?|picture|thumbnail|flyer)(?:_(?:url|id|path|image))?|capacity|max_(?:participants|attendees|capacity)|organi[sz]er(?:_id)?)$/;
const ofTexts = /^(?:event_)?(?:(?:short_)?description|summary|annotation|details|about)(?:_[a-z]{2})?$/;
const ofStarts =
  /^(?:event_(?:date|time|start)\w*|(?:start|begin)s?(?:_(?:at|on|date|time|datetime))?|date(?:_time)?|date_(?:start|from))$/;

/** `UNIQUE (org_id, kind)` with an enum or a list of kinds: a few rows for each row of others. */
function hasOneOfEach(schema: Schema, { key, columns, constraints }: Relation): boolean {
  const refers = new Set(constraints.flatMap((one) => (one.kind === "foreign key" ? one.columns : [])));
  const lists = constraints.flatMap((one) =>
    one.kind === "check" && ofList.test(one.expression.text) ? [one.expression] : [],
  );
  const isListed = (name: string): boolean => {
    const type = columns.find((column) => column.name === name)?.type;
    return (
      (type !== undefined && isEnum(schema, type)) ||
      lists.some((list) => list.columns.length > 0 && list.columns.every(({ column }) => column === name))
    );
  };
  return schema.indexesOn(key).some(({ unique, where, elements }) => {
    const names = elements.flatMap(({ column }) => column ?? []);
    if (!unique || where !== undefined || names.length < elements.length) return false;
    return (
      names.some(isListed) &&
      names.some((name) => refers.has(name)) &&
      names.every((name) => refers.has(name) || isListed(name))
    );
  });
}

/** `kind IN ('a', 'b')`, `kind = ANY (ARRAY[…])`. */
const ofList = /^\W{0,9}\w{1,63}\W{0,9}(?:::\w{1,63}\W{0,9})?(?:\bin\W{0,9}\(|=\s{0,9}any\b)/i;

/** Nothing shows that it may have more rows than somebody defines. */
export const seemsSmall = (schema: Schema, table: Relation): boolean =>
  growth(schema, table) === 0 && !isOfUsers(table);

/** Foreign keys that each row has, to what isn't a list of words. */
const referring = (schema: Schema, { key, columns, constraints }: Relation) =>
  constraints.flatMap((one) =>
    one.kind === "foreign key" &&
    one.references !== key &&
    one.columns.every((name) => columns.some((column) => column.name === name && column.notNull === "yes")) &&
    !isOfWords(schema, one.references)
      ? [one]
      : [],
  );

/** What is written each time that somebody logs in, rates, or is warned. */
const alsoHappens =
  /(?:^|_)(?:alerts?|attempts?|inquir(?:y|ies)|ratings?|receipts?|reviews?|revisions?|snapshots?|tokens?)$/;

/** Their names come with them. */
const ofUploads = /(?:^|_)(?:attachments?|documents?|files?|images?|photos?|pictures?|uploads?|videos?)$/;

const isDefined =
  /(?:^|_)(?:templates?|menus?|catalog(?:ue)?s?|plans?|settings?|config(?:uration)?s?|preferences?|profiles?|defaults?|options?|saved)(?:_|$)|(?:^|_)migrations?$/;

const isOfTime = ({ type }: Column): boolean => /^(?:timestamp|datetime|date$)/.test(type?.name ?? "");
/** Other than the times at which rows are written: a list that somebody keeps has those, too. */
const isOfMoment = (column: Column): boolean =>
  isOfTime(column) && !isStamp(column.name) && !isOfRecord(spelt(column.name));
/** The server or each INSERT gives it. */
const isGiven = ({ notNull, default: value }: Column): boolean => notNull === "yes" || value !== undefined;
/** `measured_at`: when something happened, not when a row was written, or until when it counts. */
const isPast = (column: Column): boolean => isOfMoment(column) && past.test(spelt(column.name));
const past =
  /^(?:(?!publish|start|end|open|found|launch|activat|releas|verif|approv|sync)\w*(?:ed|nt|en|ught|id)_(?:at|on|date|time)|(?:audit|change|history|log)_(?:at|date|time)|timestamp|ts|time|datetime)$/;

function isOfPeople(schema: Schema, key: Relation["key"]): boolean {
  const found = schema.relation(key);
  return found.is === "present" && people.test(spelt(found.value.name));
}
const people =
  /(?:^|_)(?:users?|accounts?|customers?|clients?|persons?|people|members?|employees?|students?|patients?|authors?|players?|subscribers?)$/;

/** A key that people can't have any number of: one each, or one by each name or each row of another table. */
const isCounted = (schema: Schema, { key }: Relation, name: string): boolean =>
  schema
    .indexesOn(key)
    .some(
      (index) =>
        isKeyAlone(index, name) || (index.unique && index.elements.some(({ column }) => column === name)),
    );

/** These are nothing else; an item, a line or a view may be. */
const surely =
  /(?:^|_)(?:audits?|bookings?|calls?|clicks?|comments?|events?|histor(?:y|ies)|invoices?|logs?|measurements?|messages?|notifications?|orders?|payments?|purchases?|requests?|reservations?|sales?|shipments?|transactions?|visits?|votes?)$/i;

/** Time adds rows to it, by its name. */
export const isEventful = ({ name }: Relation): boolean => ofEvents.test(spelt(name));

const ofEvents =
  /(?:^|_)(?:activit(?:y|ies)|audits?|bookings?|calls?|clicks?|comments?|deliver(?:y|ies)|entr(?:y|ies)|e?mails?|events?|histor(?:y|ies)|invoices?|issues?|items?|jobs?|lines?|logs?|measurements?|messages?|metrics?|movements?|notes?|notifications?|orders?|payments?|positions?|posts?|purchases?|readings?|requests?|reservations?|runs?|samples?|sales?|sessions?|shipments?|tickets?|transactions?|transfers?|views?|visits?|votes?)$/i;
/** When a row was written, in other words and languages: `create_time`, `date_created`, `t_fecha_alta`, `erstellt_am`. */
const isOfRecord = (name: string): boolean => inEnglish.test(name) || inOthers.test(name);
const inEnglish =
  /^(?:[a-z]_)?(?:(?:last_)?(?:creat|updat|modifi|modify|edit|insert|delet|chang|record)(?:e|ed|ion)?_?(?:at|on|date|time|timestamp|dt)|(?:date|time)_?(?:creat|updat|modifi|edit|insert|delet|add)ed|last_(?:updat|modifi|chang|edit)(?:e|ed))$/;
const inOthers =
  /^(?:[a-z]_)?(?:(?:fecha|data|date|dt|dat|datum)_?(?:de_|da_)?(?:alta|baja|creacion|registro|modificacion|edicion|edita|actualizacion|criacao|cadastro|alteracao|atualizacao|inclusao|exclusao|creation|modification|maj|erstellung|aenderung|anlage)|(?:cread|actualizad|modificad|registrad|eliminad|criad|atualizad|alterad|cadastrad|excluid)[oa]_(?:en|el|em)|(?:erstellt|geaendert|angelegt|aktualisiert|bearbeitet)_am|(?:erstell|aenderungs|anlage)datum)$/;
