// Kafka's own Java clients behind the lines that kafka_peers.py speaks:
//   write ADDRESS             takes lines of topic, codec, partition, key, value, headers, time
//   read ADDRESS COUNT TOPIC… gives lines of topic, partition, offset, key, value, headers, time
//   join ADDRESS GROUP TOPIC  says which partitions it has, until its input ends
// Fields are parted by tabs. Bytes are in hexadecimal, and "-" stands for none.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class KafkaPeer {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    // Kafka's errors have no stack, on which the launcher of Java sources stumbles: said here.
    public static void main(String[] args) {
        try {
            run(args);
        } catch (Throwable failure) {
            System.err.println("failed: " + failure + " because of " + failure.getCause());
            System.exit(1);
        }
    }

    static void run(String[] args) throws Exception {
        switch (args[0]) {
            case "write" -> write(args[1]);
            case "read" -> read(args[1], Integer.parseInt(args[2]),
                    Arrays.asList(args).subList(3, args.length));
            case "join" -> join(args[1], args[2], args[3]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    static void write(String address) throws Exception {
        Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] fields = line.split("\t", -1);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    fields[0], fields[2].equals("-") ? null : Integer.valueOf(fields[2]),
                    fields[6].equals("-") ? null : Long.valueOf(fields[6]),
                    bytesOf(fields[3]), bytesOf(fields[4]));
            for (String header : fields[5].isEmpty() ? new String[0] : fields[5].split(",")) {
                String[] pair = header.split("=", -1);
                record.headers().add(pair[0], bytesOf(pair[1]));
            }
            sent.add(producers.computeIfAbsent(fields[1], codec -> producer(address, codec))
                    .send(record));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        producers.values().forEach(producer -> producer.close(PATIENCE));
    }

    static KafkaProducer<byte[], byte[]> producer(String address, String codec) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "compression.type", codec, "linger.ms", 5),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    static void read(String address, int count, List<String> topics) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of(
                "bootstrap.servers", address, "auto.offset.reset", "earliest"))) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (int found = 0; found < count;) {
                if (System.nanoTime() > deadline) throw new IllegalStateException(
                        "%d of %d records read, then at %s of %s".formatted(found, count,
                                positions(consumer), consumer.endOffsets(partitions)));
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    System.out.println(String.join("\t", record.topic(), "" + record.partition(),
                            "" + record.offset(), textOf(record.key()), textOf(record.value()),
                            headersOf(record), "" + record.timestamp()));
                    ++found;
                }
            }
        }
    }

    static Map<TopicPartition, Long> positions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream()
                .collect(Collectors.toMap(each -> each, consumer::position));
    }

    static void join(String address, String group, String topic) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of(
                "bootstrap.servers", address, "group.id", group, "auto.offset.reset", "earliest",
                "heartbeat.interval.ms", 200, "session.timeout.ms", 10_000))) {
            consumer.subscribe(List.of(topic));
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

    static byte[] bytesOf(String text) {
        return text.equals("-") ? null : HexFormat.of().parseHex(text);
    }

    static String textOf(byte[] bytes) {
        return bytes == null ? "-" : HexFormat.of().formatHex(bytes);
    }

    static String headersOf(ConsumerRecord<byte[], byte[]> record) {
        List<String> pairs = new ArrayList<>();
        for (Header header : record.headers()) {
            pairs.add(header.key() + "=" + textOf(header.value()));
        }
        return String.join(",", pairs);
    }
}
