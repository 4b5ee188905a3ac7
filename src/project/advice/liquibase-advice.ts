/**
 * Advice as changesets of Liquibase: of its own changes where it has them, else of SQL, with what takes that back, as a
 * change of SQL has no automatic rollback.
 */
import type { CodeAdvice, CodeFile, CodeStatement, SharedSection, UnitCall } from "../../model/tool.ts";
import { xmlComment } from "../../text/xml.ts";
import { ownChange, takesBack } from "../changelog/own-changes.ts";
import { change, changeset, indexChange, rollback } from "../changelog/written.ts";
import { concurrently, undoStep } from "./advised-steps.ts";
import { termsOf } from "./liquibase-terms.ts";

/** Of a changelog. */
export const languageOf = (path: string): "xml" | "yaml" | "json" =>
  /\.xml$/i.test(path) ? "xml" : /\.json$/i.test(path) ? "json" : "yaml";

export function liquibaseSteps(advice: CodeAdvice): readonly string[] {
  const { steps, unit: own, call, replaced, path, taken: names } = advice;
  const language = languageOf(path);
  const remark = (text: string): string =>
    language === "xml" ? xmlComment(text) : language === "json" ? `// ${text}` : `# ${text}`;
  const backwards = own.isSole || own.reverses === true ? advice.backwards : undefined;
  const undoAt = undoStep(advice, /^drop/, /^addColumn$/);
  const isReversible = backwards !== undefined && backwards.length > 0;
  const place = call !== undefined && own.calls.length > 1 ? own.calls.indexOf(call) + 1 : 0;
  const numbered = (one: UnitCall): string => {
    const alike = own.calls.filter(({ name }) => name === one.name);
    return alike.length > 1 ? `${one.name} number ${alike.indexOf(one) + 1}` : one.name;
  };
  const isMysql = advice.database !== "PostgreSQL";
  const ownOf = (sql: string): ReturnType<typeof ownChange> =>
    sql.startsWith("COMMENT ") && hasNoRemarks.test(advice.text.slice(0, 4000))
      ? undefined
      : ownChange(sql, language, isMysql);
  const sent = ({ sql, comment }: CodeStatement, dbms?: string): string => {
    const text = (dbms === undefined ? ownOf(sql)?.text : undefined) ?? change(sql, language, dbms);
    return comment === undefined || language === "json" ? text : `${text} ${remark(comment)}`;
  };
  const terms = own.terms;
  const others = terms?.others && forOneOf(terms.others, advice);
  const attributes = new Map(terms?.attributes);
  if (others !== undefined) attributes.set("dbms", others.dbms);
  const isWhole =
    call !== undefined &&
    own.calls.every((one) => replaced.includes(one) && advice.partly?.has(one) !== true);
  const used = usedBelow(advice);
  let number = 0;
  const ids: string[] = [];
  const isShared = others !== undefined;
  const xsd = language === "xml" && isShared ? xsdWithoutDbms(advice.text) : undefined;
  const apart = xsd === undefined ? [] : [remark(`in a changeset of its own: sql has no dbms in ${xsd}`)];
  const ofItsOwn = remark(
    "in a changeset of its own, behind this one: a rollback element for sql takes the place of the automatic rollback",
  );
  const undone = (sql: string): string => ownOf(sql)?.text ?? change(sql, language);
  const wholeRollback = remark(
    "sql has no automatic rollback: the changeset then needs a rollback element that undoes all of it",
  );
  const undoAll = own.isSole && isReversible ? [rollback(backwards.map(undone), language)] : [];
  return steps.map((step, at): string => {
    // What only looks is run by hand.
    const isQuery = step.up.every(({ sql }) => /^SELECT\b/i.test(sql));
    const indexes =
      step.here && call === undefined ? step.up.map(({ sql }) => indexChange(sql, language)) : [];
    if (indexes.length > 0 && indexes.every((one) => one !== undefined)) return indexes.join("\n");
    const isBare = others?.dbms === undefined && step.up.every(({ sql }) => ownOf(sql)?.back !== undefined);
    const losesRollback = own.reverses === true && !isBare && !isQuery;
    const isApart = losesRollback && step.behind;
    if (step.here && call === undefined && !isApart && (xsd === undefined || isQuery)) {
      const dbms = xsd === undefined ? others?.dbms : undefined;
      return [
        ...step.up.map((one) => sent(one, dbms)),
        ...(losesRollback ? [wholeRollback, ...undoAll] : []),
      ].join("\n");
    }
    // One changeset for another: under another id, it would run again where the old one has run.
    let id = steps.length === 1 && isWhole && !isShared ? own.name : "";
    while (id === "" || (id !== own.name && names.has(id)))
      id = [own.name, ...(place > 0 ? [place] : []), ++number].join("-");
    ids[at] = id;
    // What would stand in the changeset itself is sent as that one is.
    const outside = step.outside || (step.here && terms?.optedOut === true);
    const known = step.down ?? (at === undoAt ? backwards : undefined);
    const undo = known ?? (isReversible ? [] : undefined);
    const isOwn =
      undo !== undefined &&
      takesBack(
        step.up.map(({ sql }) => ownOf(sql)),
        undo,
      );
    const { findInvalid, ...asked } = termsOf(advice, at, attributes, language);
    const found =
      findInvalid === true
        ? [
            remark(
              "a failed build leaves an INVALID index, which the condition finds: drop it before the next attempt",
            ),
          ]
        : [];
    const written = changeset({
      id,
      author: own.follows ?? "NEW",
      ...asked,
      up: step.up.map((one) => sent(one)),
      down: isOwn ? undefined : undo?.map((sql) => (outside ? concurrently(sql) : sql)).map(undone),
      outside,
      language,
    });
    const text = [...found, written].join("\n");
    const isFirst = used?.isBefore === true && at === 0;
    const before = isFirst ? [remark(`before the changeset ${own.name}, which uses ${used.name}:`)] : [];
    if (at < steps.length - 1 || call === undefined) {
      if (!isFirst)
        return step.here ? [...(isApart && xsd === undefined ? [ofItsOwn] : apart), text].join("\n") : text;
      return [...before, text, remark("and behind it:")].join("\n");
    }
    const ofOthers = others && attribute("dbms", others.ofOthers, language);
    const hasRollback = own.reverses !== true && advice.backwards !== undefined;
    const from = hasRollback
      ? `, and what undoes ${replaced.length > 1 ? "them" : "it"} out of its rollback`
      : "";
    const behind =
      used === undefined || used.isBefore
        ? ""
        : `; ${used.by.map(numbered).join(" and ")}, which then would use ${used.name} too early, moves to a changeset behind ${ids[used.step] ?? id}`;
    const taken = replaced.map((one) => {
      const parts = advice.partly?.get(one);
      return parts === undefined ? numbered(one) : `${parts.join(" and ")} of ${numbered(one)}`;
    });
    const moved = `take ${taken.join(" and ")} out of the changeset ${own.name}${from}${behind}`;
    const isSeveral = steps.length > 1 && ofOthers === undefined;
    const [remarks, kept] = isWhole
      ? [
          isSeveral ? [`these take the place of the changeset ${own.name}`] : [],
          ofOthers && `the changeset ${own.name} stays for other databases: give it ${ofOthers}`,
        ]
      : [[moved], ofOthers && `for other databases, move it to a changeset with ${ofOthers}`];
    return [...before, text, ...[...remarks, ...(kept === undefined ? [] : [kept])].map(remark)].join("\n");
  });
}

/** MySQL hides an index by another word than MariaDB, so that the one stays with the others. */
function forOneOf(
  { dbms, ofOthers }: SharedSection,
  { steps, database }: Pick<CodeAdvice, "steps" | "database">,
): SharedSection {
  const isOwn = steps.some(({ up }) => up.some(({ sql }) => hidesIndex.test(sql)));
  if (!isOwn) return { dbms, ofOthers };
  const [own, other] = database === "MariaDB" ? ["mariadb", "mysql"] : ["mysql", "mariadb"];
  const names = ofOthers.split(",").filter((name) => name !== "" && name !== `!${other}`);
  const isList = names.some((name) => !name.startsWith("!"));
  return { dbms: own, ofOthers: [...names, ...(isList || names.length === 0 ? [other] : [])].join(",") };
}

const hidesIndex = /\bALTER INDEX\b.*\b(?:INVISIBLE|VISIBLE|IGNORED)\b/is;

/** As it is written in a file of the language; YAML takes a bare `!` for a tag. */
function attribute(name: string, value: string, language: CodeFile["language"]): string {
  if (language === "xml") return `${name}="${value}"`;
  return language === "json" ? `"${name}": "${value}"` : `${name}: "${value}"`;
}

/** A schema of Liquibase before 3.2, which has no changes for remarks. */
const hasNoRemarks = /\bdbchangelog-(?:[12]\.\d|3\.[01])\.xsd\b/;

/** The schema that a changelog names, where its `sql` doesn't take `dbms`: before Liquibase 3.0. */
const xsdWithoutDbms = (text: string): string | undefined =>
  /\bdbchangelog-[12]\.\d\.xsd\b/.exec(text.slice(0, 4000))?.[0];

interface UsedBelow {
  /** The column. */
  readonly name: string;
  readonly by: readonly UnitCall[];
  /** The step behind which they find it as they need it. */
  readonly step: number;
  /** That step may run before the changeset: nothing in it leads to what the step needs. */
  readonly isBefore: boolean;
}

/** A column that the first step adds, and what is left of the changeset below the call uses. */
function usedBelow({ steps, unit: { calls }, call, replaced }: CodeAdvice): UsedBelow | undefined {
  if (call === undefined) return undefined;
  const added = steps[0]?.up.flatMap(({ sql }) => {
    const [, table = "", column] = addition.exec(sql) ?? [];
    return column === undefined ? [] : [{ table: table.replaceAll(/^.*\.|"/g, ""), column }];
  });
  const rest = calls.filter((one) => !replaced.includes(one));
  // The advice takes the place of the first of them.
  const from = Math.min(call.at.start, ...replaced.map(({ at }) => at.start));
  const below = rest.filter((one) => one.at.start > from);
  for (const { table, column } of added ?? []) {
    const by = below.filter(({ text }) => mentions(text, column));
    if (by.length === 0) continue;
    // Until the names are swapped, the name is that of the copy.
    const swap = steps.findIndex(({ up }) => up.some(({ sql }) => / RENAME COLUMN /.test(sql)));
    const isLed = rest.some(
      (one) => one.at.start < from && (mentions(one.text, table) || mentions(one.text, column)),
    );
    return { name: column, by, step: Math.max(swap, 0), isBefore: swap < 0 && !isLed };
  }
  return undefined;
}

const addition = /^ALTER TABLE (?:ONLY )?(\S+) ADD (?:COLUMN )?(?!CONSTRAINT\b)"?(\w+)"?/i;

const mentions = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w$])${name.replaceAll(/\W/g, "\\$&")}(?![\\w$])`, "i").test(text);
