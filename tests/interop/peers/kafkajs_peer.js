// kafkajs behind the lines that kafka_peers.py speaks; see KafkaPeer.java for what they mean. Its
// library lies where KAFKAJS says.
"use strict";

const { CompressionTypes, Kafka, logLevel } = require(process.env.KAFKAJS);
const readline = require("readline");

const bytesOf = (text) => (text === "-" ? null : Buffer.from(text, "hex"));
const textOf = (bytes) => (bytes === null || bytes === undefined ? "-" : bytes.toString("hex"));
const codecs = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP };

function clientOf(address) {
  return new Kafka({ clientId: "kafkajs", brokers: [address], logLevel: logLevel.NOTHING });
}

async function linesOfInput() {
  const lines = [];
  for await (const line of readline.createInterface({ input: process.stdin })) lines.push(line);
  return lines;
}

function headersOf(text) {
  const headers = {};
  for (const pair of text.split(",").filter(Boolean)) {
    const [name, value] = pair.split("=");
    (headers[name] ??= []).push(bytesOf(value));
  }
  return headers;
}

async function write(address) {
  const batches = new Map();
  for (const line of await linesOfInput()) {
    const [topic, codec, partition, key, value, headers, time] = line.split("\t");
    const batch = batches.get(`${topic} ${codec}`) ?? { topic, codec, messages: [] };
    batches.set(`${topic} ${codec}`, batch);
    batch.messages.push({
      key: bytesOf(key),
      value: bytesOf(value),
      headers: headersOf(headers),
      ...(partition === "-" ? {} : { partition: Number(partition) }),
      ...(time === "-" ? {} : { timestamp: time }),
    });
  }
  const producer = clientOf(address).producer();
  await producer.connect();
  for (const { topic, codec, messages } of batches.values()) {
    await producer.send({ topic, compression: codecs[codec], acks: -1, messages });
  }
  await producer.disconnect();
}

function lineOf(topic, partition, message) {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}=${textOf(value)}`),
  );
  return [topic, partition, message.offset, textOf(message.key), textOf(message.value),
    headers.join(","), message.timestamp].join("\t");
}

async function read(address, count, topics) {
  const groupId = `kafkajs-reads-${process.pid}`;
  const consumer = clientOf(address).consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  const lines = [];
  await new Promise((resolve) => {
    setTimeout(resolve, 30_000).unref();
    consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        if (lines.push(lineOf(topic, partition, message)) >= count) resolve();
      },
    });
  });
  await consumer.disconnect();
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

async function join(address, groupId, topic) {
  const consumer = clientOf(address).consumer({
    groupId,
    heartbeatInterval: 200,
    sessionTimeout: 10_000,
    maxWaitTimeInMs: 100,
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    console.log((payload.memberAssignment[topic] ?? []).join(","));
  });
  consumer.on(consumer.events.REBALANCING, () => console.log(""));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: async () => {} });
  process.stdin.once("data", async () => {
    await consumer.disconnect();
    process.exit(0);
  });
}

const [verb, address, ...rest] = process.argv.slice(2);
const verbs = {
  write: () => write(address),
  read: () => read(address, Number(rest[0]), rest.slice(1)),
  join: () => join(address, rest[0], rest[1]),
};
verbs[verb]().catch((error) => {
  console.error(error);
  process.exit(1);
});
