// A file of statements that run without end, each over the rows of a script.
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

class ChangelogFile extends StatementFile {
    // Much of a run is waiting, so while some run the next is planned.
    static final int RUNNING_MAX = 4;

    private final Deque<Running> running = new ArrayDeque<>();
    private final Map<String, DataType> tables = new LinkedHashMap<>();
    private List<Script.Step> steps = List.of();
    private ScriptedEngine flink;

    private record Running(Question question, ScriptedEngine.Asked asked) {}

    ChangelogFile(Path path) throws Exception {
        super(path);
    }

    @Override String counts() {
        return questions.size() + " changelogs";
    }

    @Override void answer(Engine engine, String word, Question question) {
        if (flink == null) flink = engine.scripted();
        String text = question.text;
        switch (word) {
            case "set": flink.set(setting(text)[0], setting(text)[1]); break;
            case "table": declare(text, "I"); break;
            case "changing": declare(text, Engine.ALL_CHANGES); break;
            case "lookup": declare(text, ScriptConnector.LOOKUP); break;
            case "sink": {
                Declaration sink = Declaration.of(text);
                flink.declare_table(sink, sink.changes.isEmpty() ? "I,UA,D" : sink.changes);
                break;
            }
            case "view": flink.declare_view(text); break;
            case "rows":
                steps = new ArrayList<>();
                for (String line : text.split("\n")) steps.add(step(line));
                break;
            case "changelog":
                questions.add(question);
                start(question);
                break;
            default: throw new IllegalArgumentException("what is '" + word + "'?");
        }
    }

    @Override void finish(Engine engine) {
        while (!running.isEmpty()) finish_first();
        if (flink != null) flink.close();
    }

    private void declare(String text, String changes) {
        Declaration table = Declaration.of(text);
        flink.declare_table(table, table.changes.isEmpty() ? changes : table.changes);
        // What is declared anew ends later.
        tables.remove(table.name);
        tables.put(table.name, table.row_type(flink.types()));
    }

    // Such as `users +U 1, 'b'`; without a sign the row is inserted.
    private Script.Step step(String line) {
        String[] words = line.split(" ", 2);
        RowKind kind = RowKind.INSERT;
        for (RowKind each : RowKind.values()) {
            if (!words[1].startsWith(each.shortString() + " ")) continue;
            kind = each;
            words[1] = words[1].substring(each.shortString().length() + 1);
        }
        DataType type = tables.get(words[0]);
        if (type == null) throw new IllegalArgumentException("no table is called " + words[0]);
        Row row = Values.row(Texts.split(words[1], "([", ")]"), type, flink.zone());
        row.setKind(kind);
        return new Script.Step(words[0], row);
    }

    private void start(Question question) {
        if (running.size() == RUNNING_MAX) finish_first();
        try {
            Script script = new Script(steps, List.copyOf(tables.keySet()));
            running.add(new Running(question, flink.ask(question.text, script)));
        } catch (Exception | StackOverflowError | AssertionError refusal) {
            question.answer = List.of("- " + Texts.message_of(refusal));
        }
    }

    private void finish_first() {
        Running first = running.remove();
        List<String> found = new ArrayList<>(List.of(text_of(first.asked.schema())));
        try {
            first.asked.given().get().forEach((step, rows) -> {
                found.add("@ " + (step == Script.END ? "end" : step));
                for (Row row : rows) {
                    found.add(row.getKind().shortString() + " "
                        + text_of(row, first.asked.schema()));
                }
            });
            first.question.answer = found;
        } catch (InterruptedException | ExecutionException failure) {
            first.question.answer = List.of("! " + Texts.message_of(failure));
        }
    }
}
