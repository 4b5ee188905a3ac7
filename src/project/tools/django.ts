import { djangoDatabase } from "../layouts/django.ts";
import type { Tool } from "../tool.ts";

export const django: Tool = {
  name: "django",
  rank: 1,
  signs: [{ files: ["manage.py"], dependencies: { pypi: ["django", "Django"] } }],
  ownShape: "django",
  code: { words: /\bmigrations\.Migration\b/, rank: 0 },
  database: { inProject: djangoDatabase },
  shapes: ["django"],
  classes: true,
  wraps: "each",
  sends: "statement",
  optOut: "atomic = False in the class Migration",
  codeOptOut: "atomic = False in the class Migration",
  duplicates: "fine",
  late: { what: "Django runs it after the newer ones", runs: true },
  trackingTables: ["django_migrations"],
};
