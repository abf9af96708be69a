// Iceberg's own catalog of a folder, as Hadoop's users have it. The words say what to do.
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;

public class IcebergFolderPeer {
  public static void main(String[] words) {
    HadoopCatalog catalog = new HadoopCatalog(new Configuration(), words[0]);
    TableIdentifier name = TableIdentifier.of("db", words[2]);
    switch (words[1]) {
      case "create":
        if (!catalog.namespaceExists(Namespace.of("db"))) catalog.createNamespace(Namespace.of("db"));
        Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
        catalog.createTable(name, schema, PartitionSpec.unpartitioned(), Map.of("made-by", "java"));
        break;
      case "set":
        Table table = catalog.loadTable(name);
        table.updateProperties().set(words[3], words[4]).commit();
        break;
      default:
        System.out.println(catalog.listTables(Namespace.of("db")) + " "
            + catalog.loadTable(name).properties());
    }
  }
}
