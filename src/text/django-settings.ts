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
