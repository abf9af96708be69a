// The connector of tables whose rows come from a script, of sinks that keep what they are given,
// and of tables that a job looks rows up in.
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.sink.RichSinkFunction;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.RuntimeConverter;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkFunctionProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceFunctionProvider;
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;

@SuppressWarnings("deprecation")
public class ScriptConnector implements DynamicTableSourceFactory, DynamicTableSinkFactory {
    static final String LOOKUP = "lookup";
    // As in `I,UA,D`; nothing for a sink that takes what there is, LOOKUP to look rows up in.
    private static final ConfigOption<String> CHANGES =
        ConfigOptions.key("changes").stringType().defaultValue("");

    // Whose statement is being planned.
    static Script planned;

    @Override public String factoryIdentifier() {
        return "script";
    }

    @Override public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(CHANGES);
    }

    @Override public DynamicTableSource createDynamicTableSource(Context context) {
        String changes = changes_of(context);
        String name = context.getObjectIdentifier().getObjectName();
        DataType type = context.getPhysicalRowDataType();
        return changes.equals(LOOKUP) ? new LookupTable(name, type)
                                      : new Source(name, type, Engine.mode_of(changes));
    }

    @Override public DynamicTableSink createDynamicTableSink(Context context) {
        String changes = changes_of(context);
        return new Sink(context.getPhysicalRowDataType(),
            changes.isEmpty() ? null : Engine.mode_of(changes));
    }

    private static String changes_of(Context context) {
        return context.getCatalogTable().getOptions().getOrDefault(CHANGES.key(), "");
    }

    private record Source(String name, DataType type, ChangelogMode mode)
        implements ScanTableSource {
        @Override public ChangelogMode getChangelogMode() {
            return mode;
        }

        @Override public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
            return SourceFunctionProvider.of(new ScriptSource(planned.number, name,
                context.createDataStructureConverter(type)), false);
        }

        @Override public DynamicTableSource copy() {
            return new Source(name, type, mode);
        }

        @Override public String asSummaryString() {
            return name;
        }
    }

    private record Sink(DataType type, ChangelogMode mode) implements DynamicTableSink {
        @Override public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return mode == null ? requested : mode;
        }

        @Override public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
            return SinkFunctionProvider.of(
                new Keeper(planned.number, context.createDataStructureConverter(type)));
        }

        @Override public DynamicTableSink copy() {
            return new Sink(type, mode);
        }

        @Override public String asSummaryString() {
            return "script";
        }
    }

    private static class Keeper extends RichSinkFunction<RowData> {
        private final int script;
        private final DynamicTableSink.DataStructureConverter converter;

        Keeper(int script, DynamicTableSink.DataStructureConverter converter) {
            this.script = script;
            this.converter = converter;
        }

        @Override public void open(Configuration settings) {
            converter.open(RuntimeConverter.Context.create(getClass().getClassLoader()));
        }

        @Override public void invoke(RowData row, Context context) {
            Script.of(script).give((Row) converter.toExternal(row));
        }
    }

    private record LookupTable(String name, DataType type) implements LookupTableSource {
        @Override public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
            int[] keys = new int[context.getKeys().length];
            for (int i = 0; i < keys.length; ++i) keys[i] = context.getKeys()[i][0];
            return LookupFunctionProvider.of(new Lookup(planned.number, name, keys,
                context.createDataStructureConverter(type)));
        }

        @Override public DynamicTableSource copy() {
            return new LookupTable(name, type);
        }

        @Override public String asSummaryString() {
            return name;
        }
    }

    public static class Lookup extends LookupFunction {
        private final int script;
        private final String table;
        private final int[] keys;
        private final DynamicTableSource.DataStructureConverter converter;

        Lookup(int script, String table, int[] keys,
               DynamicTableSource.DataStructureConverter converter) {
            this.script = script;
            this.table = table;
            this.keys = keys;
            this.converter = converter;
        }

        @Override public void open(FunctionContext context) {
            converter.open(RuntimeConverter.Context.create(getClass().getClassLoader()));
        }

        @Override public Collection<RowData> lookup(RowData wanted) {
            List<RowData> found = new ArrayList<>();
            for (Row each : Script.of(script).contents_of(table)) {
                GenericRowData row = (GenericRowData) converter.toInternal(each);
                if (has_keys(row, (GenericRowData) wanted)) found.add(row);
            }
            return found;
        }

        // NULL equals nothing.
        private boolean has_keys(GenericRowData row, GenericRowData wanted) {
            for (int i = 0; i < keys.length; ++i) {
                Object value = row.getField(keys[i]);
                if (value == null || !Objects.equals(value, wanted.getField(i))) return false;
            }
            return true;
        }
    }
}
