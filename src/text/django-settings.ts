/** What Django's own files say of apps, as patterns find it. */

/** The label that the AppConfig of an app's `apps.py` or `__init__.py` states. */
export const statedLabel = (config: string): string | undefined =>
  /^[ \t]+label[ \t]*(?::[ \t]*\w+[ \t]*)?=[ \t]*["'](\w+)["']/m.exec(config)?.[1];

/** `MIGRATION_MODULES = {"shop": "db.shop_migrations"}` */
export function migrationModules(
  settings: string,
): readonly { readonly label: string; readonly module: string }[] {
  const [, list = ""] = /^[ \t]*MIGRATION_MODULES\b[^={]*=[ \t]*\{([^}]*)\}/m.exec(settings) ?? [];
  return [...list.matchAll(/["'](\w+)["']\s*:\s*["']([\w.]+)["']/g)].map(([, label = "", module = ""]) => ({
    label,
    module,
  }));
}

export interface MigrationOfApp {
  readonly app: string;
  readonly text: string;
}

/** Django's default for AUTH_USER_MODEL. */
export const usualUser = "auth.User";

/** A field of Django's `AbstractBaseUser`, as makemigrations writes it: no other model has it with this name. */
const ofAbstractUser =
  /["']last_login["'],\s*models\.DateTimeField\([^)]{0,200}\bverbose_name=["']last login["']/;

/**
 * `AUTH_USER_MODEL`: as the settings state it; where these aren't found, or take it from elsewhere, the one model of
 * the migrations that has `AbstractBaseUser` as a base. Undefined: not known.
 */
export function userModelOf(
  settings: readonly string[],
  migrations: () => Iterable<MigrationOfApp>,
): string | undefined {
  for (const text of settings) {
    const stated = /^[ \t]*AUTH_USER_MODEL[ \t]*=[ \t]*["'](\w+\.\w+)["']/m.exec(text)?.[1];
    if (stated !== undefined) return stated;
  }
  const isGiven = settings.some((text) => /^[ \t]*AUTH_USER_MODEL\b/m.test(text));
  if (!isGiven && settings.some((text) => /\b(?:INSTALLED_APPS|DATABASES)\b/.test(text))) return usualUser;
  const [found, ...more] = usersOf(migrations());
  return more.length > 0 ? undefined : found;
}

/** The models that are made with `AbstractBaseUser` as a base, and stay. */
function usersOf(migrations: Iterable<MigrationOfApp>): readonly string[] {
  const made = new Set<string>();
  const gone = new Set<string>();
  for (const { app, text } of migrations) {
    for (const [, name = ""] of text.matchAll(/\bDeleteModel\(\s*name\s*=\s*["'](\w+)["']/g))
      gone.add(`${app}.${name.toLowerCase()}`);
    if (!ofAbstractUser.test(text)) continue;
    for (const model of text.split(/\bCreateModel\(/).slice(1)) {
      const name = /^\s*name\s*=\s*["'](\w+)["']/.exec(model)?.[1];
      if (name !== undefined && ofAbstractUser.test(model)) made.add(`${app}.${name}`);
    }
  }
  return [...made].filter((one) => !gone.has(one.replace(/\w+$/, (name) => name.toLowerCase())));
}
