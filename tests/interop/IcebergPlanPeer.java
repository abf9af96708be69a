// Iceberg's own client, told that the catalog plans its scans, or to plan them itself. Prints a line for
// each file of the plan: URI MODE TABLE [COLUMN LIMIT [SNAPSHOT]]
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;

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
      if (words.length > 3) {
        scan = scan.filter(Expressions.lessThan(words[3], Long.parseLong(words[4])));
      }
      if (words.length > 5) scan = scan.useSnapshot(Long.parseLong(words[5]));
      TreeSet<String> lines = new TreeSet<>();
      try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
        for (FileScanTask task : tasks) lines.add(line(task));
      }
      lines.forEach(System.out::println);
      System.err.println(scan.getClass().getSimpleName());
    }
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
        deletes.toString());
  }
}
