// The operators of a plan and the changes that each gives, as Name[changes](input, input).
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class Plan {
    private static final String BEGIN = "== Optimized Physical Plan ==\n";
    // Its lines hang from one another by `+- ` and `:- `, each level three signs wide.
    private static final Pattern LINE = Pattern.compile("(?<stem>[:+\\- ]*)(?<name>\\w+)\\(.*");
    private static final Pattern CHANGES = Pattern.compile(".*\\bchangelogMode=\\[([\\w,]*)\\].*");
    private static final Pattern VARIANT = Pattern.compile("\\b(?:joinType|keep)=\\[(\\w+)\\]");
    // They change no row, or only prepare what the operator above them does.
    private static final List<String> PASSED_OVER = List.of("Calc", "Exchange",
        "WatermarkAssigner", "DropUpdateBefore", "LocalWindowAggregate", "MiniBatchAssigner");
    private static final List<String> SOURCES = List.of("TableSourceScan",
        "LegacyTableSourceScan", "DataStreamScan");

    private final String name;
    private final String changes;
    private final List<Plan> inputs = new ArrayList<>();

    private Plan(String name, String changes) {
        this.name = name;
        this.changes = changes;
    }

    // What EXPLAIN CHANGELOG_MODE tells, made short.
    static String of(String explained) {
        int begin = explained.indexOf(BEGIN) + BEGIN.length();
        List<Plan> path = new ArrayList<>();
        for (String line : explained.substring(begin).split("\n")) {
            if (line.isEmpty()) break;
            Matcher words = LINE.matcher(line);
            if (!words.matches()) throw new IllegalStateException("cannot read: " + line);
            Plan plan = new Plan(name(words.group("name"), line), changes(line));
            int depth = words.group("stem").length() / 3;
            path.subList(depth, path.size()).clear();
            if (depth > 0) path.get(depth - 1).inputs.add(plan);
            path.add(plan);
        }
        return String.join(", ", path.get(0).texts());
    }

    private static String name(String operator, String line) {
        if (SOURCES.contains(operator)) return "Source";
        if (operator.equals("GlobalWindowAggregate")) return "WindowAggregate";
        if (line.contains("upsertMaterialize=[true]")) return operator + ":UpsertMaterialize";
        Matcher variant = VARIANT.matcher(line);
        return variant.find() ? operator + ":" + variant.group(1) : operator;
    }

    private static String changes(String line) {
        Matcher words = CHANGES.matcher(line);
        return words.matches() ? words.group(1) : "";
    }

    private List<String> texts() {
        List<String> below = new ArrayList<>();
        for (Plan input : inputs) below.addAll(input.texts());
        if (PASSED_OVER.contains(name)) return below;
        // A sink gives nothing, so it tells what it is given.
        String told = name.startsWith("Sink") ? inputs.get(0).changes : changes;
        return List.of(name + "[" + told + "]"
            + (below.isEmpty() ? "" : "(" + String.join(", ", below) + ")"));
    }
}
