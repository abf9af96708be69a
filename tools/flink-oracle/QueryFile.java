// A file of statements: tables, what is asked of them, and what plan an endless run would have.
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.types.Row;

class QueryFile extends StatementFile {
    // Waiting for rows is most of a query's time, so while some run the next is planned.
    static final int RUNNING_MAX = 3;

    private final Deque<Running> running = new ArrayDeque<>();
    private Declaration table;
    private int table_line;
    private final List<List<String>> rows = new ArrayList<>();
    private int streams = 0;

    QueryFile(Path path) throws Exception {
        super(path);
    }

    @Override String counts() {
        return questions.size() - streams + " queries, " + streams + " plans";
    }

    @Override void answer(Engine engine, String word, Question question) throws Exception {
        String text = question.text;
        if (word.equals("row")) {
            rows.add(Texts.split(text, "([", ")]"));
            return;
        }
        declare_table(engine);
        switch (word) {
            case "set": set(engine, "set " + text); break;
            case "table":
                table = Declaration.of(text);
                table_line = question.line;
                break;
            case "changing": engine.declare_changing_table(Declaration.of(text)); break;
            case "sink": engine.declare_sink(Declaration.of(text)); break;
            case "view": engine.declare_view(text); break;
            case "query": case "ordered":
                questions.add(question);
                start(engine, question, word.equals("ordered"));
                break;
            case "stream":
                questions.add(question);
                ++streams;
                plan(engine, question);
                break;
            default: throw new IllegalArgumentException("what is '" + word + "'?");
        }
    }

    // The rows of a table follow it, so it can be declared when something else comes.
    private void declare_table(Engine engine) {
        if (table == null) return;
        try {
            engine.declare_table(table, rows);
        } catch (Exception wrong) {
            tell_wrong(table_line, "this table is wrong", wrong);
        }
        table = null;
        rows.clear();
    }

    private void start(Engine engine, Question question, boolean isOrdered) {
        if (running.size() == RUNNING_MAX) finish_first(engine);
        try {
            Table asked = engine.query(question.text);
            running.add(new Running(question, isOrdered, asked.getResolvedSchema(),
                asked.execute()));
        } catch (Exception | StackOverflowError | AssertionError refusal) {
            // Flink words so what goes wrong when it has planned and starts.
            boolean isRefusal = !(refusal instanceof TableException
                && "Failed to execute sql".equals(refusal.getMessage()));
            question.answer = List.of((isRefusal ? "- " : "! ") + Texts.message_of(refusal));
        }
    }

    @Override void finish(Engine engine) {
        while (!running.isEmpty()) finish_first(engine);
    }

    private void finish_first(Engine engine) {
        Running first = running.remove();
        try {
            List<String> found = new ArrayList<>();
            for (Row row : engine.rows_of(first.result)) found.add(text_of(row, first.schema));
            if (!first.isOrdered) Collections.sort(found);
            found.add(0, text_of(first.schema));
            first.question.answer = found;
        } catch (Exception | StackOverflowError | AssertionError failure) {
            first.question.answer = List.of("! " + Texts.message_of(failure));
        }
    }

    private static void plan(Engine engine, Question question) {
        try {
            question.answer = List.of("= " + Plan.of(engine.plan(question.text)));
        } catch (Exception | StackOverflowError | AssertionError refusal) {
            question.answer = List.of("- " + Texts.message_of(refusal));
        }
    }

    private record Running(Question question, boolean isOrdered, ResolvedSchema schema,
                           TableResult result) {}
}
