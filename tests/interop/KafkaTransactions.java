// Transactions by Java's client, which speaks the second protocol (KIP-890). The first argument is
// where the broker is, the second what to do; what comes of it is printed, a line each.

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class KafkaTransactions {
    static final int PARTITIONS = 3;
    static String broker;

    // Kafka's errors have no stack, on which the launcher of Java sources stumbles: said here.
    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Throwable failure) {
            System.err.println("failed: " + failure + " because of " + failure.getCause());
            System.exit(1);
        }
    }

    static void run(String[] arguments) throws Exception {
        broker = arguments[0];
        switch (arguments[1]) {
            case "commit-and-abort" -> commitAndAbort();
            case "fence" -> fence();
            case "etl" -> etl();
            case "abort-hanging" -> abortHanging();
            case "late-end" -> lateEnd();
            case "many" -> many(Integer.parseInt(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }

    static void commitAndAbort() throws Exception {
        createTopic("trades");
        try (KafkaProducer<String, String> producer = producer("sink")) {
            for (String value : List.of("committed-1", "aborted", "committed-2")) {
                producer.beginTransaction();
                for (int i = 0; i < PARTITIONS; ++i) send(producer, "trades", i, value + "-" + i);
                if (value.startsWith("aborted")) {
                    producer.flush();
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        System.out.println("committed " + read("trades", "read_committed", 6));
        System.out.println("all " + read("trades", "read_uncommitted", 9));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
            TransactionDescription sink = admin.describeTransactions(List.of("sink"))
                    .description("sink").get();
            System.out.println("epoch " + sink.producerEpoch() + " " + sink.state());
        }
    }

    static void fence() throws Exception {
        createTopic("trades");
        KafkaProducer<String, String> zombie = producer("sink");
        zombie.beginTransaction();
        send(zombie, "trades", 0, "zombie");
        zombie.flush();
        try (KafkaProducer<String, String> producer = producer("sink")) {
            producer.beginTransaction();
            send(producer, "trades", 0, "successor");
            producer.commitTransaction();
        }
        try {
            zombie.commitTransaction();
            System.out.println("zombie committed");
        } catch (ProducerFencedException fenced) {
            System.out.println("zombie fenced");
        }
        zombie.close(Duration.ofSeconds(1));
        System.out.println("committed " + read("trades", "read_committed", 1));
    }

    // Records go from one topic to another, with the offsets in the same transactions; each second
    // one is aborted and done again.
    static void etl() throws Exception {
        createTopic("orders");
        createTopic("shipments");
        try (KafkaProducer<String, String> producer = producer("filler")) {
            producer.beginTransaction();
            for (int i = 0; i < 30; ++i) send(producer, "orders", i % PARTITIONS, "order-" + i);
            producer.commitTransaction();
        }
        int rounds = 0;
        int done = 0;
        while (done < 30 && rounds < 100) {
            try (KafkaConsumer<String, String> consumer = consumer("etl", "read_committed");
                    KafkaProducer<String, String> producer = producer("etl")) {
                consumer.subscribe(List.of("orders"));
                var records = consumer.poll(Duration.ofSeconds(5));
                if (records.isEmpty()) continue;
                producer.beginTransaction();
                var offsets = new java.util.HashMap<TopicPartition, OffsetAndMetadata>();
                for (ConsumerRecord<String, String> record : records) {
                    send(producer, "shipments", record.partition(), "of " + record.value());
                    offsets.put(new TopicPartition(record.topic(), record.partition()),
                            new OffsetAndMetadata(record.offset() + 1));
                }
                producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                producer.flush();
                if (++rounds % 2 == 1) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                    done += records.count();
                }
            }
        }
        List<String> shipped = read("shipments", "read_committed", 30);
        System.out.println("shipped " + shipped.size() + " distinct "
                + new TreeSet<>(shipped).size());
    }

    // Ends what is open in trades-0, as an administrator does who has found it hanging.
    static void abortHanging() throws Exception {
        var place = new TopicPartition("trades", 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
            var open = admin.describeProducers(List.of(place)).partitionResult(place).get()
                    .activeProducers().stream()
                    .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                    .toList();
            System.out.println("open " + open.size());
            var hanging = open.get(0);
            var epoch = (short) hanging.producerEpoch();
            admin.abortTransaction(
                    new AbortTransactionSpec(place, hanging.producerId(), epoch, 1)).all().get();
            try {
                admin.abortTransaction(
                        new AbortTransactionSpec(place, hanging.producerId(), epoch, 0)).all().get();
                System.out.println("aborted by a coordinator of old");
            } catch (ExecutionException failure) {
                System.out.println(failure.getCause().getClass().getSimpleName());
            }
        }
        System.out.println("committed " + read("trades", "read_committed", 1));
    }

    // Commits a transaction, opens the next one, and aborts that when it is told to by a line.
    static void lateEnd() throws Exception {
        createTopic("trades");
        try (KafkaProducer<String, String> producer =
                producer("sink", Map.of("request.timeout.ms", "1000"))) {
            producer.beginTransaction();
            send(producer, "trades", 0, "first");
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, "trades", 0, "second");
            producer.flush();
            System.out.println("second is open");
            System.in.read();
            send(producer, "trades", 0, "third");
            producer.flush();
            producer.abortTransaction();
        }
        System.out.println("committed " + read("trades", "read_committed", 1));
    }

    static void many(int count) throws Exception {
        createTopic("trades");
        long start = System.nanoTime();
        try (KafkaProducer<String, String> producer = producer("sink")) {
            for (int i = 0; i < count; ++i) {
                producer.beginTransaction();
                send(producer, "trades", i % PARTITIONS, "value-" + i);
                producer.commitTransaction();
            }
        }
        System.out.println("took " + (System.nanoTime() - start) / 1_000_000 + " ms");
        System.out.println("committed " + read("trades", "read_committed", count).size());
    }

    static void createTopic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1))).all().get();
        }
    }

    static KafkaProducer<String, String> producer(String transactionalId) {
        return producer(transactionalId, Map.of());
    }

    static KafkaProducer<String, String> producer(String transactionalId,
            Map<String, String> more) {
        Properties settings = new Properties();
        settings.putAll(more);
        settings.put("bootstrap.servers", broker);
        settings.put("transactional.id", transactionalId);
        settings.put("max.block.ms", "60000");
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    static void send(KafkaProducer<String, String> producer, String topic, int partition,
            String value) {
        producer.send(new ProducerRecord<>(topic, partition, null, value));
    }

    static KafkaConsumer<String, String> consumer(String group, String isolation) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", broker);
        settings.put("group.id", group);
        settings.put("isolation.level", isolation);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    // All there is, sorted: up to the end of each partition, so that what should not be there shows.
    static List<String> read(String topic, String isolation, int expected) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer("reader", isolation)) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; ++i) partitions.add(new TopicPartition(topic, i));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            long deadline = System.currentTimeMillis() + 15_000;
            while (System.currentTimeMillis() < deadline && !partitions.stream()
                    .allMatch(each -> consumer.position(each) >= ends.get(each))) {
                for (var record : consumer.poll(Duration.ofMillis(100))) values.add(record.value());
            }
        }
        values.sort(null);
        if (values.size() != expected) System.out.println("expected " + expected + " values");
        return values;
    }
}
