import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { maven } from "../install.ts";
import { script, type Tool } from "../tool.ts";

const version = "13.12.0";
const versions = {
  "org.flywaydb:flyway-core": version,
  "org.flywaydb:flyway-database-postgresql": version,
  "org.postgresql:postgresql": "42.7.14",
};

const main = `import java.util.HashMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
public class Main {
  public static void main(String[] args) {
    var settings = new HashMap<String, String>();
    for (String arg : args) {
      int at = arg.indexOf('=');
      settings.put("flyway." + arg.substring(0, at), arg.substring(at + 1));
    }
    var lock = settings.remove("flyway.postgresql.transactional.lock");
    try {
      var configuration = Flyway.configure().configuration(settings);
      if (lock != null)
        configuration
            .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
            .setTransactionalLock(Boolean.parseBoolean(lock));
      configuration.load().migrate();
    } catch (RuntimeException e) {
      System.out.println("error: " + e.getMessage());
      System.exit(1);
    }
  }
}
`;

const withSettings = (name: string, ...settings: readonly string[]): Tool => ({
  name: name === "" ? "flyway" : `flyway.${name}`,
  versions: { "flyway-core": version, "postgresql (JDBC)": versions["org.postgresql:postgresql"] },
  install: (home) => {
    maven(home, versions);
    writeFileSync(join(home, "Main.java"), main);
    execFileSync("javac", ["-cp", "lib/*", "Main.java"], { cwd: home });
  },
  files: ({ version, name, sql }, optOut) => ({
    [`sql/V${version}__${name}.sql`]: script(sql),
    ...(optOut === undefined ? {} : { [`sql/V${version}__${name}.sql.conf`]: optOut }),
  }),
  optOuts: {
    "script configuration": "executeInTransaction=false\n",
    "script configuration with blanks": "executeInTransaction = false\n",
    "script configuration in upper case": "executeInTransaction=FALSE\n",
    "script configuration with true": "executeInTransaction=true\n",
  },
  apply: ({ home, host, port, database }) => ({
    program: "java",
    args: [
      ...["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"],
      [home, join(home, "lib/*")].join(delimiter),
      ...["Main", `url=jdbc:postgresql://${host}:${port}/${database}`, "user=postgres"],
      // The probes' own tables are there already.
      ...["locations=filesystem:sql", "baselineOnMigrate=true", "baselineVersion=0", ...settings],
    ],
  }),
  history: "SELECT version FROM flyway_schema_history WHERE success AND type = 'SQL' ORDER BY installed_rank",
  says: /error: ((?:Validate failed[^\n]*\n)?[^\n]*)/,
});

export const tools: readonly Tool[] = [
  withSettings(""),
  withSettings("session-lock", "postgresql.transactional.lock=false"),
  withSettings("mixed", "postgresql.transactional.lock=false", "mixed=true"),
  withSettings("group", "postgresql.transactional.lock=false", "group=true"),
  withSettings("out-of-order", "outOfOrder=true"),
];
