// The name, columns and constraints of a table as a file declares it: what stands between the
// brackets of CREATE TABLE.
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.types.DataType;

class Declaration {
    private static final Pattern HEAD = Pattern.compile(
        "(?<name>\\w+)\\s*(\\[(?<changes>[\\w,]*)\\])?\\s*\\((?<parts>.*)\\)", Pattern.DOTALL);
    private static final Pattern WATERMARK =
        Pattern.compile("WATERMARK\\s+FOR\\s+(\\w+)\\s+AS\\s+(.*)", Pattern.DOTALL);
    private static final Pattern KEY =
        Pattern.compile("PRIMARY\\s+KEY\\s*\\((.*)\\)\\s*NOT\\s+ENFORCED", Pattern.DOTALL);
    private static final String NAME = "(`[^`]*`|\\w+)";
    private static final Pattern COMPUTED =
        Pattern.compile(NAME + "\\s+AS\\s+(.*)", Pattern.DOTALL);
    private static final Pattern COLUMN = Pattern.compile(NAME + "\\s+(.*)", Pattern.DOTALL);

    final String name;
    final String changes;
    final String parts;
    final List<String> names = new ArrayList<>();
    private final List<String> types = new ArrayList<>();
    private final List<String[]> computed = new ArrayList<>();
    private final List<String> key = new ArrayList<>();
    private String[] watermark;

    Declaration(String name, List<String> parts) {
        this(name, "", String.join(", ", parts));
    }

    private Declaration(String name, String changes, String parts) {
        this.name = name;
        this.changes = changes;
        this.parts = parts;
        for (String part : Texts.split(parts, "(<", ")>")) {
            Matcher words;
            if ((words = WATERMARK.matcher(part)).matches()) {
                watermark = new String[] {words.group(1), words.group(2)};
            } else if ((words = KEY.matcher(part)).matches()) {
                key.addAll(Texts.split(words.group(1), "", ""));
            } else if ((words = COMPUTED.matcher(part)).matches()) {
                computed.add(new String[] {bare(words.group(1)), words.group(2)});
            } else if ((words = COLUMN.matcher(part)).matches()) {
                names.add(bare(words.group(1)));
                types.add(words.group(2).trim());
            }
        }
    }

    // Such as `t (a INT)` or `t[I,UA] (a INT)`.
    static Declaration of(String text) {
        Matcher words = HEAD.matcher(text.trim());
        if (!words.matches()) throw new IllegalArgumentException("cannot read this declaration");
        String changes = words.group("changes");
        return new Declaration(words.group("name"), changes == null ? "" : changes,
            words.group("parts"));
    }

    // The columns that a row gives, as SQL writes their types for a CAST.
    List<String> types_to_cast_to() {
        List<String> found = new ArrayList<>();
        for (String type : types) found.add(type.replaceAll(" NOT NULL$", ""));
        return found;
    }

    DataType row_type(DataTypeFactory factory) {
        List<DataTypes.Field> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); ++i) {
            fields.add(DataTypes.FIELD(names.get(i), type(factory, i)));
        }
        return DataTypes.ROW(fields.toArray(DataTypes.Field[]::new)).notNull();
    }

    Schema schema(DataTypeFactory factory) {
        Schema.Builder schema = Schema.newBuilder();
        for (int i = 0; i < names.size(); ++i) schema.column(names.get(i), type(factory, i));
        for (String[] each : computed) schema.columnByExpression(each[0], each[1]);
        if (watermark != null) schema.watermark(watermark[0], watermark[1]);
        if (!key.isEmpty()) schema.primaryKey(key);
        return schema.build();
    }

    private static String bare(String name) {
        return name.replace("`", "");
    }

    // CREATE TABLE makes the columns of a key NOT NULL, a Schema only asks that they are.
    private DataType type(DataTypeFactory factory, int column) {
        DataType type = factory.createDataType(types.get(column));
        return key.contains(names.get(column)) ? type.notNull() : type;
    }
}
