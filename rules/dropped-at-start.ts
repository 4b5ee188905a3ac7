import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "dropped-at-start",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A setting makes the program drop its tables at each start.",
    why: "`spring.liquibase.drop-first`, `quarkus.liquibase.clean-at-start` and `quarkus.flyway.clean-at-start` drop all tables, with their rows, and run the migrations from the beginning: each deploy and each restart empties the database. `spring.jpa.hibernate.ddl-auto` with `create` or `create-drop` lets Hibernate drop the tables of its entities, which Liquibase or Flyway has just brought up to date, and make them anew, without the indexes of the migrations: what these make of tables and indexes isn't reported then.",
    instead:
      "Remove the setting, or move it into the settings of the profile for tests or development, such as `application-dev.yml`. In place of `create`, `ddl-auto: validate` compares the tables of the migrations with the entities.",
    exceptions: [
      "settings of a profile for tests or development by its name, unless the Dockerfile starts the program with it, and files with parts for several profiles",
      "a warning: settings of another profile than `prod` and `production`",
      "settings for every profile that those of the profile `prod` or `production` switch off",
      "a value that the environment gives",
    ],
  },
});
