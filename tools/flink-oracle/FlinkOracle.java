// Lets a real Flink answer the expressions of tests/sql/expressions, the queries of
// tests/sql/queries and those without end of tests/sql/changelogs; a README.md in each folder
// describes the files.
//
//     FlinkOracle [--write] FILE…
//
// Prints what differs from the answers that a file holds, and what a file lacks; with --write it
// changes the file. Exits with 1 when something differed and was not written.
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

public class FlinkOracle {
    // Flink prints code that it could not compile.
    static final PrintStream told = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] words) {
        System.setOut(System.err);
        boolean isWriting = List.of(words).contains("--write");
        try {
            System.exit(differences(words) == 0 || isWriting ? 0 : 1);
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(2);
        }
    }

    static int differences(String[] words) throws Exception {
        List<String> files = new ArrayList<>(List.of(words));
        boolean isWriting = files.remove("--write");
        int differences = 0;
        try (Engine engine = new Engine()) {
            for (String file : files) {
                long start = System.nanoTime();
                TestFile test = opened(Path.of(file));
                engine.begin();
                test.answer(engine);
                differences += test.tell_differences(isWriting);
                told.printf("oracle: %s: %s, %.0f s%n", file, test.counts(),
                    (System.nanoTime() - start) / 1e9);
                if (isWriting) test.write();
            }
        }
        return differences;
    }

    static TestFile opened(Path file) throws Exception {
        switch (file.toAbsolutePath().getParent().getFileName().toString()) {
            case "expressions": return new ExpressionFile(file);
            case "changelogs": return new ChangelogFile(file);
            default: return new QueryFile(file);
        }
    }
}
