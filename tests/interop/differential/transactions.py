"""Questions about transactions, in both protocols, and about markers."""

import time

from interop.differential.conversation import create, first_coordinator, script, versions
from interop.kafka_socket import Batch

CONCURRENT_TRANSACTIONS = 51
COORDINATOR_ERRORS = (14, 15, 16)
OFFSETS_TOPIC = "__consumer_offsets"
NO_PRODUCER = (-1, -1)


class Transactional:
    """One transactional id, by the requests that its clients send. Waits where clients wait."""

    def __init__(self, connection, name):
        self.connection, self.name = connection, name
        self.id, self.epoch = NO_PRODUCER
        # Kafka makes the topic of its transactions when it is first asked for a coordinator.
        self.patiently(lambda: connection.ask("FindCoordinator", 4, key_type=1,
                                              coordinator_keys=["any"]),
                       lambda answer: answer.coordinators[0].error_code)

    def patiently(self, ask, error_of):
        deadline = time.monotonic() + 20
        while True:
            answer = ask()
            if error_of(answer) not in (CONCURRENT_TRANSACTIONS, *COORDINATOR_ERRORS):
                return answer
            assert time.monotonic() < deadline, answer
            time.sleep(0.02)

    def init(self, version=4, timeout_ms=60_000, producer=NO_PRODUCER):
        answer = self.patiently(lambda: self.connection.ask(
            "InitProducerId", version, transactional_id=self.name,
            transaction_timeout_ms=timeout_ms, producer_id=producer[0],
            producer_epoch=producer[1]), lambda answer: answer.error_code)
        if answer.error_code == 0:
            self.id, self.epoch = answer.producer_id, answer.producer_epoch
        return answer

    def who(self, producer):
        return producer or (self.id, self.epoch)

    def add(self, topic, partitions=(0,), version=3, producer=None):
        producer_id, epoch = self.who(producer)
        answer = self.patiently(lambda: self.connection.ask(
            "AddPartitionsToTxn", version, transactions=[],
            v3_and_below_transactional_id=self.name,
            v3_and_below_producer_id=producer_id, v3_and_below_producer_epoch=epoch,
            v3_and_below_topics=[{"name": topic, "partitions": list(partitions)}]),
            lambda answer: answer.results_by_topic_v3_and_below[0]
            .results_by_partition[0].partition_error_code)
        # They come in no order.
        answer.results_by_topic_v3_and_below[0].results_by_partition.sort(
            key=lambda partition: partition.partition_index)
        return answer

    def produce(self, topic, sequence, value=b"v", version=10, producer=None, partition=0):
        producer_id, epoch = self.who(producer)
        # As old as its markers, or a segment ends between them.
        batch = Batch(values=[value], attributes=0x10, producer_id=producer_id,
                      producer_epoch=epoch, base_sequence=sequence,
                      timestamp=int(time.time() * 1000))
        answer = self.patiently(lambda: self.connection.ask(
            "Produce", version, transactional_id=self.name, acks=-1, timeout_ms=5000,
            topic_data=[{"name": topic, "partition_data": [
                {"index": partition, "records": batch.encode()}]}]),
            lambda answer: answer.responses[0].partition_responses[0].error_code)
        return answer.to_dict()["responses"][0]["partition_responses"][0]

    def end(self, commits=True, version=3, producer=None):
        producer_id, epoch = self.who(producer)
        answer = self.patiently(lambda: self.connection.ask(
            "EndTxn", version, transactional_id=self.name, producer_id=producer_id,
            producer_epoch=epoch, committed=commits), lambda answer: answer.error_code)
        if version >= 5 and answer.error_code == 0:
            self.id, self.epoch = answer.producer_id, answer.producer_epoch
        return answer

    def add_offsets(self, group, version=3, producer=None):
        producer_id, epoch = self.who(producer)
        return self.patiently(lambda: self.connection.ask(
            "AddOffsetsToTxn", version, transactional_id=self.name, producer_id=producer_id,
            producer_epoch=epoch, group_id=group), lambda answer: answer.error_code)

    def commit_offset(self, group, topic, offset, version=3, producer=None, partition=0, **member):
        producer_id, epoch = self.who(producer)
        return self.patiently(lambda: self.connection.ask(
            "TxnOffsetCommit", version, transactional_id=self.name, group_id=group,
            producer_id=producer_id, producer_epoch=epoch,
            **{"generation_id": -1, "member_id": "", "group_instance_id": None, **member},
            topics=[{"name": topic, "partitions": [
                {"partition_index": partition, "committed_offset": offset,
                 "committed_leader_epoch": -1, "committed_metadata": "m"}]}]),
            lambda answer: answer.topics[0].partitions[0].error_code)

    def described(self):
        answer = self.connection.ask("DescribeTransactions", 0, transactional_ids=[self.name])
        return without_times(answer)

    def settled(self):
        """Once the markers are written, which Kafka does after its answer."""
        deadline = time.monotonic() + 20
        while True:
            answer = self.described()
            if not answer["transaction_states"][0]["transaction_state"].startswith("Prepare"):
                return answer
            assert time.monotonic() < deadline, answer
            time.sleep(0.02)


TIMES = ("transaction_start_time_ms", "last_timestamp")


def without_times(answer):
    """Whether there is a time at all."""
    def mask(value):
        if isinstance(value, dict):
            return {key: "a time" if key in TIMES and each > 0 else mask(each)
                    for key, each in value.items()}
        return [mask(each) for each in value] if isinstance(value, list) else value

    return mask(answer.to_dict(json=False))


def committed(connection, topic, offset=0):
    """What a reader of committed data sees: the batches up to the last stable offset, and which of
    them were aborted. Markers carry times, so only their number is shown."""
    answer = connection.ask(
        "Fetch", 11, replica_id=-1, max_wait_ms=50, min_bytes=0, max_bytes=1 << 20,
        isolation_level=1, session_id=0, session_epoch=-1, forgotten_topics_data=[], rack_id="",
        topics=[{"topic": topic, "partitions": [
            {"partition": 0, "current_leader_epoch": -1, "fetch_offset": offset,
             "log_start_offset": -1, "partition_max_bytes": 1 << 20}]}]).to_dict(json=False)
    partition = answer["responses"][0]["partitions"][0]
    partition["records"] = shapes(bytes(partition["records"] or b""))
    return partition


def shapes(content):
    """Base offset, record count and kind of each batch."""
    shown, at = [], 0
    while at + 61 <= len(content):
        size = int.from_bytes(content[at + 8:at + 12])
        bits = int.from_bytes(content[at + 21:at + 23])
        kind = "marker" if bits & 0x20 else "transactional" if bits & 0x10 else "plain"
        value = content[at + 61:at + 12 + size].hex() if kind == "marker" else ""
        # A marker ends with its kind and the epoch of the coordinator that wrote it.
        shown.append(f"{int.from_bytes(content[at:at + 8])} "
                     f"{int.from_bytes(content[at + 57:at + 61])} {kind} {value[16:20]}")
        at += 12 + size
    return shown


def end_of(connection, topic, isolation):
    return connection.ask("ListOffsets", 7, replica_id=-1, isolation_level=isolation, topics=[
        {"name": topic, "partitions": [
            {"partition_index": 0, "timestamp": -1, "current_leader_epoch": -1}]}])


def stable_end(connection, topic):
    return end_of(connection, topic, isolation=1)


def producers_of(connection, topic, partitions=(0,)):
    answer = without_times(connection.ask("DescribeProducers", 0, topics=[
        {"name": topic, "partition_indexes": list(partitions)}]))
    for each in answer["topics"]:
        for partition in each["partitions"]:
            partition["active_producers"].sort(key=lambda producer: producer["producer_id"])
            for producer in partition["active_producers"]:
                # Of a topic of the cluster, and of the starts of a broker.
                producer["coordinator_epoch"] = min(producer["coordinator_epoch"], 0)
    return answer


def by_partition(answer):
    """Markers are answered in no order."""
    told = answer.to_dict(json=False)
    for marker in told["markers"]:
        for topic in marker["topics"]:
            topic["partitions"].sort(key=lambda partition: partition["partition_index"])
    return told


@script()
def transactions_of_the_first_protocol(connection, topic):
    create(connection, topic)
    sink = Transactional(connection, f"sink-{topic}")
    yield "init", sink.init()
    yield "described when empty", sink.described()
    yield "not added", sink.produce(topic, 0)
    yield "add", sink.add(topic)
    yield "add again", sink.add(topic)
    yield "described when open", sink.described()
    yield "produce", sink.produce(topic, 0)
    yield "produce again", sink.produce(topic, 0)["error_code"]
    yield "open", stable_end(connection, topic)
    yield "open, all of it", end_of(connection, topic, 0)
    yield "open, read", committed(connection, topic)
    yield "open, producers", producers_of(connection, topic)
    yield "commit", sink.end()
    yield "committed", sink.settled()
    yield "committed, stable", stable_end(connection, topic)
    yield "committed, read", committed(connection, topic)
    yield "committed, producers", producers_of(connection, topic)
    yield "commit again", sink.end()
    yield "abort after the commit", sink.end(commits=False)
    yield "add for the abort", sink.add(topic)
    for sequence in (1, 2):
        yield f"produce {sequence}", sink.produce(topic, sequence)
    yield "abort", sink.end(commits=False)
    yield "aborted", sink.settled()
    yield "abort again", sink.end(commits=False)
    yield "commit after the abort", sink.end()
    yield "aborted, read", committed(connection, topic)
    yield "aborted, read from its middle", committed(connection, topic, 3)
    yield "aborted, read from behind", committed(connection, topic, 5)
    yield "aborted, stable", stable_end(connection, topic)
    for version in versions("AddPartitionsToTxn", 0)[:4]:
        yield f"add, v{version}", sink.add(topic, version=version)
    for version in range(0, 5):
        yield f"commit, v{version}", sink.end(version=version)


@script(
    r"old epoch, produce\.error_message: kafka None, tarn '<error_message>'",  # ours gives a reason
)
def transactions_of_the_second_protocol(connection, topic):
    create(connection, topic)
    sink = Transactional(connection, f"sink-{topic}")
    yield "init", sink.init(version=5)
    yield "produce", sink.produce(topic, 0, version=12)
    yield "open", sink.described()
    before = sink.id, sink.epoch
    yield "commit", sink.end(version=5)
    yield "committed", sink.settled()
    yield "committed, read", committed(connection, topic)
    yield "committed, producers", producers_of(connection, topic)
    yield "commit again", sink.end(version=5, producer=before)
    yield "abort instead", sink.end(commits=False, version=5, producer=before)
    yield "commit of nothing", sink.end(version=5)
    yield "abort of nothing", sink.end(commits=False, version=5)
    yield "after the abort of nothing", sink.settled()
    yield "old epoch, produce", sink.produce(topic, 1, version=12, producer=before)
    yield "old epoch, end", sink.end(version=5, producer=before)
    yield "next transaction", sink.produce(topic, 0, version=12)
    yield "a late end", sink.end(version=5, producer=before)
    yield "still open", stable_end(connection, topic)
    before = sink.id, sink.epoch
    yield "abort", sink.end(commits=False, version=5)
    yield "aborted", sink.settled()
    yield "abort again", sink.end(commits=False, version=5, producer=before)
    yield "aborted, read", committed(connection, topic)
    yield "aborted, stable", stable_end(connection, topic)


@script()
def producers_of_transactions_are_told_apart(connection, topic):
    create(connection, topic, partitions=2)
    sink = Transactional(connection, f"sink-{topic}")
    yield "init", sink.init()
    old = sink.id, sink.epoch
    yield "init again", sink.init()
    for what, producer in {"old epoch": old, "epoch of the future": (sink.id, sink.epoch + 5),
                           "another id": (sink.id + 1000, sink.epoch),
                           "negative epoch": (sink.id, -1)}.items():
        yield f"{what}, add", sink.add(topic, producer=producer)
        yield f"{what}, add, v1", sink.add(topic, producer=producer, version=1)
        yield f"{what}, end", sink.end(producer=producer)
        yield f"{what}, end, v1", sink.end(producer=producer, version=1)
        yield f"{what}, end, v5", sink.end(producer=producer, version=5)
        yield f"{what}, offsets", sink.add_offsets("g", producer=producer)
    for what, producer in {"old epoch": old, "epoch of the future": (sink.id, sink.epoch + 5),
                           "another id": (sink.id + 1000, sink.epoch),
                           "only an id": (sink.id, -1), "only an epoch": (-1, 0),
                           "the right one": (sink.id, sink.epoch)}.items():
        yield f"init, {what}", sink.init(producer=producer)
    unknown = Transactional(connection, f"unknown-{topic}")
    yield "unknown, add", unknown.add(topic, producer=(5, 0))
    yield "unknown, end", unknown.end(producer=(5, 0))
    yield "unknown, described", unknown.described()
    empty = Transactional(connection, "")
    yield "empty, init", empty.init()
    yield "empty, add", empty.add(topic, producer=(5, 0))
    yield "empty, end", empty.end(producer=(5, 0))
    yield "timeout of nothing", sink.init(timeout_ms=0)
    yield "negative timeout", sink.init(timeout_ms=-1)
    yield "end of nothing", sink.end()
    yield "abort of nothing", sink.end(commits=False)
    yield "unknown partition", sink.add(topic, [0, 9])
    yield "unknown topic", sink.add(f"{topic}-unknown")
    yield "after what is unknown", sink.described()
    yield "one of two", sink.add(topic, [1])
    yield "to the other", sink.produce(topic, 0)
    sink.produce(topic, 0, partition=1)
    yield "init while one is open", sink.init()
    yield "afterwards", sink.settled()
    yield "stable", stable_end(connection, topic)


@script()
def offsets_are_committed_in_transactions(connection, topic):
    create(connection, topic)
    sink = Transactional(connection, f"sink-{topic}")
    sink.init()
    group = f"of-{topic}"
    first_coordinator(connection)

    def fetched(stable=False):
        return connection.ask("OffsetFetch", 7, group_id=group, require_stable=stable, topics=[
            {"name": topic, "partition_indexes": [0]}])

    yield "not added", sink.commit_offset(group, topic, 1)
    yield "no group", sink.add_offsets("")
    yield "add", sink.add_offsets(group)
    yield "described", sink.described()
    for version in range(0, 5):
        yield f"commit, v{version}", sink.commit_offset(group, topic, 10 + version, version)
    yield "open", fetched()
    yield "open, stable", fetched(stable=True)
    yield "unknown topic", sink.commit_offset(group, f"{topic}-unknown", 1)
    yield "unknown partition", sink.commit_offset(group, topic, 1, partition=9)
    yield "no group, commit", sink.commit_offset("", topic, 1)
    yield "a member that there is not", sink.commit_offset(group, topic, 1, member_id="x",
                                                           generation_id=3)
    yield "a generation that there is not", sink.commit_offset(group, topic, 1, generation_id=3)
    yield "old epoch", sink.commit_offset(group, topic, 1, producer=(sink.id, sink.epoch - 1))
    yield "another id", sink.commit_offset(group, topic, 1, producer=(sink.id + 1000, sink.epoch))
    yield "commit", sink.end()
    sink.settled()
    yield "committed", fetched(stable=True)
    sink.add_offsets(group)
    sink.commit_offset(group, topic, 77)
    yield "abort", sink.end(commits=False)
    sink.settled()
    yield "aborted", fetched(stable=True)
    second = Transactional(connection, f"second-{topic}")
    second.init(version=5)
    yield "second protocol", second.commit_offset(group, topic, 88, version=5)
    yield "second protocol, old epoch", second.commit_offset(
        group, topic, 1, version=5, producer=(second.id, second.epoch - 1))
    yield "second protocol, described", second.described()
    yield "second protocol, commit", second.end(version=5)
    second.settled()
    yield "second protocol, committed", fetched(stable=True)


@script()
def transactions_are_listed(connection, topic):
    create(connection, topic)
    names = ("open", "empty", "done")
    by_name = {name: Transactional(connection, f"{topic}-{name}") for name in names}
    for name in names:
        by_name[name].init()
    for name in ("open", "done"):
        by_name[name].add(topic)
        by_name[name].produce(topic, 0)
    by_name["done"].end()
    by_name["done"].settled()

    def ask(version=0, states=(), ids=(), **fields):
        answer = connection.ask("ListTransactions", version, state_filters=list(states),
                                producer_id_filters=list(ids), **fields).to_dict(json=False)
        answer["transaction_states"] = sorted(
            (each["transactional_id"], each["transaction_state"])
            for each in answer["transaction_states"] if each["transactional_id"].startswith(topic))
        return answer

    yield "all", ask()
    yield "open ones", ask(states=["Ongoing"])
    yield "two states", ask(states=["Empty", "CompleteCommit"])
    yield "no such state", ask(states=["Asleep"])
    yield "no such state and one", ask(states=["Asleep", "Ongoing"])
    yield "by id", ask(ids=[by_name["open"].id])
    yield "by id that there is not", ask(ids=[123_456_789])
    yield "just now", ask(1, duration_filter=100_000)
    yield "any age", ask(1, duration_filter=-1)
    yield "older than nothing", ask(1, duration_filter=0)
    yield "by pattern", ask(2, duration_filter=-1, transactional_id_pattern=f"{topic}-.*e.*")
    yield "by part of a name", ask(2, duration_filter=-1, transactional_id_pattern="open")
    yield "by nothing", ask(2, duration_filter=-1, transactional_id_pattern="")
    yield "by a bad pattern", ask(2, duration_filter=-1, transactional_id_pattern="(")
    yield "several", without_times(connection.ask(
        "DescribeTransactions", 0, transactional_ids=[f"{topic}-{name}" for name in names]))
    yield "none", connection.ask("DescribeTransactions", 0, transactional_ids=[])
    by_name["open"].end(commits=False)


@script(
    r"unknown topic\..*\.error_message: kafka '<error_message>', tarn None",
)
def producers_are_described(connection, topic):
    create(connection, topic, partitions=2)
    yield "nobody", producers_of(connection, topic, [0, 1])
    sink = Transactional(connection, f"sink-{topic}")
    sink.init()
    sink.add(topic)
    sink.produce(topic, 0)
    sink.produce(topic, 1)
    yield "one, in a transaction", producers_of(connection, topic)
    yield "unknown partition", producers_of(connection, topic, [9])
    yield "unknown topic", producers_of(connection, f"{topic}-unknown")
    sink.end()
    sink.settled()
    yield "one, after it", producers_of(connection, topic)


@script(
    r"negative (epoch|id)\..*error_code: kafka -1, tarn 42",  # the name of what is wrong
)
def markers_are_written_for_whoever_asks(connection, topic):
    create(connection, topic, partitions=2)

    def ask(producer_id, epoch, commits=False, coordinator_epoch=50, name=topic, partitions=(0,),
            version=1, **fields):
        return by_partition(connection.ask("WriteTxnMarkers", version, markers=[{
            "producer_id": producer_id, "producer_epoch": epoch, "transaction_result": commits,
            "coordinator_epoch": coordinator_epoch, **fields,
            "topics": [{"name": name, "partition_indexes": list(partitions)}]}]))

    sink = Transactional(connection, f"sink-{topic}")
    sink.init()
    sink.add(topic)
    sink.produce(topic, 0)
    yield "unknown partition", ask(sink.id, sink.epoch, partitions=[9])
    yield "unknown topic", ask(sink.id, sink.epoch, name=f"{topic}-unknown")
    yield "known and unknown partition", ask(sink.id + 500, 0, partitions=[0, 9])
    yield "no partitions", ask(sink.id, sink.epoch, partitions=[])
    yield "no markers", connection.ask("WriteTxnMarkers", 1, markers=[])
    yield "of the second protocol, same epoch", ask(sink.id, sink.epoch, version=2,
                                                    transaction_version=2)
    yield "still open", stable_end(connection, topic)
    yield "abort", ask(sink.id, sink.epoch)
    yield "aborted", committed(connection, topic)
    yield "aborted, producers", producers_of(connection, topic)
    yield "again", ask(sink.id, sink.epoch)
    yield "older coordinator", ask(sink.id, sink.epoch, coordinator_epoch=49)
    yield "next epoch", ask(sink.id, sink.epoch + 1, commits=True)
    yield "epoch before", ask(sink.id, sink.epoch)
    yield "epoch before and older coordinator", ask(sink.id, sink.epoch, coordinator_epoch=49)
    yield "of the second protocol, again", ask(sink.id, sink.epoch + 1, version=2,
                                               transaction_version=2)
    yield "of the second protocol, next epoch", ask(sink.id, sink.epoch + 2, version=2,
                                                    transaction_version=2)
    yield "unknown producer", ask(sink.id + 600, 3)
    yield "no coordinator epoch", ask(sink.id + 700, 3, coordinator_epoch=-1)
    yield "negative epoch", ask(sink.id + 800, -1)
    yield "negative id", ask(-1, 0)
    yield "all of it", end_of(connection, topic, 0)
    first_coordinator(connection)
    yield "offsets topic", ask(sink.id, sink.epoch + 3, name=OFFSETS_TOPIC)
    yield "offsets topic, unknown partition", ask(sink.id, sink.epoch + 3, name=OFFSETS_TOPIC,
                                                  partitions=[99])
    yield "two of one producer", by_partition(connection.ask("WriteTxnMarkers", 1, markers=[
        {"producer_id": sink.id + 900, "producer_epoch": 0, "transaction_result": True,
         "coordinator_epoch": 50, "topics": [{"name": topic, "partition_indexes": [partition]}]}
        for partition in (0, 1)]))
