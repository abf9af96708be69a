// Iceberg's own client, told that the catalog plans its scans, or to plan them itself. Prints a line for
// each file of the plan: URI MODE TABLE STATISTICS [COLUMN LIMIT [SNAPSHOT]], where STATISTICS are the
// columns whose statistics are asked for, with commas, or "none".
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.util.ByteBuffers;

public class IcebergPlanPeer {
  public static void main(String[] words) throws Exception {
    try (RESTCatalog catalog = new RESTCatalog()) {
      catalog.setConf(new Configuration());
      catalog.initialize(
          "tarn",
          Map.of(
              "uri", words[0],
              "scan-planning-mode", words[1],
              "io-impl", "org.apache.iceberg.hadoop.HadoopFileIO"));
      Table table = catalog.loadTable(TableIdentifier.parse(words[2]));
      TableScan scan = table.newScan();
      if (!words[3].equals("none")) scan = scan.includeColumnStats(List.of(words[3].split(",")));
      if (words.length > 4) {
        scan = scan.filter(Expressions.lessThan(words[4], Long.parseLong(words[5])));
      }
      if (words.length > 6) scan = scan.useSnapshot(Long.parseLong(words[6]));
      TreeSet<String> lines = new TreeSet<>();
      try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
        for (FileScanTask task : tasks) lines.add(line(task));
      }
      lines.forEach(System.out::println);
      System.err.println(scan.getClass().getSimpleName());
    }
  }

  // No statistics and none of any column are the same.
  private static String statistics(DataFile file) {
    List<String> texts = new ArrayList<>();
    for (Map<Integer, ?> each :
        Arrays.<Map<Integer, ?>>asList(
            file.columnSizes(),
            file.valueCounts(),
            file.nullValueCounts(),
            file.nanValueCounts(),
            hex(file.lowerBounds()),
            hex(file.upperBounds()))) {
      texts.add(each == null ? "{}" : new TreeMap<>(each).toString());
    }
    return texts.toString();
  }

  private static Map<Integer, String> hex(Map<Integer, ByteBuffer> bounds) {
    if (bounds == null) return null;
    Map<Integer, String> texts = new TreeMap<>();
    bounds.forEach(
        (column, bytes) -> texts.put(column, HexFormat.of().formatHex(ByteBuffers.toByteArray(bytes))));
    return texts;
  }

  private static String line(FileScanTask task) {
    TreeSet<String> deletes = new TreeSet<>();
    task.deletes().forEach(file -> deletes.add(file.location() + "@" + file.contentOffset()));
    return String.join(
        " ",
        task.file().location(),
        "" + task.file().recordCount(),
        "" + task.file().fileSizeInBytes(),
        "" + task.file().firstRowId(),
        task.file().partition().toString(),
        task.residual().toString(),
        statistics(task.file()),
        deletes.toString());
  }
}
