import { defineRule, everybody, laterRelation, recipes, sameOrigin } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-always-true",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  endsWithTable: true,
  docs: {
    summary: "A policy lets everybody write every row: `USING (true)` or `WITH CHECK (true)`.",
    why: "Permissive policies are combined by OR: with one that is always true, the others no longer protect anything. FOR INSERT, on a table without a column for a row's user, it is a warning: nobody's rows are opened, but anybody can add some. On Supabase, it is a note where visitors may be meant to add them, as to a contact form. There, `auth.role() = 'authenticated'` and `auth.uid() IS NOT NULL` hold for everybody who is signed in. A check that lets pass a user's own rows and those in which the user's column is NULL is a note FOR INSERT without `TO`: visitors without an account add such rows. `WITH CHECK (true)` there stays an error: anybody can add rows in the name of another user.",
    instead:
      "Write a condition on the row, such as `owner_id = current_setting('app.user_id')::bigint`; or name the role that may do everything in `TO`.",
    exceptions: [
      "policies FOR SELECT, which may be meant for public data, unless the option `reads` is set",
      "restrictive policies, and those for roles that aren't in the option `roles`",
      "a policy without `TO`, where the migration that makes the table grants the command to one other role alone; a note where it grants it to several; on Supabase, everybody has it",
      "a policy that the same migration drops",
      "`ALTER POLICY` of a policy that the history doesn't create",
    ],
  },
  messages: {
    always: "lets {{roles}} {{command}} every row of {{table}}",
    ownerless: "lets everybody add rows of {{table}} in which {{column}} is NULL",
  },
  options: {
    roles: { default: [...everybody], description: "Roles that anybody may have." },
    reads: { default: false, description: "Also report policies FOR SELECT." },
  },
  recipe: recipes.policyOfRow,
  on: {
    operation(step, { report, options }) {
      const { operation, after, security, show, scope } = step;
      if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return;
      const { using, withCheck, name, head } = operation;
      const table = after.relation(operation.table);
      const policy =
        table.is === "present" ? table.value.policies.find((p) => p.name === name.text) : undefined;
      const { permissive, command, roles } = operation.kind === "createPolicy" ? operation : (policy ?? {});
      // Created elsewhere: it may be restrictive, or for one role.
      if (permissive !== true || command === undefined || roles === undefined) return;
      if (command === "select" && !options.reads) return;
      const open = new Set([using, withCheck].flatMap((one) => security.opensTo(one, roles)));
      const given = [...open].filter((role) => options.roles.includes(role));
      const last = scope.after.relation(operation.table);
      const isLeft = last.is !== "present" || last.value.policies.some((p) => p.name === name.text);
      if (!isLeft) return;
      const column = given.length === 0 ? security.opensOwnerless() : undefined;
      if (column !== undefined)
        report({
          at: withCheck?.span ?? head,
          message: "ownerless",
          severity: "note",
          data: { table: show(operation.table), column },
          instead: recipes.ownerlessRows(column),
          repaired: security.lastingPolicy()?.isGone,
        });
      if (given.length === 0) return;
      const does = command === "all" ? "read and write" : command;
      // A policy that names no role is for those who may use the table at all.
      const granted = given.includes("public") ? security.grantedHere(operation.table, command) : [];
      const isGranted = granted.length > 0 && !granted.some((role) => options.roles.includes(role));
      // As if TO named it.
      if (isGranted && granted.length === 1) return;
      const data = {
        roles: (isGranted ? granted : given).join(", "),
        command: does,
        table: show(operation.table),
      };
      const made = last.is === "present" ? last.value : undefined;
      const own = made?.policies.find((p) => p.name === name.text);
      report({
        at: (using ?? withCheck)?.span ?? head,
        message: "always",
        // It opens no other rows, and a new one is in nobody's name.
        severity: isGranted ? "note" : command === "insert" ? recipes.severityOfInserts(step) : undefined,
        data,
        repaired: (end) =>
          made !== undefined &&
          laterRelation(end, made)?.policies.some((p) => sameOrigin(p.origin, own?.origin)) !== true,
      });
    },
  },
});
