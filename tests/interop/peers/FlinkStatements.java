// A Flink that does what it is told: a line with a statement comes in, a line of JSON goes out, either
// {"rows": [[value, …], …]} or {"error": "…"}. What a statement starts has ended by then, but for a
// statement set, which goes on. "BATCH" and "STREAMING" begin anew in that mode, "SET key value"
// changes a setting.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

public class FlinkStatements {
    public static void main(String[] none) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(answer(line));
        }
    }

    static TableEnvironment flink;

    static String answer(String statement) {
        try {
            EnvironmentSettings.Builder mode = EnvironmentSettings.newInstance();
            if (statement.equals("BATCH")) mode = mode.inBatchMode();
            if (flink == null || statement.matches("BATCH|STREAMING")) {
                flink = TableEnvironment.create(mode.build());
                return "{\"rows\":[]}";
            }
            if (statement.startsWith("SET ")) {
                String[] words = statement.split(" ", 3);
                flink.getConfig().set(words[1], words[2]);
                return "{\"rows\":[]}";
            }
            TableResult result = flink.executeSql(statement);
            if (statement.startsWith("EXECUTE STATEMENT SET ")) return "{\"rows\":[]}";
            List<String> rows = new ArrayList<>();
            if (statement.startsWith("INSERT ")) {
                result.await();
                return "{\"rows\":[]}";
            }
            try (CloseableIterator<Row> found = result.collect()) {
                found.forEachRemaining(row -> rows.add(as_json(row)));
            }
            return "{\"rows\":[" + String.join(",", rows) + "]}";
        } catch (Throwable failure) {
            Throwable cause = failure;
            while (cause.getCause() != null) cause = cause.getCause();
            return "{\"error\":" + quoted(failure + " because of " + cause) + "}";
        }
    }

    static String as_json(Row row) {
        List<String> values = new ArrayList<>();
        for (int column = 0; column < row.getArity(); ++column) {
            Object value = row.getField(column);
            boolean isPlain = value == null || value instanceof Number || value instanceof Boolean;
            values.add(isPlain ? String.valueOf(value) : quoted(value.toString()));
        }
        return "[" + String.join(",", values) + "]";
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> {
            boolean isPlain = c >= ' ' && c != '"' && c != '\\';
            json.append(isPlain ? String.valueOf((char) c) : String.format("\\u%04x", c));
        });
        return json.append('"').toString();
    }
}
