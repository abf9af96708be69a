// A Flink that takes jobs over its REST interface. The first line out has its address; then each line in is a
// statement, and the line out the id of the job that it starts: {"rows": [["…"]]}, or {"error": "…"}.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

public class FlinkSession {
    public static void main(String[] words) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        Configuration settings = new Configuration();
        settings.setString("rest.address", "127.0.0.1");
        settings.setString("rest.bind-port", "0");
        settings.setString("execution.checkpointing.savepoint-dir", "file://" + words[0]);
        MiniCluster cluster = new MiniCluster(
            new MiniClusterConfiguration.Builder().setConfiguration(settings).setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(4).build());
        cluster.start();
        int port = cluster.getRestAddress().get().getPort();
        answers.println(rows("http://127.0.0.1:" + port));

        Configuration client = new Configuration();
        client.setString("execution.target", "remote");
        client.setString("rest.address", "127.0.0.1");
        client.setString("rest.port", "" + port);
        client.setString("parallelism.default", "1");
        TableEnvironment flink = TableEnvironment.create(
            EnvironmentSettings.newInstance().withConfiguration(client).inStreamingMode().build());
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(answer(flink, line));
        }
    }

    static String answer(TableEnvironment flink, String line) {
        try {
            if (line.startsWith("SET ")) {
                String[] words = line.split("'");
                flink.getConfig().set(words[1], words[3]);
                return rows("");
            }
            return rows(flink.executeSql(line).getJobClient()
                .map(job -> job.getJobID().toString()).orElse(""));
        } catch (Throwable failure) {
            return "{\"error\":\"" + failure.toString().replaceAll("[\"\\\\\\p{Cntrl}]", " ") + "\"}";
        }
    }

    static String rows(String text) {
        return "{\"rows\":[[\"" + text + "\"]]}";
    }
}
