// One run of a script: hands its rows to the sources of a job one after the other, and keeps what
// the job gives, each row with the step that caused it.
//
// Job and script live in one process. A checkpoint after each row tells when all operators are
// done with it: its barriers cannot overtake a row, and it is complete when all have seen them. So
// the answer does not depend on how fast the machine is.
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

class Script {
    static final int END = Integer.MAX_VALUE;
    // The tasks of a new job take a moment to start.
    private static final int START_PAUSE_MS = 5;
    private static final Map<Integer, Script> all = new ConcurrentHashMap<>();

    final int number;
    private final List<Step> steps;
    // By the order in which the tables were declared, which is the order of their ends.
    private final List<String> tables;
    private final Map<String, ScriptSource> sources = new ConcurrentHashMap<>();
    private final Map<String, List<Row>> contents = new ConcurrentHashMap<>();
    private final TreeMap<Integer, List<Row>> given = new TreeMap<>();
    private int step = 0;

    // The row of a table, with its kind of change.
    record Step(String table, Row row) {}

    Script(List<Step> steps, List<String> tables) {
        this.steps = steps;
        this.tables = tables;
        number = all.size();
        all.put(number, this);
    }

    static Script of(int number) {
        return all.get(number);
    }

    void add(String table, ScriptSource source) {
        if (sources.put(table, source) != null) {
            throw new IllegalStateException("the plan reads the table " + table + " twice");
        }
    }

    synchronized void give(Row row) {
        given.computeIfAbsent(step, any -> new ArrayList<>()).add(row);
    }

    // The rows that the steps so far have left in a table.
    List<Row> contents_of(String table) {
        return contents.getOrDefault(table, List.of());
    }

    // What the job gave, by the number of the step, counted from 1, or END. A job that reads no table
    // gives all in step 0.
    Map<Integer, List<Row>> run(JobClient job, MiniCluster cluster) throws Exception {
        CompletableFuture<?> ended = job.getJobExecutionResult();
        wait_until_started(job, cluster, ended);
        if (sources.isEmpty()) {
            wait(ended, ended);
            return given;
        }
        for (Step each : steps) {
            begin(step + 1);
            change_contents(each);
            ScriptSource source = sources.get(each.table);
            if (source == null) continue;
            wait(source.emit(each.row), ended);
            wait(cluster.triggerCheckpoint(job.getJobID(), CheckpointType.FULL), ended);
        }
        begin(END);
        for (String table : tables) {
            ScriptSource source = sources.get(table);
            if (source == null) continue;
            wait(source.emit_last_watermark(), ended);
            wait(cluster.triggerCheckpoint(job.getJobID(), CheckpointType.FULL), ended);
        }
        for (ScriptSource source : sources.values()) source.cancel();
        wait(ended, ended);
        return given;
    }

    private synchronized void begin(int next) {
        step = next;
    }

    private void change_contents(Step change) {
        List<Row> rows = new ArrayList<>(contents_of(change.table));
        Row row = Row.copy(change.row);
        row.setKind(RowKind.INSERT);
        switch (change.row.getKind()) {
            case INSERT: case UPDATE_AFTER: rows.add(row); break;
            default: rows.remove(row);
        }
        contents.put(change.table, rows);
    }

    private static void wait_until_started(JobClient job, MiniCluster cluster,
                                           CompletableFuture<?> ended) throws Exception {
        while (!ended.isDone()) {
            try {
                cluster.triggerCheckpoint(job.getJobID(), CheckpointType.FULL).get();
                return;
            } catch (ExecutionException notYet) {
                Thread.sleep(START_PAUSE_MS);
            }
        }
    }

    // Throws what the job failed with when it ends before the event.
    private static void wait(CompletableFuture<?> event, CompletableFuture<?> ended)
        throws Exception {
        try {
            CompletableFuture.anyOf(event, ended).get(Engine.SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            // A checkpoint fails with the job, but does not know why.
            ended.get(Engine.SECONDS_MAX, TimeUnit.SECONDS);
            throw failure;
        }
        if (ended.isDone()) ended.get();
    }
}
