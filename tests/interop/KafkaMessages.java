// Holds our codec of Kafka's messages against Kafka's own, byte by byte.
//
//   java -cp kafka-clients.jar:slf4j-api.jar KafkaMessages.java WIRE_PROBE SEED ROUNDS
//
// For each API that the probe knows, and each version of it, requests and responses are filled with
// made-up values that are valid in that version, written by kafka-clients, and sent to the probe,
// which reads them and writes them again. The same bytes must come back. Messages that nobody has
// filled are compared too: they show the default of every field. So are headers and the names of
// error codes. Ends with a line of figures; what differs is shown, and makes the exit code 1.

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

public class KafkaMessages {
    public static void main(String[] arguments) throws Exception {
        Probe probe = new Probe(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        Comparison comparison = new Comparison(probe, seed, rounds);
        int apis = 0;
        for (ApiMessageType api : ApiMessageType.values()) {
            byte[] versions = probe.ask('V', api.apiKey(), 0, new byte[0]);
            if (versions.length == 0) continue;
            comparison.api(api, ByteBuffer.wrap(versions));
            ++apis;
        }
        comparison.data('S', "Subscription", ConsumerProtocolSubscription::new,
            ConsumerProtocolSubscription.SCHEMAS);
        comparison.data('A', "Assignment", ConsumerProtocolAssignment::new,
            ConsumerProtocolAssignment.SCHEMAS);
        for (Errors error : Errors.values()) comparison.error(error);
        probe.close();
        System.out.printf("%d apis, %d requests and responses by version, %d messages, %d differ%n",
            apis, comparison.pairs, comparison.messages, comparison.differences);
        System.exit(comparison.differences == 0 ? 0 : 1);
    }

    static class Comparison {
        final Probe probe;
        final long seed;
        final int rounds;
        int pairs = 0;
        int messages = 0;
        int differences = 0;

        Comparison(Probe probe, long seed, int rounds) {
            this.probe = probe;
            this.seed = seed;
            this.rounds = rounds;
        }

        void api(ApiMessageType api, ByteBuffer ours) throws Exception {
            short min = api.lowestSupportedVersion(), max = api.highestSupportedVersion(true);
            same(api.name + " versions", new byte[] {(byte) min, (byte) max},
                new byte[] {ours.get(), ours.get()});
            for (short version = min; version <= max; ++version) {
                String place = api.name + " v" + version;
                byte[] headers = {(byte) api.requestHeaderVersion(version),
                    (byte) api.responseHeaderVersion(version)};
                same(place + " header versions", headers,
                    probe.ask('H', api.apiKey(), version, new byte[0]));
                requestHeader(api, version, place);
                pair('Q', api.apiKey(), version, place + " request", api::newRequest,
                    api.requestSchemas());
                pair('P', api.apiKey(), version, place + " response", api::newResponse,
                    api.responseSchemas());
            }
        }

        void requestHeader(ApiMessageType api, short version, String place) throws Exception {
            RequestHeaderData header = new RequestHeaderData().setRequestApiKey(api.apiKey())
                .setRequestApiVersion(version).setCorrelationId(version * 1000003)
                .setClientId(version % 2 == 0 ? null : "client \u00e9");
            byte[] bytes = bytes(header, api.requestHeaderVersion(version));
            same(place + " header", bytes, probe.ask('h', api.apiKey(), version, bytes));
        }

        void error(Errors error) throws Exception {
            boolean retriable = error.exception() instanceof RetriableException;
            String theirs = error.name() + (retriable ? " retriable" : "");
            same("error " + error.code(), theirs.getBytes(),
                probe.ask('E', error.code(), 0, new byte[0]));
        }

        void data(char kind, String name, Supplier<Message> make, Schema[] schemas)
                throws Exception {
            for (short version = 0; version < schemas.length; ++version)
                pair(kind, (short) 0, version, name + " v" + version, make, schemas);
        }

        void pair(char kind, short key, short version, String place,
                Supplier<? extends Message> make, Schema[] schemas) throws Exception {
            ++pairs;
            byte[] empty = bytes(make.get(), version);
            char emptyKind = kind == 'Q' ? 'q' : kind == 'P' ? 'p' : kind == 'S' ? 's' : 'a';
            same(place + " by default", empty, probe.ask(emptyKind, key, version, new byte[0]));
            for (int round = 0; round < rounds; ++round) {
                Values values = new Values(new Random(seed + 31L * place.hashCode() + round));
                Message message = make.get();
                values.fill(message, schemas[version]);
                byte[] bytes = bytes(message, version);
                same(place + " " + message, bytes, probe.ask(kind, key, version, bytes));
            }
        }

        void same(String what, byte[] theirs, byte[] ours) {
            ++messages;
            if (Arrays.equals(theirs, ours)) return;
            if (++differences > 20) return;
            HexFormat hex = HexFormat.of();
            System.out.println(what + "\n  kafka " + hex.formatHex(theirs) + "\n  tarn  "
                + hex.formatHex(ours) + " " + new String(ours));
        }

        static byte[] bytes(Message message, short version) {
            return MessageUtil.byteBufferToArray(
                MessageUtil.toByteBufferAccessor(message, version).buffer());
        }
    }

    // Fills messages by their setters with what a version of their schema has room for.
    static class Values {
        final Random random;

        Values(Random random) {
            this.random = random;
        }

        void fill(Object target, Schema schema) throws Exception {
            for (BoundField field : schema.fields()) {
                if (!(field.def.type instanceof TaggedFields)) {
                    set(target, field.def);
                    continue;
                }
                for (Field tagged : ((TaggedFields) field.def.type).fields().values())
                    if (random.nextInt(3) > 0) set(target, tagged);
            }
        }

        void set(Object target, Field field) throws Exception {
            String setter = "set" + field.name.replace("_", "");
            for (Method method : target.getClass().getMethods()) {
                if (!method.getName().equalsIgnoreCase(setter)) continue;
                method.invoke(target, value(method.getGenericParameterTypes()[0], field.type));
                return;
            }
            throw new IllegalStateException(target.getClass() + " has no " + setter);
        }

        Object value(Type java, org.apache.kafka.common.protocol.types.Type type)
                throws Exception {
            if (type.isNullable() && random.nextInt(4) == 0) return null;
            if (type.isArray()) return array(java, type.arrayElementType().get());
            if (type instanceof Schema) {
                Object struct = ((Class<?>) java).getConstructor().newInstance();
                fill(struct, (Schema) type);
                return struct;
            }
            if (java == boolean.class || java == Boolean.class) return random.nextBoolean();
            if (java == byte.class || java == Byte.class) return (byte) number();
            if (java == short.class || java == Short.class) return (short) number();
            if (java == int.class || java == Integer.class)
                return type.toString().equals("UINT16") ? (int) number() & 0xFFFF : (int) number();
            if (java == long.class || java == Long.class) return number();
            if (java == double.class) return random.nextGaussian() * 1e6;
            if (java == String.class) return text();
            if (java == Uuid.class) return new Uuid(number(), number());
            if (java == byte[].class) return blob();
            if (java == ByteBuffer.class) return ByteBuffer.wrap(blob());
            if (java == BaseRecords.class)
                return MemoryRecords.readableRecords(ByteBuffer.wrap(blob()));
            throw new IllegalStateException("no value of " + java);
        }

        // A list, or one of the collections with an index that some messages have.
        @SuppressWarnings("unchecked")
        Object array(Type java, org.apache.kafka.common.protocol.types.Type element)
                throws Exception {
            Collection<Object> all = java instanceof ParameterizedType ? new ArrayList<>()
                : (Collection<Object>) ((Class<?>) java).getConstructor().newInstance();
            Type of = java instanceof ParameterizedType ? java
                : ((Class<?>) java).getGenericSuperclass();
            Type elementJava = ((ParameterizedType) of).getActualTypeArguments()[0];
            for (int left = random.nextInt(4); left > 0; --left)
                all.add(value(elementJava, element));
            return all;
        }

        long number() {
            switch (random.nextInt(4)) {
                case 0: return random.nextInt(3) - 1;
                case 1: return List.of(127L, -128L, 32767L, -32768L, 2147483647L, -2147483648L,
                    Long.MAX_VALUE, Long.MIN_VALUE).get(random.nextInt(8));
                default: return random.nextLong();
            }
        }

        String text() {
            // Long ones have a length of two bytes in the compact form.
            int length = random.nextInt(12) == 0 ? 200 : random.nextInt(6);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; ++i)
                text.append("aZ0.-_ \u00e9\u20ac".charAt(random.nextInt(9)));
            return text.toString();
        }

        byte[] blob() {
            byte[] bytes = new byte[random.nextInt(8) == 0 ? 300 : random.nextInt(9)];
            random.nextBytes(bytes);
            return bytes;
        }
    }

    // One question is a kind, a key, a version and bytes with their size; one answer is bytes.
    static class Probe {
        final Process process;
        final DataOutputStream out;
        final DataInputStream in;

        Probe(String program) throws Exception {
            process = new ProcessBuilder(program)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
            in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        }

        byte[] ask(char kind, int key, int version, byte[] bytes) throws Exception {
            out.writeByte(kind);
            out.writeShort(key);
            out.writeShort(version);
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return answer;
        }

        void close() throws Exception {
            out.close();
            if (process.waitFor() != 0) throw new IllegalStateException("the probe has failed");
        }
    }
}
