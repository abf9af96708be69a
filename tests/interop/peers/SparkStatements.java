// A Spark that does what it is told: a line with a statement comes in, a line of JSON goes out, either
// {"rows": [{column: value}, …]} or {"error": "…"}. The arguments are settings, "name=value".
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

public class SparkStatements {
    public static void main(String[] settings) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        SparkSession.Builder builder = SparkSession.builder();
        for (String setting : settings) {
            String[] pair = setting.split("=", 2);
            builder = builder.config(pair[0], pair[1]);
        }
        SparkSession spark = builder.getOrCreate();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(answer(spark, line));
        }
        spark.stop();
    }

    static String answer(SparkSession spark, String statement) {
        try {
            return spark.sql(statement).collectAsList().stream().map(Row::json)
                .collect(Collectors.joining(",", "{\"rows\":[", "]}"));
        } catch (Throwable failure) {
            return "{\"error\":" + quoted(String.valueOf(failure)) + "}";
        }
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
