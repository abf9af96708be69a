// Runs statements without end, over tables whose rows come from a script.
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentImpl;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.types.Row;

class ScriptedEngine implements AutoCloseable {
    private static final Pattern INSERT =
        Pattern.compile("INSERT\\s+INTO\\s+(\\w+)\\b.*", Pattern.DOTALL);

    private final MiniCluster cluster;
    private final StreamTableEnvironment flink;
    private final ExecutorService runs = Executors.newCachedThreadPool();

    // A statement whose job has begun.
    record Asked(ResolvedSchema schema, Future<Map<Integer, List<Row>>> given) {}

    ScriptedEngine(MiniCluster cluster, Configuration common) {
        this.cluster = cluster;
        Configuration settings = new Configuration(common);
        settings.setString("pipeline.auto-watermark-interval", "0 ms");
        settings.setString("execution.buffer-timeout.interval", "0 ms");
        // The script asks for checkpoints itself; nobody waits for one that comes by the clock.
        settings.setString("execution.checkpointing.interval", "1000 d");
        settings.setString("execution.checkpointing.min-pause", "0 ms");
        var streams = new StreamExecutionEnvironment(settings);
        flink = StreamTableEnvironment.create(streams);
        flink.getConfig().setLocalTimeZone(ZoneId.of("UTC"));
    }

    @Override public void close() {
        runs.shutdownNow();
    }

    void set(String key, String value) {
        flink.getConfig().set(key, value);
    }

    ZoneId zone() {
        return flink.getConfig().getLocalTimeZone();
    }

    DataTypeFactory types() {
        return ((TableEnvironmentImpl) flink).getCatalogManager().getDataTypeFactory();
    }

    void declare_table(Declaration table, String changes) {
        flink.executeSql("DROP TEMPORARY TABLE IF EXISTS " + table.name);
        flink.executeSql("CREATE TEMPORARY TABLE " + table.name + " (" + table.parts
            + ") WITH ('connector' = 'script', 'changes' = '" + changes + "')");
    }

    void declare_view(String text) {
        flink.executeSql("DROP TEMPORARY VIEW IF EXISTS " + text.split("\\s", 2)[0]);
        flink.executeSql("CREATE TEMPORARY VIEW " + text);
    }

    // The changes that a query gives, or those that the sink of an INSERT is given.
    Asked ask(String statement, Script script) {
        ScriptConnector.planned = script;
        ResolvedSchema schema;
        TableResult job;
        Matcher insert = INSERT.matcher(statement);
        if (insert.matches()) {
            schema = flink.from(insert.group(1)).getResolvedSchema();
            job = flink.executeSql(statement);
        } else {
            Table asked = flink.sqlQuery(statement);
            schema = asked.getResolvedSchema();
            job = asked.executeInsert(TableDescriptor.forConnector("script").build());
        }
        return new Asked(schema, runs.submit(() -> script.run(job.getJobClient().get(), cluster)));
    }
}
