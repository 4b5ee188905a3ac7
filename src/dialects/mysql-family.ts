/** What MySQL and MariaDB take beside PostgreSQL: loaded only where a project has them. */
export { effects } from "../effects/mysql/effects.ts";
export { frontEndOf, mariadb, mysql } from "../sql/mysql/parse.ts";
