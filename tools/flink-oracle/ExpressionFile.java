// A file of expressions, each with its type and its value for each row.
//
// A question to Flink costs far more than an expression, so many expressions share one SELECT. When
// that fails it is halved until those that fail are alone. Those that failed the last time start
// alone.
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.apache.flink.table.api.Table;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;

class ExpressionFile extends TestFile {
    static final int EXPRESSIONS_MAX = 50;

    private final List<Expression> block = new ArrayList<>();
    private String from = "";
    private int tables = 0;
    private int values = 0;

    ExpressionFile(Path path) throws Exception {
        super(path);
    }

    @Override String counts() {
        return questions.size() + " expressions, " + values + " values";
    }

    @Override void answer(Engine engine) throws Exception {
        List<String> columns = List.of();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); ++i) {
            String line = lines.get(i);
            if (is_comment(line)) continue;
            boolean isColumns = line.equals("columns") || line.startsWith("columns ");
            if (isColumns || line.startsWith("set ")) answer_block(engine, columns, rows);
            if (isColumns) {
                columns = Texts.split(line.substring("columns".length()), "(<", ")>");
                rows.clear();
            } else if (line.startsWith("set ")) {
                set(engine, line);
            } else if (line.startsWith("row ")) {
                rows.add(Texts.split(line.substring(4), "([", ")]"));
            } else {
                boolean isAnswered =
                    i + 1 < lines.size() && lines.get(i + 1).matches("[=!-] .*");
                block.add(new Expression(line, i,
                    isAnswered ? List.of(lines.get(i + 1)) : List.of()));
                if (isAnswered) ++i;
            }
        }
        answer_block(engine, columns, rows);
    }

    private void answer_block(Engine engine, List<String> columns, List<List<String>> rows)
        throws Exception {
        if (block.isEmpty()) return;
        try {
            from = "";
            if (!columns.isEmpty()) {
                String name = "t" + tables++;
                engine.declare_table(new Declaration(name, columns), rows);
                from = " FROM " + name;
            }
            run_block(engine);
            questions.addAll(block);
            values += block.size() * Math.max(1, rows.size());
        } catch (Exception wrong) {
            tell_wrong(block.get(0).line, "the table above is wrong", wrong);
        }
        block.clear();
    }

    private void run_block(Engine engine) throws Exception {
        List<Expression> together = new ArrayList<>();
        for (Expression each : block) {
            try {
                Table table = engine.query("SELECT " + each.text + from);
                each.type = table.getResolvedSchema().getColumnDataTypes().get(0)
                    .getLogicalType().asSummaryString();
                if (each.failed_before()) {
                    run(engine, List.of(each));
                } else {
                    together.add(each);
                }
            } catch (Exception | StackOverflowError | AssertionError refusal) {
                each.answer = List.of("- " + Texts.message_of(refusal));
            }
        }
        for (int i = 0; i < together.size(); i += EXPRESSIONS_MAX) {
            run(engine, together.subList(i, Math.min(i + EXPRESSIONS_MAX, together.size())));
        }
    }

    private void run(Engine engine, List<Expression> together) throws Exception {
        List<String> fields = new ArrayList<>();
        for (Expression each : together) fields.add(each.text + " AS f" + fields.size());
        try {
            Table table = engine.query("SELECT " + String.join(", ", fields) + from);
            List<DataType> types = table.getResolvedSchema().getColumnDataTypes();
            List<Row> rows = engine.rows_of(table);
            for (int i = 0; i < together.size(); ++i) {
                StringBuilder answer = new StringBuilder("= ").append(together.get(i).type);
                for (Row row : rows) {
                    LogicalType type = types.get(i).getLogicalType();
                    answer.append(" | ").append(Texts.text_of(row.getField(i), type));
                }
                together.get(i).answer = List.of(answer.toString());
            }
        } catch (Exception | StackOverflowError | AssertionError failure) {
            int half = together.size() / 2;
            if (half == 0) {
                together.get(0).answer = List.of("! " + Texts.message_of(failure));
            } else {
                run(engine, together.subList(0, half));
                run(engine, together.subList(half, together.size()));
            }
        }
    }

    static class Expression extends Question {
        String type;

        Expression(String text, int line, List<String> before) {
            super(text, line, line + 1, before);
        }
    }
}
