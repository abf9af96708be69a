// Lets a real Flink answer the expressions of tests/sql/expressions; README.md there describes the
// files.
//
//     FlinkOracle [--write] FILE…
//
// Prints what differs from the answers that a file holds, and what a file lacks; with --write it
// changes the file. Exits with 1 when something differed and was not written.
//
// A question to Flink costs far more than an expression, so many expressions share one SELECT. When
// that fails it is halved until those that fail are alone. Those that failed the last time start
// alone.
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentImpl;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

public class FlinkOracle {
    static final int EXPRESSIONS_MAX = 50;
    static final int MESSAGE_LENGTH_MAX = 120;
    static final int SECONDS_MAX = 20;

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
                TestFile test = new TestFile(Path.of(file));
                test.answer(engine);
                differences += test.tell_differences(isWriting);
                told.printf("oracle: %s: %d expressions, %d values, %.0f s%n", file,
                    test.expressions, test.values, (System.nanoTime() - start) / 1e9);
                if (isWriting) test.write();
            }
        }
        return differences;
    }

    // The lines of a file, of which some are expressions with their answers.
    static class TestFile {
        final Path path;
        final List<String> lines;
        final List<Question> questions = new ArrayList<>();
        int expressions = 0;
        int values = 0;
        int wrong_tables = 0;

        TestFile(Path path) throws Exception {
            this.path = path;
            lines = new ArrayList<>(Files.readAllLines(path));
        }

        void answer(Engine engine) throws Exception {
            engine.begin();
            List<String> columns = List.of();
            List<List<String>> rows = new ArrayList<>();
            List<Question> block = new ArrayList<>();
            for (int i = 0; i < lines.size(); ++i) {
                String line = lines.get(i);
                if (line.isBlank() || line.startsWith("# ") || line.equals("#")) continue;
                boolean isColumns = line.equals("columns") || line.startsWith("columns ");
                if (isColumns || line.startsWith("set ")) {
                    answer(engine, columns, rows, block);
                }
                if (isColumns) {
                    columns = split(line.substring("columns".length()), "(<", ")>");
                    rows.clear();
                } else if (line.startsWith("set ")) {
                    String[] setting = line.substring(4).split("=", 2);
                    engine.set(setting[0].trim(), setting[1].trim());
                } else if (line.startsWith("row ")) {
                    rows.add(split(line.substring(4), "([", ")]"));
                } else {
                    boolean isAnswered =
                        i + 1 < lines.size() && lines.get(i + 1).matches("[=!-] .*");
                    block.add(new Question(line, i, isAnswered ? lines.get(++i) : null));
                }
            }
            answer(engine, columns, rows, block);
        }

        private void answer(Engine engine, List<String> columns, List<List<String>> rows,
            List<Question> block) throws Exception {
            if (block.isEmpty()) return;
            try {
                engine.use_table(columns, rows);
                engine.answer(block);
                questions.addAll(block);
                expressions += block.size();
                values += block.size() * Math.max(1, rows.size());
            } catch (Exception wrong) {
                told.printf("%s:%d: the table above is wrong: %s%n", path,
                    block.get(0).line + 1, message_of(wrong));
                ++wrong_tables;
            }
            block.clear();
        }

        // An answer to what had none is worth no word when it goes into the file.
        int tell_differences(boolean isWriting) {
            int differences = wrong_tables;
            for (Question question : questions) {
                if (question.is_as_before()) continue;
                ++differences;
                if (isWriting && question.before == null) continue;
                told.printf("%s:%d: %s%n    before %s%n    now    %s%n", path,
                    question.line + 1, question.expression,
                    question.before == null ? "nothing" : question.before, question.answer);
            }
            return differences;
        }

        void write() throws Exception {
            for (int i = questions.size() - 1; i >= 0; --i) {
                Question question = questions.get(i);
                if (question.is_as_before()) continue;
                if (question.before != null) lines.remove(question.line + 1);
                lines.add(question.line + 1, question.answer);
            }
            Files.write(path, lines);
        }
    }

    static class Question {
        final String expression;
        final int line;
        final String before;
        String type;
        String answer;

        Question(String expression, int line, String before) {
            this.expression = expression;
            this.line = line;
            this.before = before;
        }

        // How a failure is worded may change from run to run, that it is one may not.
        boolean is_as_before() {
            if (before == null) return false;
            return before.startsWith("= ") ? before.equals(answer)
                                           : before.charAt(0) == answer.charAt(0);
        }

        boolean failed_before() {
            return before != null && before.startsWith("! ");
        }
    }

    // A cluster in this process, and the tables of the file that is being answered.
    static class Engine implements AutoCloseable {
        private final MiniCluster cluster;
        private final Configuration settings = new Configuration();
        private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor();
        private StreamExecutionEnvironment streams;
        private StreamTableEnvironment flink;
        private String from;
        private int tables = 0;

        Engine() throws Exception {
            settings.setString("rest.address", "localhost");
            settings.setString("rest.bind-address", "localhost");
            settings.setString("rest.port", "0");
            settings.setString("rest.bind-port", "0");
            settings.setString("jobstore.max-capacity", "10");
            settings.setString("restart-strategy.type", "none");
            settings.setString("parallelism.default", "1");
            settings.setString("classloader.check-leaked-classloader", "false");
            cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(settings).setNumTaskManagers(1).setNumSlotsPerTaskManager(4)
                .build());
            cluster.start();
            settings.setString("execution.target", "remote");
            settings.setString("rest.port", "" + cluster.getRestAddress().get().getPort());
        }

        @Override public void close() throws Exception {
            watch.shutdownNow();
            cluster.close();
        }

        void begin() {
            streams = new StreamExecutionEnvironment(settings);
            streams.setRuntimeMode(RuntimeExecutionMode.BATCH);
            streams.setParallelism(1);
            flink = StreamTableEnvironment.create(streams);
            flink.getConfig().setLocalTimeZone(ZoneId.of("UTC"));
            flink.createTemporaryView("one_", streams.fromData(true).returns(Types.BOOLEAN),
                Schema.newBuilder().columnByExpression("yes_", "f0").build());
        }

        void set(String key, String value) {
            flink.getConfig().set(key, value);
        }

        // The rows come from a source that the planner cannot look into, else it would answer by
        // folding constants. A source of one task also keeps their order.
        void use_table(List<String> columns, List<List<String>> rows) throws Exception {
            from = "";
            if (columns.isEmpty()) return;
            var types = ((TableEnvironmentImpl) flink).getCatalogManager().getDataTypeFactory();
            Schema.Builder schema = Schema.newBuilder();
            List<DataTypes.Field> fields = new ArrayList<>();
            for (String column : columns) {
                String[] words = column.split(" ", 2);
                DataType type = types.createDataType(words[1].trim());
                fields.add(DataTypes.FIELD(words[0], type));
                schema.column(words[0], type);
            }
            List<String> selects = new ArrayList<>();
            for (List<String> row : rows) {
                List<String> values = new ArrayList<>(List.of(selects.size() + " AS position_"));
                for (int i = 0; i < columns.size(); ++i) {
                    String type = columns.get(i).split(" ", 2)[1].replaceAll(" NOT NULL$", "");
                    // A constant NaN would be folded, which fails.
                    String value = row.get(i);
                    if (value.matches("'-?(NaN|Infinity)'")) {
                        value = "CASE WHEN yes_ THEN " + value + " END";
                    }
                    values.add("CAST(" + value + " AS " + type + ")");
                }
                selects.add("SELECT " + String.join(", ", values) + " FROM one_");
            }
            Row[] found = new Row[rows.size()];
            for (Row row : rows_of(flink.sqlQuery(String.join(" UNION ALL ", selects)))) {
                Row bare = new Row(row.getKind(), columns.size());
                for (int i = 0; i < columns.size(); ++i) bare.setField(i, row.getField(i + 1));
                found[(Integer) row.getField(0)] = bare;
            }
            DataType row = DataTypes.ROW(fields.toArray(DataTypes.Field[]::new)).notNull();
            String name = "t" + tables++;
            flink.createTemporaryView(name,
                streams.fromCollection(Arrays.asList(found), ExternalTypeInfo.of(row)),
                schema.build());
            from = " FROM " + name;
        }

        void answer(List<Question> questions) throws Exception {
            List<Question> together = new ArrayList<>();
            for (Question question : questions) {
                try {
                    Table table = flink.sqlQuery("SELECT " + question.expression + from);
                    question.type =
                        table.getResolvedSchema().getColumnDataTypes().get(0).getLogicalType()
                            .asSummaryString();
                    if (question.failed_before()) {
                        run(List.of(question));
                    } else {
                        together.add(question);
                    }
                } catch (Exception | StackOverflowError | AssertionError refusal) {
                    question.answer = "- " + message_of(refusal);
                }
            }
            for (int i = 0; i < together.size(); i += EXPRESSIONS_MAX) {
                run(together.subList(i, Math.min(i + EXPRESSIONS_MAX, together.size())));
            }
        }

        private void run(List<Question> questions) throws Exception {
            List<String> fields = new ArrayList<>();
            for (Question question : questions) {
                fields.add(question.expression + " AS f" + fields.size());
            }
            try {
                Table table = flink.sqlQuery("SELECT " + String.join(", ", fields) + from);
                List<DataType> types = table.getResolvedSchema().getColumnDataTypes();
                List<Row> rows = rows_of(table);
                for (int i = 0; i < questions.size(); ++i) {
                    StringBuilder answer = new StringBuilder("= ").append(questions.get(i).type);
                    for (Row row : rows) {
                        LogicalType type = types.get(i).getLogicalType();
                        answer.append(" | ").append(text_of(row.getField(i), type));
                    }
                    questions.get(i).answer = answer.toString();
                }
            } catch (Exception | StackOverflowError | AssertionError failure) {
                int half = questions.size() / 2;
                if (half == 0) {
                    questions.get(0).answer = "! " + message_of(failure);
                } else {
                    run(questions.subList(0, half));
                    run(questions.subList(half, questions.size()));
                }
            }
        }

        private List<Row> rows_of(Table table) throws Exception {
            // The planner wants to be used by one thread, so another one holds the watch.
            Thread asking = Thread.currentThread();
            ScheduledFuture<?> alarm =
                watch.schedule(asking::interrupt, SECONDS_MAX, TimeUnit.SECONDS);
            List<Row> rows = new ArrayList<>();
            try (CloseableIterator<Row> found = table.execute().collect()) {
                found.forEachRemaining(rows::add);
            } finally {
                alarm.cancel(false);
                Thread.interrupted();
            }
            return rows;
        }
    }

    // What stands between the commas that are in no bracket and no quotes.
    static List<String> split(String text, String opening, String closing) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        boolean isQuoted = false;
        for (int i = 0; i < text.length(); ++i) {
            char c = text.charAt(i);
            if (c == '\'') isQuoted = !isQuoted;
            if (isQuoted) continue;
            if (opening.indexOf(c) >= 0) ++depth;
            if (closing.indexOf(c) >= 0) --depth;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i).trim());
                start = i + 1;
            }
        }
        if (!text.substring(start).isBlank()) parts.add(text.substring(start).trim());
        return parts;
    }

    static String message_of(Throwable failure) {
        while (failure.getCause() != null) failure = failure.getCause();
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        text = text.replaceFirst("^(\\w+[.$])+\\w*(Exception|Error): ", "").replaceAll("\\s+", " ");
        text = escaped(text.replaceFirst("^From line \\d+.*?: ", "").trim());
        int end = Math.min(text.length(), MESSAGE_LENGTH_MAX);
        return text.isEmpty() ? failure.getClass().getSimpleName() : text.substring(0, end).trim();
    }

    static String text_of(Object value, LogicalType type) {
        if (value == null) return "NULL";
        List<LogicalType> inner = type.getChildren();
        switch (type.getTypeRoot()) {
            case CHAR: case VARCHAR: {
                String text = value.toString().replace("\\", "\\\\").replace("'", "''");
                return "'" + escaped(text) + "'";
            }
            case BINARY: case VARBINARY: {
                StringBuilder hex = new StringBuilder("x'");
                for (byte each : (byte[]) value) hex.append(String.format("%02x", each));
                return hex.append("'").toString();
            }
            case BOOLEAN: return (Boolean) value ? "TRUE" : "FALSE";
            case DECIMAL: return ((BigDecimal) value).toPlainString();
            case DATE: return day((LocalDate) value);
            case TIME_WITHOUT_TIME_ZONE: return clock((LocalTime) value);
            case TIMESTAMP_WITHOUT_TIME_ZONE: return moment((LocalDateTime) value);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return moment(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC)) + "Z";
            case INTERVAL_YEAR_MONTH: return "" + ((Period) value).toTotalMonths();
            case INTERVAL_DAY_TIME: return "" + ((Duration) value).toMillis();
            case ARRAY: {
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < java.lang.reflect.Array.getLength(value); ++i) {
                    texts.add(text_of(java.lang.reflect.Array.get(value, i), inner.get(0)));
                }
                return "[" + String.join(", ", texts) + "]";
            }
            case MAP: case MULTISET: {
                Map<String, String> texts = new TreeMap<>();
                ((Map<?, ?>) value).forEach((key, each) -> texts.put(text_of(key, inner.get(0)),
                    inner.size() == 1 ? each.toString() : text_of(each, inner.get(1))));
                List<String> pairs = new ArrayList<>();
                texts.forEach((key, each) -> pairs.add(key + "=" + each));
                return "{" + String.join(", ", pairs) + "}";
            }
            case ROW: {
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < inner.size(); ++i) {
                    texts.add(text_of(((Row) value).getField(i), inner.get(i)));
                }
                return "(" + String.join(", ", texts) + ")";
            }
            default: return value.toString();
        }
    }

    static String day(LocalDate date) {
        return DateTimeFormatter.ISO_LOCAL_DATE.format(date);
    }

    static String clock(LocalTime time) {
        String fraction = String.format(".%09d", time.getNano()).replaceFirst("\\.?0+$", "");
        return String.format("%02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond())
            + fraction;
    }

    static String moment(LocalDateTime time) {
        return day(time.toLocalDate()) + " " + clock(time.toLocalTime());
    }

    // Without what would break the line, the separator of values or the file's encoding.
    static String escaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); ++i) {
            char c = text.charAt(i);
            boolean isPair = Character.isHighSurrogate(c) && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
            if (isPair) {
                plain.append(c).append(text.charAt(++i));
            } else if (c == '\n') {
                plain.append("\\n");
            } else if (c == '\t') {
                plain.append("\\t");
            } else if (c == '\r') {
                plain.append("\\r");
            } else if (c == '|' || Character.isISOControl(c) || Character.isSurrogate(c)
                       || c == '\u2028' || c == '\u2029') {
                plain.append(String.format("\\u%04x", (int) c));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
