/** `ddlint stats-query`: the query in the words of the database that the migrations are for. */
import { UserError, findHistories, isDialectName, statsQueries } from "../index.ts";
import { configFor } from "./check.ts";
import { factsFrom, type CheckOptions } from "./options.ts";
import { existing } from "./request.ts";

export async function statsQueryFor(
  paths: readonly string[],
  options: CheckOptions,
  cwd: string,
): Promise<string> {
  const config = await configFor(options, cwd, paths);
  const facts = factsFrom(options, config.facts);
  const found =
    facts.dialect === undefined
      ? findHistories({ cwd, root: config.root, paths: existing(paths, cwd), facts })
      : [{ dialect: facts.dialect }];
  const queries = new Set(
    found.flatMap(({ dialect }) => (isDialectName(dialect) ? [statsQueries[dialect]] : [])),
  );
  if (queries.size > 1)
    throw new UserError("the migrations here are for several databases", {
      hint: "say which: stats-query --dialect mysql, or its folder",
    });
  const [query = statsQueries.postgres] = queries;
  return query;
}
