// A file of statements, each with the answer below it: tables, settings, and what is asked of them.
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;

abstract class StatementFile extends TestFile {
    // A row, a change of a row, or what stands above the changes of one step.
    private static final String ANSWER = "(\\||[+-][IUD] \\||@) .*";

    StatementFile(Path path) throws Exception {
        super(path);
    }

    // What the answer is put into may be filled in later, up to the end of finish().
    abstract void answer(Engine engine, String word, Question question) throws Exception;

    abstract void finish(Engine engine) throws Exception;

    @Override void answer(Engine engine) throws Exception {
        for (int i = 0; i < lines.size();) {
            int start = i;
            String line = lines.get(i++);
            if (is_comment(line)) continue;
            StringBuilder text = new StringBuilder(line);
            while (i < lines.size() && lines.get(i).startsWith("    ")) {
                text.append("\n").append(lines.get(i++).substring(4));
            }
            int answer = i;
            while (i < lines.size() && lines.get(i).matches(i == answer ? "[=!-] .*" : ANSWER)) {
                ++i;
            }
            String[] words = (text + " ").split("\\s", 2);
            try {
                answer(engine, words[0], new Question(words[1].trim(), start, answer,
                    lines.subList(answer, i)));
            } catch (Exception | StackOverflowError | AssertionError wrong) {
                tell_wrong(start, "cannot do this", wrong);
            }
        }
        finish(engine);
    }

    static String text_of(ResolvedSchema schema) {
        List<String> texts = new ArrayList<>();
        for (Column column : schema.getColumns()) {
            String name = column.getName();
            texts.add((name.matches("[A-Za-z_][\\w$]*") ? name : "`" + name + "`") + " "
                + column.getDataType().getLogicalType().asSummaryString());
        }
        return "= " + Texts.escaped(String.join(", ", texts));
    }

    static String text_of(Row row, ResolvedSchema schema) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < row.getArity(); ++i) {
            LogicalType type = schema.getColumnDataTypes().get(i).getLogicalType();
            text.append(i == 0 ? "| " : " | ").append(Texts.text_of(row.getField(i), type));
        }
        return text.toString();
    }
}
