// A cluster in this process, and the tables of the file that is being answered. What is run is run
// in batch mode; what is only planned is planned in streaming mode, over the same tables. What runs
// without end runs in a ScriptedEngine.
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentImpl;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;

class Engine implements AutoCloseable {
    static final int SECONDS_MAX = 20;
    static final String ALL_CHANGES = "I,UB,UA,D";
    private static final Map<String, RowKind> KINDS = Map.of("I", RowKind.INSERT, "UB",
        RowKind.UPDATE_BEFORE, "UA", RowKind.UPDATE_AFTER, "D", RowKind.DELETE);
    // Connectors of Flink by the changes that they take.
    private static final Map<String, String> SINKS = Map.of(
        "I", "'connector' = 'kafka', 'topic' = 'nowhere', 'format' = 'json', "
            + "'properties.bootstrap.servers' = 'nowhere:1'",
        "I,UA,D", "'connector' = 'blackhole'",
        ALL_CHANGES, "'connector' = 'print'");

    private final MiniCluster cluster;
    private final Configuration settings = new Configuration();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    private StreamExecutionEnvironment streams;
    private StreamTableEnvironment batch;
    private StreamExecutionEnvironment endless_streams;
    private StreamTableEnvironment endless;

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
        batch = environment(streams, RuntimeExecutionMode.BATCH);
        endless_streams = new StreamExecutionEnvironment(settings);
        endless = environment(endless_streams, RuntimeExecutionMode.STREAMING);
        batch.createTemporaryView("one_", streams.fromData(true).returns(Types.BOOLEAN),
            Schema.newBuilder().columnByExpression("yes_", "f0").build());
    }

    ScriptedEngine scripted() {
        return new ScriptedEngine(cluster, settings);
    }

    void set(String key, String value) {
        batch.getConfig().set(key, value);
        endless.getConfig().set(key, value);
    }

    // The rows come from a source that the planner cannot look into, else it would answer by
    // folding constants. A source of one task also keeps their order.
    void declare_table(Declaration table, List<List<String>> values) throws Exception {
        var information = ExternalTypeInfo.<Row>of(table.row_type(types()));
        Schema schema = table.schema(types());
        List<Row> rows = values.isEmpty() ? List.of() : rows_of(table, values);
        batch.createTemporaryView(table.name, streams.fromCollection(rows, information), schema);
        endless.createTemporaryView(table.name,
            endless_streams.fromCollection(List.<Row>of(), information), schema);
    }

    // Only to plan with, as batch mode reads nothing but inserts.
    void declare_changing_table(Declaration table) {
        var information = ExternalTypeInfo.<Row>of(table.row_type(types()));
        endless.createTemporaryView(table.name, endless.fromChangelogStream(
            endless_streams.fromCollection(List.<Row>of(), information), table.schema(types()),
            mode_of(table.changes.isEmpty() ? ALL_CHANGES : table.changes)));
    }

    void declare_sink(Declaration table) {
        String changes = table.changes.isEmpty() ? "I,UA,D" : table.changes;
        endless.executeSql("CREATE TEMPORARY TABLE " + table.name + " (" + table.parts
            + ") WITH (" + SINKS.get(changes) + ")");
    }

    // A view of what only one of the modes can read is there for that mode only.
    void declare_view(String text) {
        String statement = "CREATE TEMPORARY VIEW " + text;
        boolean isKnown = false;
        RuntimeException refusal = null;
        for (StreamTableEnvironment each : List.of(batch, endless)) {
            try {
                each.executeSql(statement);
                isKnown = true;
            } catch (RuntimeException failure) {
                refusal = failure;
            }
        }
        if (!isKnown) throw refusal;
    }

    Table query(String text) {
        return batch.sqlQuery(text);
    }

    // What Flink would do with an endless run of the statement.
    String plan(String statement) {
        return endless.explainSql(statement, ExplainDetail.CHANGELOG_MODE);
    }

    List<Row> rows_of(Table table) throws Exception {
        return rows_of(table.execute());
    }

    List<Row> rows_of(TableResult result) throws Exception {
        // The planner wants to be used by one thread, so another one holds the watch.
        Thread asking = Thread.currentThread();
        ScheduledFuture<?> alarm =
            watch.schedule(asking::interrupt, SECONDS_MAX, TimeUnit.SECONDS);
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> found = result.collect()) {
            found.forEachRemaining(rows::add);
        } finally {
            alarm.cancel(false);
            Thread.interrupted();
        }
        return rows;
    }

    // What the SQL expressions for each row come to.
    private List<Row> rows_of(Declaration table, List<List<String>> rows) throws Exception {
        List<String> types = table.types_to_cast_to();
        List<String> selects = new ArrayList<>();
        for (List<String> row : rows) {
            if (row.size() != types.size()) {
                throw new IllegalArgumentException("a row of " + row.size() + " values");
            }
            List<String> values = new ArrayList<>(List.of(selects.size() + " AS position_"));
            for (int i = 0; i < types.size(); ++i) {
                // A constant NaN would be folded, which fails.
                String value = row.get(i);
                if (value.matches("'-?(NaN|Infinity)'")) {
                    value = "CASE WHEN yes_ THEN " + value + " END";
                }
                values.add("CAST(" + value + " AS " + types.get(i) + ")");
            }
            selects.add("SELECT " + String.join(", ", values) + " FROM one_");
        }
        Row[] found = new Row[rows.size()];
        for (Row row : rows_of(query(String.join(" UNION ALL ", selects)))) {
            Row bare = new Row(row.getKind(), types.size());
            for (int i = 0; i < types.size(); ++i) bare.setField(i, row.getField(i + 1));
            found[(Integer) row.getField(0)] = bare;
        }
        return Arrays.asList(found);
    }

    private DataTypeFactory types() {
        return ((TableEnvironmentImpl) batch).getCatalogManager().getDataTypeFactory();
    }

    // The kinds of change that a list such as `I,UA,D` names.
    static ChangelogMode mode_of(String changes) {
        ChangelogMode.Builder mode = ChangelogMode.newBuilder();
        for (String each : changes.split(",")) mode.addContainedKind(KINDS.get(each));
        return mode.build();
    }

    private static StreamTableEnvironment environment(
        StreamExecutionEnvironment streams, RuntimeExecutionMode mode) {
        streams.setRuntimeMode(mode);
        streams.setParallelism(1);
        StreamTableEnvironment flink = StreamTableEnvironment.create(streams);
        flink.getConfig().setLocalTimeZone(ZoneId.of("UTC"));
        return flink;
    }
}
