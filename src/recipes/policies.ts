/** Policies that ask for whose row it is. */
import type { Step } from "../replay/step.ts";
import { everyVisitor, isAdmin, noPolicyOfServer } from "./security.ts";

/** Files of users, of administrators and of the server. */
export function ownFiles({ operation, security }: Step): string | undefined {
  const open = security.opensFiles();
  if (open === undefined || (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy"))
    return undefined;
  const bucket = `bucket_id = '${open.bucket.replaceAll("'", "''")}'`;
  const folder = "(storage.foldername(name))[1] = (SELECT auth.uid())::text";
  const isInsert = security.lastingPolicy()?.policy.command === "insert";
  const users = isInsert
    ? `Where users upload files of their own, let them write to a folder of their own: \`TO authenticated WITH CHECK (${bucket} AND ${folder})\`.`
    : `Where users change their own files: \`TO authenticated USING (${bucket} AND owner_id = (SELECT auth.uid())::text)\`, or \`${folder}\` if the path begins with the user's id.`;
  return `${users} Where administrators do, ask for what only the server can set: ${isAdmin}. ${noPolicyOfServer}`;
}

/** A policy that finds nothing where the setting is missing. */
export const settingRequired = (): string =>
  "Leave that branch out: without the setting, `current_setting(…, true)` is NULL or empty, and no row is found. A cast of the empty text fails: write `nullif(current_setting(…, true), '')::uuid`. Give jobs that need all rows a role with a policy of its own, `TO jobs USING (true)`, or with BYPASSRLS.";

/** Rows in nobody's name, where the policy doesn't say that visitors may add them. */
export const ownerlessRows = (column: string): string =>
  `If visitors without an account are to add rows, state it, \`TO ${everyVisitor}\`, and check the values. Otherwise leave \`OR ${column} IS NULL\` out, and write \`TO authenticated\`.`;
