// The parser of Flink's planner: a statement a line comes in, and for each "+" with its own text of
// the tree goes out, or "-" with what is wrong.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.apache.calcite.config.Lex;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.flink.sql.parser.impl.FlinkSqlParserImpl;
import org.apache.flink.sql.parser.validate.FlinkSqlConformance;

public class FlinkParser {
    public static void main(String[] none) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // As Flink's planner sets it up.
        SqlParser.Config config = SqlParser.config().withParserFactory(FlinkSqlParserImpl.FACTORY)
            .withConformance(FlinkSqlConformance.DEFAULT).withLex(Lex.JAVA)
            .withIdentifierMaxLength(256);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(answer(line, config).replaceAll("\\s+", " "));
        }
    }

    static String answer(String statement, SqlParser.Config config) {
        try {
            return "+" + SqlParser.create(statement, config).parseStmtList().get(0);
        } catch (Exception error) {
            return "-" + error.getMessage();
        }
    }
}
