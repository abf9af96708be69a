// The source of a table, which emits what its script tells it to.
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.source.RichSourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.table.connector.RuntimeConverter;
import org.apache.flink.table.connector.source.DynamicTableSource.DataStructureConverter;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.Row;

@SuppressWarnings("deprecation")
class ScriptSource extends RichSourceFunction<RowData> {
    private final int script;
    private final String table;
    private final DataStructureConverter converter;
    private transient BlockingQueue<Order> orders;

    // Without a row it is for the last watermark, or to end.
    private record Order(Row row, boolean isEnd, CompletableFuture<Void> done) {}

    ScriptSource(int script, String table, DataStructureConverter converter) {
        this.script = script;
        this.table = table;
        this.converter = converter;
    }

    CompletableFuture<Void> emit(Row row) {
        return put(row, false);
    }

    CompletableFuture<Void> emit_last_watermark() {
        return put(null, false);
    }

    @Override public void open(Configuration settings) {
        orders = new LinkedBlockingQueue<>();
        converter.open(RuntimeConverter.Context.create(getClass().getClassLoader()));
        Script.of(script).add(table, this);
    }

    @Override public void run(SourceContext<RowData> out) throws Exception {
        for (Order order = orders.take(); !order.isEnd; order = orders.take()) {
            synchronized (out.getCheckpointLock()) {
                if (order.row == null) {
                    out.emitWatermark(Watermark.MAX_WATERMARK);
                } else {
                    RowData row = (RowData) converter.toInternal(order.row);
                    row.setRowKind(order.row.getKind());
                    out.collect(row);
                }
            }
            order.done.complete(null);
        }
    }

    @Override public void cancel() {
        put(null, true);
    }

    private CompletableFuture<Void> put(Row row, boolean isEnd) {
        Order order = new Order(row, isEnd, new CompletableFuture<>());
        orders.add(order);
        return order.done;
    }
}
