// The lines of a file, of which some are questions with the answers below them.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

abstract class TestFile {
    final Path path;
    final List<String> lines;
    final List<Question> questions = new ArrayList<>();
    private int wrong_lines = 0;

    TestFile(Path path) throws Exception {
        this.path = path;
        lines = new ArrayList<>(Files.readAllLines(path));
    }

    abstract void answer(Engine engine) throws Exception;

    // How many questions there were, in words.
    abstract String counts();

    static boolean is_comment(String line) {
        return line.isBlank() || line.startsWith("# ") || line.equals("#");
    }

    static void set(Engine engine, String line) {
        String[] setting = setting(line.substring("set ".length()));
        engine.set(setting[0], setting[1]);
    }

    // The key and the value in `key = value`.
    static String[] setting(String text) {
        String[] parts = text.split("=", 2);
        return new String[] {parts[0].trim(), parts[1].trim()};
    }

    void tell_wrong(int line, String what, Throwable failure) {
        FlinkOracle.told.printf("%s:%d: %s: %s%n", path, line + 1, what,
            Texts.message_of(failure));
        ++wrong_lines;
    }

    // An answer to what had none is worth no word when it goes into the file.
    int tell_differences(boolean isWriting) {
        int differences = wrong_lines;
        for (Question question : questions) {
            if (question.is_as_before()) continue;
            ++differences;
            if (isWriting && question.before.isEmpty()) continue;
            FlinkOracle.told.printf("%s:%d: %s%n    before %s%n    now    %s%n", path,
                question.line + 1, question.text, shown(question.before),
                shown(question.answer));
        }
        return differences;
    }

    void write() throws Exception {
        for (int i = questions.size() - 1; i >= 0; --i) {
            Question question = questions.get(i);
            if (question.is_as_before()) continue;
            List<String> place = lines.subList(question.answer_line,
                question.answer_line + question.before.size());
            place.clear();
            place.addAll(question.answer);
        }
        Files.write(path, lines);
    }

    private static String shown(List<String> answer) {
        return answer.isEmpty() ? "nothing" : String.join("\n           ", answer);
    }

    static class Question {
        final String text;
        final int line;
        final int answer_line;
        final List<String> before;
        List<String> answer = List.of();

        Question(String text, int line, int answer_line, List<String> before) {
            this.text = text;
            this.line = line;
            this.answer_line = answer_line;
            this.before = List.copyOf(before);
        }

        // How a failure is worded may change from run to run, that it is one may not.
        boolean is_as_before() {
            if (before.isEmpty()) return answer.isEmpty();
            return before.get(0).startsWith("= ")
                ? before.equals(answer)
                : before.get(0).charAt(0) == answer.get(0).charAt(0);
        }

        boolean failed_before() {
            return !before.isEmpty() && before.get(0).startsWith("! ");
        }
    }
}
