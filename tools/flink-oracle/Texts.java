// How values and failures are written in the files, and how lists in them are taken apart.
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.Row;

class Texts {
    static final int MESSAGE_LENGTH_MAX = 120;

    // What stands between the commas that are in no bracket and no quotes.
    static List<String> split(String text, String opening, String closing) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        boolean isQuoted = false;
        for (int i = 0; i < text.length(); ++i) {
            char c = text.charAt(i);
            if (c == '\'') isQuoted = !isQuoted;
            if (isQuoted) continue;
            if (opening.indexOf(c) >= 0) ++depth;
            if (closing.indexOf(c) >= 0) --depth;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i).trim());
                start = i + 1;
            }
        }
        if (!text.substring(start).isBlank()) parts.add(text.substring(start).trim());
        return parts;
    }

    static String message_of(Throwable failure) {
        while (failure.getCause() != null) failure = failure.getCause();
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        text = text.replaceFirst("^(\\w+[.$])+\\w*(Exception|Error): ", "").replaceAll("\\s+", " ");
        text = escaped(text.replaceFirst("^From line \\d+.*?: ", "").trim());
        int end = Math.min(text.length(), MESSAGE_LENGTH_MAX);
        return text.isEmpty() ? failure.getClass().getSimpleName() : text.substring(0, end).trim();
    }

    static String text_of(Object value, LogicalType type) {
        if (value == null) return "NULL";
        List<LogicalType> inner = type.getChildren();
        switch (type.getTypeRoot()) {
            case CHAR: case VARCHAR: {
                String text = value.toString().replace("\\", "\\\\").replace("'", "''");
                return "'" + escaped(text) + "'";
            }
            case BINARY: case VARBINARY: {
                StringBuilder hex = new StringBuilder("x'");
                for (byte each : (byte[]) value) hex.append(String.format("%02x", each));
                return hex.append("'").toString();
            }
            case BOOLEAN: return (Boolean) value ? "TRUE" : "FALSE";
            case DECIMAL: return ((BigDecimal) value).toPlainString();
            case DATE: return day((LocalDate) value);
            case TIME_WITHOUT_TIME_ZONE: return clock((LocalTime) value);
            case TIMESTAMP_WITHOUT_TIME_ZONE: return moment((LocalDateTime) value);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return moment(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC)) + "Z";
            case INTERVAL_YEAR_MONTH: return "" + ((Period) value).toTotalMonths();
            case INTERVAL_DAY_TIME: return "" + ((Duration) value).toMillis();
            case ARRAY: {
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < java.lang.reflect.Array.getLength(value); ++i) {
                    texts.add(text_of(java.lang.reflect.Array.get(value, i), inner.get(0)));
                }
                return "[" + String.join(", ", texts) + "]";
            }
            case MAP: case MULTISET: {
                Map<String, String> texts = new TreeMap<>();
                ((Map<?, ?>) value).forEach((key, each) -> texts.put(text_of(key, inner.get(0)),
                    inner.size() == 1 ? each.toString() : text_of(each, inner.get(1))));
                List<String> pairs = new ArrayList<>();
                texts.forEach((key, each) -> pairs.add(key + "=" + each));
                return "{" + String.join(", ", pairs) + "}";
            }
            case ROW: {
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < inner.size(); ++i) {
                    texts.add(text_of(((Row) value).getField(i), inner.get(i)));
                }
                return "(" + String.join(", ", texts) + ")";
            }
            default: return value.toString();
        }
    }

    static String day(LocalDate date) {
        return DateTimeFormatter.ISO_LOCAL_DATE.format(date);
    }

    static String clock(LocalTime time) {
        String fraction = String.format(".%09d", time.getNano()).replaceFirst("\\.?0+$", "");
        return String.format("%02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond())
            + fraction;
    }

    static String moment(LocalDateTime time) {
        return day(time.toLocalDate()) + " " + clock(time.toLocalTime());
    }

    // Without what would break the line, the separator of values or the file's encoding.
    static String escaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); ++i) {
            char c = text.charAt(i);
            boolean isPair = Character.isHighSurrogate(c) && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
            if (isPair) {
                plain.append(c).append(text.charAt(++i));
            } else if (c == '\n') {
                plain.append("\\n");
            } else if (c == '\t') {
                plain.append("\\t");
            } else if (c == '\r') {
                plain.append("\\r");
            } else if (c == '|' || Character.isISOControl(c) || Character.isSurrogate(c)
                       || c == '\u2028' || c == '\u2029') {
                plain.append(String.format("\\u%04x", (int) c));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
