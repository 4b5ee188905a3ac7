/** Folders of a project that hold no migrations, by their names. */

/** Folders that nobody writes migrations into. */
export const skipped =
  /^(?:node_modules|\.git|\.hg|\.svn|vendor|dist|target|third_party|\.next|\.venv|venv|__pycache__|site-packages|dist-packages|\.tox|\.nox|\.eggs|\.cache)$/;
/** What is meant for tests, or for other things than a step. */
export const notMigrations =
  /^(?:fixtures?|__tests__|__fixtures__|tests?|(?:integration|functional|acceptance|component|e2e|smoke)[-_]?tests?|spec|seeds?(?:[-_.].*)?|(?:dummy|mock|sample|seed|test)[-_]?data|seeders|examples?|snapshots?|stubs?|queries|verify)$/i;
