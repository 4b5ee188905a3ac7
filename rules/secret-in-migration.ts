import { defineRule, recipes, type Place } from "../src/lint/rule.ts";

const isWithin = (inner: Place, outer: Place): boolean =>
  inner.path === outer.path && outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;

export default defineRule({
  id: "secret-in-migration",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  alsoUnrun: "the repository has the text, whether or not anything runs it",
  docs: {
    summary: "A password, its hash or a key is written in a migration.",
    why: "It stays in the repository's history and in the server's log, is the same on every server, and can't be changed without another migration.",
    instead:
      "Remove it and change it: everybody who can read the repository may know it. Create the role without a password and set the password when the server is set up, or use a placeholder of your tool.",
    exceptions: [
      "placeholders, such as `${SHOP_PASSWORD}`, `:'password'`, `'your-jwt-secret'`, `'change-me'` and `'xxx'`, `PASSWORD NULL` and an empty password",
      "a URL or connection string of `localhost`, or with an example password such as `postgres`",
      "a value in a password's column that no password fits, such as `'!'`, `'disabled'` or `'placeholder'`",
      "the hash in the `WHERE` of a statement that takes it away: a `DELETE`, an `UPDATE` of its column, and an `UPDATE` of an account whose hash an earlier migration has written",
      "a hash that a person has typed, such as `$2b$12$abcdefgh…` or `$2b$12$xxxx…`: no password has it",
      "a warning: the password of an account, its hash, or a key (`api_key`, `webhook_secret`), in rows that the migration writes: a first user's, or an example's",
      "a note: a changeset that runs in a context such as `dev` or `test` only, a folder of such a name, and a file whose first comment says that it is for development or tests only; the hash of a password in a statement that is commented out",
      "in code, a default of settings that read the environment: a field of pydantic's `BaseSettings`, `os.getenv(…, default)`",
      "Supabase's anonymous key, which every browser receives",
    ],
  },
  messages: {
    password: "the password of {{object}} is in the repository for good",
    setting: "{{setting}} of {{object}} is in the repository for good",
    key: "{{what}} is in the repository for good",
  },
  on: {
    migration(scope, { report }) {
      const { secrets, isForTrials } = scope;
      const passwords = scope.passwords();
      for (const { at, of: object, setting } of passwords) {
        const about = {
          at,
          severity: isForTrials() ? ("note" as const) : undefined,
          confidential: true as const,
        };
        if (setting === undefined) report({ ...about, message: "password", data: { object } });
        else report({ ...about, message: "setting", data: { object, setting } });
      }
      for (const secret of secrets()) {
        const { what, at, ofAccount, isClear, isRemark } = secret;
        if (!passwords.some((password) => isWithin(at, password.at)))
          report({
            at,
            message: "key",
            data: {
              what: isClear === true ? "the hash of a password, beside a comment that tells one," : what,
            },
            instead: recipes.withoutSecret(secret, scope),
            severity:
              isForTrials() || isRemark === true ? "note" : ofAccount === true ? "warning" : undefined,
            confidential: true,
          });
      }
    },
  },
});
