import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-opens-bucket",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary:
      "On Supabase, a policy on `storage.objects` asks for the bucket alone: everybody who can sign in, or everybody, may overwrite or delete each file in it.",
    why: "A policy for users is to ask whose file it is. The name of the bucket is the same for all of them, and `auth.role() = 'authenticated'` holds for everybody who is signed in. It is a warning where it takes an account, which only staff may have. FOR INSERT it overwrites no file of others: a note, or a warning where visitors without an account may upload.",
    instead:
      "Ask for the owner, `owner_id = (SELECT auth.uid())::text`, or for the folder, `(storage.foldername(name))[1] = (SELECT auth.uid())::text`.",
    exceptions: [
      "policies FOR SELECT",
      "restrictive policies, and those for other roles",
      "a condition with anything besides buckets and the roles of the web API",
      "a policy that the same migration drops",
    ],
  },
  messages: { open: "lets {{roles}} {{command}} the bucket {{bucket}}" },
  recipe: recipes.ownFiles,
  on: {
    operation(step, { report }) {
      const { operation, security } = step;
      if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return;
      const open = security.opensFiles();
      const left = security.lastingPolicy();
      if (open === undefined || left === undefined) return;
      const { command, permissive } = left.policy;
      if (!permissive || command === "select") return;
      const isForVisitors = open.roles.some((role) => role !== "authenticated");
      const verbs = { all: "read and change", update: "overwrite", delete: "delete" };
      const does =
        command === "insert" ? "upload files into every folder of" : `${verbs[command]} every file in`;
      report({
        at: (operation.using ?? operation.withCheck)?.span ?? operation.head,
        message: "open",
        severity:
          command === "insert" ? (isForVisitors ? "warning" : "note") : isForVisitors ? "error" : "warning",
        data: { roles: open.roles.join(", "), command: does, bucket: open.bucket },
        repaired: left.isGone,
      });
    },
  },
});
