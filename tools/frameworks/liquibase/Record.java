import java.nio.file.*;
import java.util.*;
import liquibase.*;
import liquibase.change.Change;
import liquibase.change.DbmsTargetedChange;
import liquibase.changelog.*;
import liquibase.database.*;
import liquibase.exception.*;
import liquibase.parser.*;
import liquibase.resource.*;
import liquibase.sql.Sql;
import liquibase.sql.visitor.SqlVisitor;
import liquibase.sqlgenerator.SqlGeneratorFactory;

/** Prints as JSON which SQL Liquibase sends for each changeset of the files, and to take it back. */
public class Record {
  static final String[][] databases = {
    {"postgres", "postgresql"}, {"mysql", "mysql"}, {"mariadb", "mariadb"}
  };

  public static void main(String[] files) throws Exception {
    Scope.child(Scope.Attr.resourceAccessor, accessor(), () -> record(files));
  }

  static void record(String[] files) throws Exception {
    List<String> all = new ArrayList<>();
    for (String file : files) {
      Map<String, List<String>> byId = new LinkedHashMap<>();
      for (String[] names : databases) {
        Database database =
            DatabaseFactory.getInstance()
                .openDatabase("offline:" + names[1] + "?outputLiquibaseSql=none", null, null, null, accessor());
        ChangeLogParameters parameters = new ChangeLogParameters(database);
        DatabaseChangeLog log =
            ChangeLogParserFactory.getInstance()
                .getParser(file, accessor())
                .parse(file, parameters, accessor());
        for (ChangeSet set : log.getChangeSets()) {
          // As a changeset does where it is run.
          database.setObjectQuotingStrategy(set.getObjectQuotingStrategy());
          byId.computeIfAbsent(set.getAuthor() + ":" + set.getId(), (id) -> new ArrayList<>())
              .add(string(names[0]) + ":{\"up\":" + up(set, database) + ",\"down\":" + down(set, database) + "}");
        }
      }
      List<String> sets = new ArrayList<>();
      byId.forEach((id, one) -> sets.add(string(id) + ":{" + String.join(",", one) + "}"));
      all.add(string(file) + ":{" + String.join(",", sets) + "}");
    }
    System.out.println("{\"liquibase\":" + string(version()) + ",\"files\":{" + String.join(",", all) + "}}");
  }

  static String version() {
    return liquibase.util.LiquibaseUtil.getBuildVersion();
  }

  static ResourceAccessor accessor() throws Exception {
    return new DirectoryResourceAccessor(Path.of("."));
  }

  static boolean isFor(ChangeSet set, Database database) {
    return DatabaseList.definitionMatches(set.getDbmsSet(), database, true);
  }

  static boolean isFor(Change change, Database database) {
    return !(change instanceof DbmsTargetedChange)
        || DatabaseList.definitionMatches(((DbmsTargetedChange) change).getDbms(), database, true);
  }

  static String up(ChangeSet set, Database database) {
    List<String> found = new ArrayList<>();
    if (isFor(set, database))
      for (Change change : set.getChanges()) if (isFor(change, database)) sent(set, change, database, found);
    return "[" + String.join(",", found) + "]";
  }

  static void sent(ChangeSet set, Change change, Database database, List<String> found) {
    try {
      if (!change.supports(database)) {
        found.add(string("!unsupported"));
        return;
      }
      ValidationErrors errors = change.validate(database);
      if (errors.hasErrors()) {
        found.add(string("!" + errors.getErrorMessages().get(0)));
        return;
      }
      add(set, SqlGeneratorFactory.getInstance().generateSql(change, database), database, found);
    } catch (Exception error) {
      found.add(string("!" + error.getClass().getSimpleName()));
    }
  }

  static void add(ChangeSet set, Sql[] all, Database database, List<String> found) {
    for (Sql sql : all) {
      String text = sql.toSql();
      for (SqlVisitor visitor : set.getSqlVisitors())
        if (DatabaseList.definitionMatches(visitor.getApplicableDbms(), database, true))
          text = visitor.modifySql(text, database);
      found.add(string(text));
    }
  }

  static String down(ChangeSet set, Database database) {
    List<String> found = new ArrayList<>();
    if (!isFor(set, database)) return "[]";
    try {
      RollbackContainer rollback = set.getRollback();
      if (rollback != null && rollback.getChanges() != null && !rollback.getChanges().isEmpty()) {
        for (Change change : rollback.getChanges()) {
          if (change instanceof liquibase.change.core.EmptyChange) continue;
          if (change.validate(database).hasErrors()) found.add(string("!"));
          else add(set, SqlGeneratorFactory.getInstance().generateSql(change, database), database, found);
        }
      } else {
        List<Change> changes = new ArrayList<>(set.getChanges());
        Collections.reverse(changes);
        for (Change change : changes)
          add(set, SqlGeneratorFactory.getInstance().generateSql(change.generateRollbackStatements(database), database), database, found);
      }
    } catch (RollbackImpossibleException error) {
      return "[\"!\"]";
    } catch (Exception error) {
      return "[" + string("!" + error.getClass().getSimpleName()) + "]";
    }
    return "[" + String.join(",", found) + "]";
  }

  static String string(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char letter : String.valueOf(text).toCharArray()) {
      if (letter == '"' || letter == '\\') out.append('\\').append(letter);
      else if (letter < 32 || letter > 126) out.append(String.format("\\u%04x", (int) letter));
      else out.append(letter);
    }
    return out.append('"').toString();
  }
}
