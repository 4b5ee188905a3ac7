/** Advice as changesets of Liquibase: each with what takes it back, as a change of SQL has no automatic rollback. */
import type { CodeAdvice, CodeFile, CodeStatement, UnitCall } from "../model/tool.ts";
import { change, changeset, indexChange } from "./changelog/written.ts";
import { concurrently, undoStep } from "./advised-steps.ts";
import { termsOf } from "./liquibase-terms.ts";

const languageOf = (path: string): CodeFile["language"] =>
  /\.xml$/i.test(path) ? "xml" : /\.json$/i.test(path) ? "json" : "yaml";

export function liquibaseSteps(advice: CodeAdvice): readonly string[] {
  const { steps, unit: own, call, replaced, path, taken } = advice;
  const language = languageOf(path);
  const remark = (text: string): string =>
    language === "xml" ? `<!-- ${text} -->` : language === "json" ? `// ${text}` : `# ${text}`;
  const backwards = own.isSole || own.reverses === true ? advice.backwards : undefined;
  const undoAt = undoStep(advice, /^drop/, /^addColumn$/);
  const isReversible = backwards !== undefined && backwards.length > 0;
  const place = call !== undefined && own.calls.length > 1 ? own.calls.indexOf(call) + 1 : 0;
  const numbered = (one: UnitCall): string => {
    const alike = own.calls.filter(({ name }) => name === one.name);
    return alike.length > 1 ? `${one.name} number ${alike.indexOf(one) + 1}` : one.name;
  };
  const sent = ({ sql, comment }: CodeStatement, dbms?: string): string => {
    const text = change(sql, language, dbms);
    return comment === undefined || language === "json" ? text : `${text} ${remark(comment)}`;
  };
  const terms = own.terms;
  const attributes = new Map(terms?.attributes);
  if (terms?.others !== undefined) attributes.set("dbms", terms.others.dbms);
  const used = usedBelow(advice);
  let number = 0;
  const isShared = terms?.others !== undefined;
  const xsd = language === "xml" && isShared ? xsdWithoutDbms(advice.text) : undefined;
  const apart = xsd === undefined ? [] : [remark(`in a changeset of its own: sql has no dbms in ${xsd}`)];
  return steps.map((step, at): string => {
    // What only looks is run by hand.
    const isQuery = step.up.every(({ sql }) => /^SELECT\b/i.test(sql));
    const indexes =
      step.here && call === undefined ? step.up.map(({ sql }) => indexChange(sql, language)) : [];
    if (indexes.length > 0 && indexes.every((one) => one !== undefined)) return indexes.join("\n");
    if (step.here && call === undefined && (xsd === undefined || isQuery)) {
      const note = "sql has no automatic rollback: the changeset then needs a rollback element";
      return [
        ...step.up.map((one) => sent(one, xsd === undefined ? terms?.others?.dbms : undefined)),
        ...(own.reverses === true ? [remark(note)] : []),
      ].join("\n");
    }
    let id = "";
    do id = [own.name, ...(place > 0 ? [place] : []), ++number].join("-");
    while (taken.has(id));
    const known = step.down ?? (at === undoAt ? backwards : undefined);
    const undo = known ?? (isReversible ? [] : undefined);
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
      down: undo?.map((sql) => change(step.outside ? concurrently(sql) : sql, language)),
      outside: step.outside,
      language,
    });
    const text = [...found, written].join("\n");
    if (at < steps.length - 1 || call === undefined) {
      if (used === undefined || at > 0) return step.here ? [...apart, text].join("\n") : text;
      return [
        remark(`before the changeset ${own.name}, which uses ${used}:`),
        text,
        remark("and behind it:"),
      ].join("\n");
    }
    const ofOthers = terms?.others && `dbms="${terms.others.ofOthers}"`;
    const hasRollback = own.reverses !== true && advice.backwards !== undefined;
    const from = hasRollback
      ? `, and what undoes ${replaced.length > 1 ? "them" : "it"} out of its rollback`
      : "";
    const moved = `take ${replaced.map(numbered).join(" and ")} out of the changeset ${own.name}${from}`;
    const [remarks, kept] = own.calls.every((one) => replaced.includes(one))
      ? [[], ofOthers && `the changeset ${own.name} stays for other databases: give it ${ofOthers}`]
      : [[moved], ofOthers && `for other databases, move it to a changeset with ${ofOthers}`];
    return [text, ...[...remarks, ...(kept === undefined ? [] : [kept])].map(remark)].join("\n");
  });
}

/** The schema that a changelog names, where its `sql` doesn't take `dbms`: before Liquibase 3.0. */
const xsdWithoutDbms = (text: string): string | undefined =>
  /\bdbchangelog-[12]\.\d\.xsd\b/.exec(text.slice(0, 4000))?.[0];

/** A column that the first step adds, and what is left of the changeset names. */
function usedBelow({ steps: [first], unit: { calls }, call, replaced }: CodeAdvice): string | undefined {
  // Before them it would have another name.
  const isRenamed = calls.some(
    ({ name, at }) => name.startsWith("rename") && at.start < (call?.at.start ?? 0),
  );
  if (call === undefined || isRenamed) return undefined;
  const added = first?.up.flatMap(
    ({ sql }) => /^ALTER TABLE \S+ ADD (?:COLUMN )?(?!CONSTRAINT\b)"?(\w+)"?/i.exec(sql)?.[1] ?? [],
  );
  const below = calls.filter((one) => one.at.start > call.at.start && !replaced.includes(one));
  return added?.find((name) => below.some(({ text }) => new RegExp(`\\b${name}\\b`, "i").test(text)));
}
