import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.logging.*;
import liquibase.*;
import liquibase.database.*;
import liquibase.resource.*;

/** Updates and rolls back as each line of the input asks, `up|back|clear folder url user`; each answer is a line: ok, or what went wrong. */
public class Advice {
  public static void main(String[] args) throws Exception {
    LogManager.getLogManager().reset();
    PrintStream answers = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null; ) {
      String[] asked = line.split("\t", -1);
      try {
        run(asked[0], asked[1], asked[2], asked[3]);
        answers.println("ok");
      } catch (Throwable error) {
        answers.println(String.valueOf(error.getMessage()).replaceAll("\\s+", " "));
      }
      answers.flush();
    }
  }

  static void run(String what, String folder, String url, String user) throws Exception {
    ResourceAccessor accessor = new DirectoryResourceAccessor(Path.of(folder));
    Database database = DatabaseFactory.getInstance().openDatabase(url, user, "", null, accessor);
    try (Liquibase liquibase = new Liquibase("changelog.xml", accessor, database)) {
      if (what.equals("up")) liquibase.update(new Contexts(), new LabelExpression());
      else {
        int count = database.getRanChangeSetList().size() - 1;
        if (count > 0) liquibase.rollback(count, null, new Contexts(), new LabelExpression());
      }
    }
  }
}
