// Kafka's own consumer as a member of a group of the newer protocol:
//   NewerMember ADDRESS GROUP TOPIC [INSTANCE]   a TOPIC that begins with ^ is a pattern
// It says which partitions it has, until its input ends.

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public class NewerMember {
    public static void main(String[] args) throws Exception {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers", args[0], "group.id", args[1], "group.protocol", "consumer",
                "auto.offset.reset", "earliest"));
        if (args.length > 3) {
            settings.put("group.instance.id", args[3]);
        }
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            if (args[2].startsWith("^")) {
                consumer.subscribe(new SubscriptionPattern(args[2]));
            } else {
                consumer.subscribe(List.of(args[2]));
            }
            Collection<TopicPartition> last = null;
            while (System.in.available() == 0) {
                consumer.poll(Duration.ofMillis(100));
                if (consumer.assignment().equals(last)) {
                    continue;
                }
                last = consumer.assignment();
                System.out.println(last.stream().map(each -> "" + each.partition())
                        .sorted().collect(Collectors.joining(",")));
            }
        }
    }
}
