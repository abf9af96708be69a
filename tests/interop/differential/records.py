"""Questions about records: storing, finding, reading and deleting them."""

import time
import uuid

from interop.differential.conversation import UNKNOWN_ID, create, id_of, script, versions
from interop.kafka_socket import MESSAGES, NOW_MS, Batch, produce


@script(
    r".*\.error_message: kafka None, tarn '<error_message>'",  # ours gives a reason
    r".*\.log_start_offset: kafka 0, tarn -1",  # where nothing was appended
    r"(empty records|torn|torn in its header)\.error_code: kafka 87, tarn 2",
    r"magic [01]\.error_code: kafka 87, tarn 43",  # the name of what is wrong
    r"unknown codec\.error_code: kafka -1, tarn 76",  # likewise
    r"records are rubbish\.record_errors.*",  # ours says which
    # Ours unpacks compressed batches only where it has to, and stores what it cannot read.
    r"not really compressed\..*",
    r"(no timestamp|wrong largest timestamp|good at the end)\.base_offset: .*",
)
def batches_are_stored_and_refused(connection, topic):
    create(connection, topic)
    create(connection, f"{topic}-compacted", cleanup_policy="compact")
    create(connection, f"{topic}-small", max_message_bytes="100")
    create(connection, f"{topic}-appended", message_timestamp_type="LogAppendTime")
    create(connection, f"{topic}-timely", message_timestamp_after_max_ms="1000")

    def ask(batch, name=topic, **how):
        content = batch.encode() if isinstance(batch, Batch) else batch
        answer = produce(connection, name, content, **how)
        if answer.get("log_append_time_ms", 0) > 0:
            answer["log_append_time_ms"] = "now"
        return answer

    yield "good", ask(Batch(values=[b"a", b"b", b"c"]))
    yield "one version after the other", [
        ask(Batch(), version=version) for version in range(3, 13)
        if version <= MESSAGES["ProduceRequest"].max_version]
    yield "wrong crc", ask(Batch(crc_change=1))
    yield "magic 1", ask(Batch(magic=1))
    yield "magic 0", ask(Batch(magic=0))
    yield "magic 3", ask(Batch(magic=3))
    yield "unknown topic", ask(Batch(), f"{topic}-unknown")
    yield "invalid topic", ask(Batch(), "not a name")
    yield "unknown partition", ask(Batch(), partition=7)
    yield "negative partition", ask(Batch(), partition=-1)
    yield "too large for the topic", ask(Batch(values=[b"x" * 200]), f"{topic}-small")
    yield "acks 2", ask(Batch(), acks=2)
    yield "acks 1", ask(Batch(), acks=1)
    yield "empty records", ask(b"")
    yield "torn", ask(Batch().encode()[:-3])
    yield "torn in its header", ask(Batch().encode()[:40])
    yield "two batches", ask(Batch().encode() + Batch().encode())
    yield "base offset is ours", ask(Batch(base_offset=500))
    yield "count too high", ask(Batch(record_count=2))
    yield "count zero", ask(Batch(record_count=0))
    yield "negative count", ask(Batch(record_count=-1))
    yield "offsets do not add up", ask(Batch(last_offset_delta=5))
    yield "records are rubbish", ask(Batch(records=b"\x7f" * 20))
    yield "control batch", ask(Batch(attributes=0x20))
    yield "unknown codec", ask(Batch(attributes=5))
    yield "not really compressed", ask(Batch(attributes=1))
    yield "no key on a compacted topic", ask(Batch(), f"{topic}-compacted")
    yield "a key on a compacted topic", ask(Batch(key=b"k"), f"{topic}-compacted")
    yield "append time", ask(Batch(), f"{topic}-appended")
    yield "from the future", ask(Batch(timestamp=int(time.time() * 1000) + 3_600_000),
                                 f"{topic}-timely")
    yield "timely", ask(Batch(timestamp=int(time.time() * 1000)), f"{topic}-timely")
    yield "no timestamp", ask(Batch(timestamp=-1))
    yield "wrong largest timestamp", ask(Batch(max_timestamp=5))
    yield "good at the end", ask(Batch())


@script(
    r"(first|second) again\.log_append_time_ms: kafka \d{13}, tarn -1",  # not appended
    r".*\.error_message: kafka None, tarn '<error_message>'",  # ours gives a reason
    r".*\.log_start_offset: kafka 0, tarn -1",  # where nothing was appended
    r"negative epoch\.error_code: kafka 47, tarn 87",  # it is no epoch at all
    # Kafka forgets how far it has come and calls an old duplicate a gap, which stops producers.
    r"(older than.*|part of the second)\.error_code: kafka 45, tarn 46",
)
def sequences_are_checked(connection, topic):
    create(connection, topic, partitions=2)
    given = first_producer_id(connection)
    yield "init", given

    def ask(sequence, epoch=0, count=1, partition=0, producer_id=given.producer_id):
        return produce(connection, topic, Batch(
            values=[b"v"] * count, producer_id=producer_id, producer_epoch=epoch,
            base_sequence=sequence).encode(), partition=partition)

    yield "first", ask(0)
    yield "second", ask(1, count=3)
    yield "second again", ask(1, count=3)
    yield "first again", ask(0)
    yield "part of the second", ask(1, count=2)
    yield "gap", ask(7)
    yield "goes on", ask(4)
    for sequence in range(5, 11):
        yield f"number {sequence}", ask(sequence)
    yield "older than what is remembered", ask(0)
    yield "next epoch, not from zero", ask(11, epoch=1)
    yield "next epoch", ask(0, epoch=1)
    yield "old epoch", ask(11)
    yield "two epochs on", ask(0, epoch=3)
    yield "unknown producer from zero", ask(0, producer_id=987_654_321)
    yield "unknown producer in the middle", ask(5, producer_id=987_654_322, partition=1)
    yield "negative sequence", ask(-1, epoch=3)
    yield "negative epoch", ask(1, epoch=-1)


def first_producer_id(connection):
    """Kafka fetches a block of ids when it is first asked for one, and says 'soon' until then."""
    deadline = time.monotonic() + 20
    while True:
        given = connection.ask("InitProducerId", 4, transactional_id=None,
                               transaction_timeout_ms=60_000, producer_id=-1, producer_epoch=-1)
        if given.error_code != 14:
            return given
        assert time.monotonic() < deadline
        time.sleep(0.05)


@script()
def producer_ids_are_given(connection, topic):
    first_producer_id(connection)

    def ask(version=4, **fields):
        wanted = {"transactional_id": None, "transaction_timeout_ms": 60_000, "producer_id": -1,
                  "producer_epoch": -1} | fields
        return connection.ask("InitProducerId", version, **wanted)

    for version in versions("InitProducerId", 0):
        yield f"v{version}", ask(version)
    yield "both without a transactional id", ask(producer_id=3, producer_epoch=2)
    yield "timeout of zero", ask(transaction_timeout_ms=0)


def fetch(connection, topic, offset=0, partition=0, version=11, session=(0, -1), bytes_max=1 << 20,
          forgotten=(), topics=None, **fields):
    wanted = {"partition": partition, "current_leader_epoch": -1, "fetch_offset": offset,
              "last_fetched_epoch": -1, "log_start_offset": -1, "partition_max_bytes": bytes_max}
    wanted |= {name: fields.pop(name) for name in list(fields) if name in wanted}
    named = {"topic_id": topic} if isinstance(topic, uuid.UUID) else {"topic": topic}
    asked = {"replica_id": -1, "max_wait_ms": 50, "min_bytes": 0, "max_bytes": 1 << 20,
             "isolation_level": 0, "session_id": session[0], "session_epoch": session[1],
             "forgotten_topics_data": list(forgotten), "rack_id": "",
             "topics": [{**named, "partitions": [wanted]}] if topics is None else topics} | fields
    return connection.ask("Fetch", version, **asked)


@script(
    # Kafka fills the room with a part of the next batch, which clients throw away.
    r"room for one batch and a half\..*\.records: .*",
)
def records_are_fetched_and_refused(connection, topic):
    create(connection, topic, partitions=2)
    for value in (b"a", b"b" * 500, b"c"):
        produce(connection, topic, Batch(values=[value] * 3).encode())
    for version in range(4, min(13, MESSAGES["FetchRequest"].max_version + 1)):
        yield f"v{version}", fetch(connection, topic, version=version)
    yield "in the middle", fetch(connection, topic, 4)
    yield "at the end", fetch(connection, topic, 9)
    yield "past the end", fetch(connection, topic, 10)
    yield "before the start", fetch(connection, topic, -1)
    yield "unknown topic", fetch(connection, f"{topic}-unknown")
    yield "unknown partition", fetch(connection, topic, partition=9)
    yield "one byte", fetch(connection, topic, bytes_max=1)
    yield "one byte in all", fetch(connection, topic, max_bytes=1)
    yield "room for one batch and a half", fetch(connection, topic, bytes_max=200)
    yield "committed only", fetch(connection, topic, isolation_level=1)
    yield "epoch of the future", fetch(connection, topic, current_leader_epoch=99)
    yield "negative epoch", fetch(connection, topic, current_leader_epoch=-5)
    if MESSAGES["FetchRequest"].max_version >= 13:
        known = id_of(connection, topic)
        yield "by id", fetch(connection, known, version=13)
        yield "by unknown id", fetch(connection, UNKNOWN_ID, version=13)
        yield "by id, unknown partition", fetch(connection, known, version=13, partition=9)


@script()
def fetch_sessions_tell_what_is_new(connection, topic):
    create(connection, topic, partitions=2)
    produce(connection, topic, Batch().encode())
    first = fetch(connection, topic, version=12, session=(0, 0))
    yield "first", first
    session = first.session_id
    yield "nothing new", fetch(connection, topic, 1, version=12, session=(session, 1))
    produce(connection, topic, Batch().encode())
    yield "one more", fetch(connection, topic, version=12, session=(session, 2), topics=[])
    yield "same again", fetch(connection, topic, 2, version=12, session=(session, 3))
    yield "wrong epoch", fetch(connection, topic, version=12, session=(session, 9), topics=[])
    yield "unknown session", fetch(connection, topic, version=12, session=(123_456, 1), topics=[])
    yield "another partition", fetch(connection, topic, partition=1, version=12,
                                     session=(session, 4))
    produce(connection, topic, Batch().encode())
    yield "one forgotten", fetch(connection, topic, version=12, session=(session, 5), topics=[],
                                 forgotten=[{"topic": topic, "partitions": [0]}])
    yield "closed", fetch(connection, topic, version=12, session=(session, -1), topics=[])
    yield "gone", fetch(connection, topic, version=12, session=(session, 6), topics=[])


@script()
def offsets_are_listed(connection, topic):
    create(connection, topic)

    def ask(timestamp, version=7, name=topic, partition=0, epoch=-1):
        return connection.ask(
            "ListOffsets", version, replica_id=-1, isolation_level=0, timeout_ms=5000,
            topics=[{"name": name, "partitions": [
                {"partition_index": partition, "timestamp": timestamp,
                 "current_leader_epoch": epoch}]}])

    asked = {"latest": -1, "earliest": -2, "largest time": -3, "before all": 5,
             "at one": NOW_MS + 10, "between": NOW_MS + 15, "after all": NOW_MS + 10_000}
    for name, timestamp in asked.items():
        yield f"empty, {name}", ask(timestamp)
    for start, step in ((0, 10), (1000, -10), (500, 0)):
        batch = Batch(values=[b"v"] * 5, timestamp=NOW_MS + start, time_step=step,
                      max_timestamp=NOW_MS + start + max(0, 4 * step))
        produce(connection, topic, batch.encode())
    for name, timestamp in asked.items():
        for version in versions("ListOffsets", 1):
            if timestamp == -3 and version < 7:
                continue
            yield f"v{version}, {name}", ask(timestamp, version)
    for timestamp in range(NOW_MS - 5, NOW_MS + 1010, 35):
        yield f"time {timestamp}", ask(timestamp)
    if MESSAGES["ListOffsetsRequest"].max_version >= 9:
        yield "local", ask(-4, 9)
        yield "tiered", ask(-5, 9)
    yield "unknown topic", ask(-1, name=f"{topic}-unknown")
    yield "unknown partition", ask(-1, partition=9)
    yield "epoch of the future", ask(-1, epoch=99)
    yield "negative epoch", ask(-1, epoch=-5)
    wanted = {"partition_index": 0, "timestamp": -1, "current_leader_epoch": -1}
    answer = connection.ask("ListOffsets", 7, replica_id=-1, isolation_level=0,
                            topics=[{"name": topic, "partitions": [wanted, wanted]}])
    yield "twice the same partition", answer
    yield "a place that there is not", ask(-99)


@script()
def records_are_deleted(connection, topic):
    create(connection, topic)
    for _ in range(3):
        produce(connection, topic, Batch(values=[b"v"] * 4).encode())

    def ask(offset, name=topic, partition=0, version=2):
        return connection.ask("DeleteRecords", version, timeout_ms=5000, topics=[
            {"name": name, "partitions": [{"partition_index": partition, "offset": offset}]}])

    yield "some", ask(6)
    yield "what is gone", ask(3)
    yield "past the end", ask(13)
    yield "minus two", ask(-2)
    yield "unknown topic", ask(0, f"{topic}-unknown")
    yield "unknown partition", ask(0, partition=9)
    yield "fetch below the start", fetch(connection, topic, 5)
    yield "fetch in the middle of a batch", fetch(connection, topic, 6)
    for version in versions("DeleteRecords", 0):
        yield f"v{version}", ask(7 + version, version=version)
    yield "all", ask(-1)
    yield "fetch the end", fetch(connection, topic, 12)


@script()
def nobody_answers_who_wants_no_answer(connection, topic):
    create(connection, topic)

    def after_sending(batch, name=topic, partition=0):
        connection.send("Produce", 9, transactional_id=None, acks=0, timeout_ms=1000,
                        topic_data=[{"name": name, "partition_data": [
                            {"index": partition, "records": batch.encode()}]}])
        time.sleep(0.2)  # ours shows it once it is flushed
        return connection.ask("ListOffsets", 7, replica_id=-1, isolation_level=0, topics=[
            {"name": topic, "partitions": [{"partition_index": 0, "timestamp": -1,
                                            "current_leader_epoch": -1}]}])

    yield "good", after_sending(Batch())
    yield "wrong crc", after_sending(Batch(crc_change=1))
    yield "unknown partition", after_sending(Batch(), partition=9)
    yield "unknown topic", after_sending(Batch(), f"{topic}-unknown")
    yield "good again", after_sending(Batch())


@script()
def ends_of_epochs_are_told(connection, topic):
    create(connection, topic)
    produce(connection, topic, Batch().encode())

    def ask(epoch, current=-1, partition=0, name=topic, version=3):
        return connection.ask(
            "OffsetForLeaderEpoch", version, replica_id=-1,
            topics=[{"topic": name, "partitions": [
                {"partition": partition, "current_leader_epoch": current,
                 "leader_epoch": epoch}]}])

    yield "a later one", ask(99)
    yield "none", ask(-1)
    yield "unknown topic", ask(0, name=f"{topic}-unknown")
    yield "unknown partition", ask(0, partition=9)
    yield "epoch of the future", ask(0, current=99)
    yield "negative epoch", ask(0, current=-5)
