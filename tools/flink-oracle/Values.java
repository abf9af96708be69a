// Values from the way in which scripts write them: plain literals, read without asking Flink, for a
// question to it costs far more than all rows of a script.
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.types.Row;

class Values {
    private static final Pattern TEXT =
        Pattern.compile("(?:DATE |TIME |TIMESTAMP )?'(.*)'", Pattern.DOTALL);

    // SQL has no literal for an empty array, so this function's answer stands for one.
    private static final String EMPTY_ARRAY = "ARRAY_REMOVE(";

    // Such as `NULL`, `1.5`, `'NaN'`, `TIMESTAMP '2024-01-01 00:00:00'`, `ARRAY[1, NULL]`.
    static Object of(String text, DataType type, ZoneId zone) {
        if (text.equals("NULL")) return null;
        Matcher quoted = TEXT.matcher(text);
        String plain = quoted.matches() ? quoted.group(1).replace("''", "'") : text;
        switch (type.getLogicalType().getTypeRoot()) {
            case VARCHAR: return plain;
            case BOOLEAN: return Boolean.valueOf(plain);
            case TINYINT: return Byte.valueOf(plain);
            case SMALLINT: return Short.valueOf(plain);
            case INTEGER: return Integer.valueOf(plain);
            case BIGINT: return Long.valueOf(plain);
            case FLOAT: return Float.valueOf(plain);
            case DOUBLE: return Double.valueOf(plain);
            case DECIMAL: {
                int scale = ((DecimalType) type.getLogicalType()).getScale();
                return new BigDecimal(plain).setScale(scale, RoundingMode.HALF_UP);
            }
            case DATE: return LocalDate.parse(plain);
            case TIME_WITHOUT_TIME_ZONE: return LocalTime.parse(plain);
            case TIMESTAMP_WITHOUT_TIME_ZONE: return moment(plain);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE: return moment(plain).atZone(zone).toInstant();
            case ARRAY: {
                List<String> parts =
                    text.startsWith(EMPTY_ARRAY) ? List.of() : inner(text, "ARRAY[", "]");
                DataType element = type.getChildren().get(0);
                Object array = Array.newInstance(element.getConversionClass(), parts.size());
                for (int i = 0; i < parts.size(); ++i) {
                    Array.set(array, i, of(parts.get(i), element, zone));
                }
                return array;
            }
            case MAP: {
                List<String> parts = inner(text, "MAP[", "]");
                Map<Object, Object> map = new HashMap<>();
                for (int i = 0; i < parts.size(); i += 2) {
                    map.put(of(parts.get(i), type.getChildren().get(0), zone),
                        of(parts.get(i + 1), type.getChildren().get(1), zone));
                }
                return map;
            }
            case ROW: return row(inner(text, "ROW(", ")"), type, zone);
            default: throw new IllegalArgumentException("no script has values of " + type);
        }
    }

    static Row row(List<String> texts, DataType type, ZoneId zone) {
        List<DataType> types = type.getChildren();
        if (texts.size() != types.size()) {
            throw new IllegalArgumentException("a row of " + texts.size() + " values");
        }
        Row row = new Row(types.size());
        for (int i = 0; i < types.size(); ++i) row.setField(i, of(texts.get(i), types.get(i), zone));
        return row;
    }

    private static LocalDateTime moment(String text) {
        return LocalDateTime.parse(text.replace(' ', 'T'));
    }

    private static List<String> inner(String text, String opening, String closing) {
        if (!text.startsWith(opening) || !text.endsWith(closing)) {
            throw new IllegalArgumentException("cannot read " + text);
        }
        return Texts.split(text.substring(opening.length(), text.length() - closing.length()),
            "([", ")]");
    }
}
