import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Answers questions until its input ends. A question is a line "kind TAB path"; the answer is a line
 * "severity TAB rule TAB text TAB place" for each finding, and a line with a dot. A line that begins
 * with "!" instead says that there was no verdict, and why.
 *
 * The two checkers carry different versions of the same libraries, so each is loaded by itself, from
 * the folders beside this program, and only when it is first asked.
 */
public final class Proofreader {
  private static final Map<String, BiFunction<String, Path, List<String>>> checkers = new HashMap<>();

  public static void main(String[] args) throws Exception {
    PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err); // what a library prints is no answer
    Path home = Path.of(args[0]);
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      String[] question = line.split("\t", 2);
      try {
        List<String> findings = checker(home, question[0]).apply(question[0], Path.of(question[1]));
        findings.forEach(finding -> answers.print(finding + "\n"));
      } catch (Throwable problem) {
        problem.printStackTrace(System.err);
        answers.print("!" + String.valueOf(problem).replaceAll("\\s+", " ") + "\n");
      }
      answers.print(".\n");
      answers.flush();
    }
  }

  private static BiFunction<String, Path, List<String>> checker(Path home, String kind) throws Exception {
    String name = kind.startsWith("pdf") || kind.equals("facturx") ? "Pages" : "Rules";
    BiFunction<String, Path, List<String>> known = checkers.get(name);
    if (known != null) {
      return known;
    }
    Path folder = home.resolve(name.toLowerCase());
    List<URL> parts = new ArrayList<>(List.of(folder.toUri().toURL()));
    try (var jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        parts.add(jar.toUri().toURL());
      }
    }
    ClassLoader loader = new URLClassLoader(parts.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    @SuppressWarnings("unchecked")
    var made = (BiFunction<String, Path, List<String>>) loader.loadClass(name).getConstructor().newInstance();
    checkers.put(name, (asked, file) -> {
      Thread.currentThread().setContextClassLoader(loader);
      return made.apply(asked, file);
    });
    return checkers.get(name);
  }
}
