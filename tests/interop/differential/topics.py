"""Questions about topics, their settings and the cluster."""

import time
import uuid

from interop.differential.conversation import UNKNOWN_ID, create, id_of, script, versions


@script()
def metadata_of_existing_unknown_and_invalid_topics(connection, topic):
    create(connection, topic, partitions=3)
    names = [topic, f"{topic}-unknown", "not a name", "", ".", "..", "x" * 250]
    names.remove("")  # has a test of its own: it has no name to be found by
    for version in versions("Metadata", 4):
        yield f"v{version}", connection.ask(
            "Metadata", version, topics=[{"name": name, "topic_id": None} for name in names],
            allow_auto_topic_creation=False, include_topic_authorized_operations=True)
    yield "none", connection.ask("Metadata", 9, topics=[], allow_auto_topic_creation=True)
    yield "by unknown id", connection.ask("Metadata", 12, topics=[
        {"name": None, "topic_id": UNKNOWN_ID}], allow_auto_topic_creation=False)
    yield "by id with an empty name", connection.ask("Metadata", 12, topics=[
        {"name": "", "topic_id": id_of(connection, topic)}])
    yield "by unknown id with an empty name", connection.ask("Metadata", 12, topics=[
        {"name": "", "topic_id": UNKNOWN_ID}])
    yield "by id", connection.ask("Metadata", 12, topics=[
        {"name": None, "topic_id": id_of(connection, topic)}], allow_auto_topic_creation=False)


@script()
def topics_are_described_by_partitions(connection, topic):
    create(connection, topic, f"{topic}-b", partitions=3)
    wanted = [{"name": name} for name in (topic, f"{topic}-b", f"{topic}-unknown", "not a name")]
    for limit in (100, 2, 1, 4):
        yield f"limit {limit}", connection.ask(
            "DescribeTopicPartitions", 0, topics=wanted, response_partition_limit=limit,
            cursor=None)


@script(
    r"collides\..*",  # Kafka's metrics would mix the two up, ours would not
    r".*only validates.*\.topic_id: .*",  # an id for a topic that is not made
    r".*min\.insync\.replicas\].config_source: kafka 3, tarn 5",  # a setting of its cluster
    r".*\[remote\.copy\.lag\.(bytes|ms)\]\..*",  # of Kafka 4.4
)
def topics_are_created_and_refused(connection, topic):
    create(connection, topic)

    def new(name, partitions=1, factor=1, assignments=(), **configs):
        return {"name": name, "num_partitions": partitions, "replication_factor": factor,
                "assignments": [{"partition_index": index, "broker_ids": brokers}
                                for index, brokers in assignments],
                "configs": [{"name": key.replace("_", "."), "value": value}
                            for key, value in configs.items()]}

    def ask(version, *topics, validate_only=False):
        answer = connection.ask("CreateTopics", version, topics=list(topics), timeout_ms=5000,
                                validate_only=validate_only)
        answer.topics.sort(key=lambda each: each.name)
        return answer

    refused = {
        "exists": new(topic), "empty name": new(""), "dot": new("."), "two dots": new(".."),
        "space": new("a b"), "slash": new("a/b"), "long": new("x" * 250),
        "no partitions": new(f"{topic}-0", 0), "minus two partitions": new(f"{topic}-1", -2),
        "three replicas": new(f"{topic}-2", 1, 3), "no replicas": new(f"{topic}-3", 1, 0),
        "minus two replicas": new(f"{topic}-4", 1, -2),
        "unknown config": new(f"{topic}-5", made_up="1"),
        "bad number": new(f"{topic}-6", retention_ms="soon"),
        "number out of bounds": new(f"{topic}-7", segment_bytes="1"),
        "bad word": new(f"{topic}-8", cleanup_policy="burn"),
        "empty number": new(f"{topic}-9", retention_ms=""),
        "null value": new(f"{topic}-10", retention_ms=None),
        "both": new(f"{topic}-11", 1, 1, [(0, [1])]),
        "unknown broker": new(f"{topic}-12", -1, -1, [(0, [99])]),
        "gap in partitions": new(f"{topic}-13", -1, -1, [(0, [1]), (2, [1])]),
        "twice the same broker": new(f"{topic}-14", -1, -1, [(0, [1, 1])]),
        "more in sync than there are": new(f"{topic}-15", min_insync_replicas="0"),
        "bad double": new(f"{topic}-16", min_cleanable_dirty_ratio="2"),
        "bad bool": new(f"{topic}-17", preallocate="yes"),
    }
    for asked, wanted in refused.items():
        yield asked, ask(5, wanted)
    for version in versions("CreateTopics", 2):
        yield f"v{version}", ask(version, new(f"{topic}-v{version}", -1, -1, retention_ms="1000"))
        yield f"v{version} only validates", ask(version, new(f"{topic}-never", 3),
                                                validate_only=True)
        yield f"v{version} refuses", ask(version, new(topic))
    yield "assigned", ask(5, new(f"{topic}-assigned", -1, -1, [(0, [1]), (1, [1])]))
    yield "twice in one request", ask(5, new(f"{topic}-twice"), new(f"{topic}-twice"))
    yield "all sorts of configs", ask(
        5, new(f"{topic}-configured", cleanup_policy="compact,delete", compression_type="zstd",
               max_message_bytes="1000", message_timestamp_type="LogAppendTime",
               min_cleanable_dirty_ratio="0.25", segment_ms="60000"))
    collides = topic.replace("-", ".") + ".collides"
    yield "a dot", ask(5, new(collides))
    yield "collides", ask(5, new(collides.replace(".", "_")))


@script()
def topics_are_deleted(connection, topic):
    create(connection, topic, f"{topic}-b", f"{topic}-c")
    for version in versions("DeleteTopics", 1):
        create(connection, topic)
        fields = ({"topics": [{"name": topic, "topic_id": uuid.UUID(int=0)},
                              {"name": f"{topic}-unknown", "topic_id": uuid.UUID(int=0)}]}
                  if version >= 6 else {"topic_names": [topic, f"{topic}-unknown"]})
        answer = connection.ask("DeleteTopics", version, timeout_ms=5000, **fields)
        answer.responses.sort(key=lambda each: each.name)
        yield f"v{version}", answer
        deadline = time.monotonic() + 10
        while connection.ask("Metadata", 7, topics=[{"name": topic}],
                             allow_auto_topic_creation=False).topics[0].error_code == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    by_id = [{"name": None, "topic_id": id_of(connection, f"{topic}-b")},
             {"name": None, "topic_id": UNKNOWN_ID}]
    answer = connection.ask("DeleteTopics", 6, timeout_ms=5000, topics=by_id)
    answer.responses.sort(key=lambda each: str(each.name))
    yield "by id", answer
    yield "by both", connection.ask(
        "DeleteTopics", 6, timeout_ms=5000,
        topics=[{"name": f"{topic}-c", "topic_id": id_of(connection, f"{topic}-c")}])


@script(
    r"unknown\..*error_message: kafka None, tarn '<error_message>'",  # ours gives a reason
)
def partitions_are_added(connection, topic):
    create(connection, topic, partitions=2)

    def ask(name, count, assignments=None, version=3, validate_only=False):
        return connection.ask("CreatePartitions", version, timeout_ms=5000,
                              validate_only=validate_only,
                              topics=[{"name": name, "count": count, "assignments": assignments}])

    yield "only validates", ask(topic, 5, validate_only=True)
    yield "fewer", ask(topic, 1)
    yield "as many", ask(topic, 2)
    yield "none", ask(topic, 0)
    yield "minus one", ask(topic, -1)
    yield "unknown", ask(f"{topic}-unknown", 3)
    yield "assigned", ask(topic, 3, [{"broker_ids": [1]}])
    yield "too many assigned", ask(topic, 4, [{"broker_ids": [1]}, {"broker_ids": [1]}])
    yield "unknown broker", ask(topic, 4, [{"broker_ids": [9]}])
    for version in versions("CreatePartitions", 0):
        yield f"v{version}", ask(topic, 4 + version, version=version)


def described_configs(connection, kind, name, keys=None, version=4, **fields):
    return connection.ask(
        "DescribeConfigs", version, include_synonyms=fields.get("synonyms", False),
        include_documentation=False,
        resources=[{"resource_type": kind, "resource_name": name, "configuration_keys": keys}])


@script(
    r".*[.\[]min\.insync\.replicas\b.*: kafka 3, tarn 5",  # a setting of Kafka's cluster
    r".*[.\[]remote\.copy\.lag\.(bytes|ms)\b.*",  # of Kafka 4.4
    # Kafka has these under other units too, and names the unit that its defaults are in.
    r"synonyms\.(flush|retention|segment|segment\.jitter)\.ms\..*",
    r"v\d\.results\[0\]\.configs\[retention\.ms\]\.synonyms.*",
)
def topic_configs_are_described(connection, topic):
    create(connection, topic, retention_ms="1000", cleanup_policy="compact")
    answer = described_configs(connection, 2, topic)
    yield "configs", {each.name: {"value": each.value, "type": each.config_type,
                                  "source": each.config_source, "read only": each.read_only,
                                  "sensitive": each.is_sensitive}
                      for each in answer.results[0].configs}
    answer = described_configs(connection, 2, topic, synonyms=True)
    yield "synonyms", {each.name: {"first": [each.synonyms[0].name, each.synonyms[0].value,
                                             each.synonyms[0].source] if each.synonyms else None,
                                   "last": [each.synonyms[-1].name, each.synonyms[-1].value,
                                            each.synonyms[-1].source] if each.synonyms else None}
                       for each in answer.results[0].configs}
    yield "one", described_configs(connection, 2, topic, ["retention.ms", "made.up"])
    for version in versions("DescribeConfigs", 1):
        yield f"v{version}", described_configs(connection, 2, topic, ["retention.ms"], version,
                                               synonyms=True)
    yield "none", described_configs(connection, 2, topic, [])
    yield "unknown topic", described_configs(connection, 2, f"{topic}-unknown")
    yield "invalid topic", described_configs(connection, 2, "not a name")
    yield "unknown broker", described_configs(connection, 4, "77")
    yield "not a broker", described_configs(connection, 4, "one")
    yield "unknown kind", described_configs(connection, 99, "x")


@script(
    r"unknown operation\..*",  # Kafka fails there without a reason
)
def configs_are_changed_and_refused(connection, topic):
    create(connection, topic)

    def ask(*changes, name=topic, kind=2, validate_only=False):
        return connection.ask(
            "IncrementalAlterConfigs", 1, validate_only=validate_only,
            resources=[{"resource_type": kind, "resource_name": name, "configs": [
                {"name": key, "config_operation": operation, "value": value}
                for key, operation, value in changes]}])

    def now(key, expected):
        # Kafka's broker hears of a change a moment after the client has been told.
        deadline = time.monotonic() + 5
        while True:
            value = described_configs(connection, 2, topic, [key]).results[0].configs[0].value
            if value == expected or time.monotonic() > deadline:
                return value
            time.sleep(0.05)

    yield "set", ask(("retention.ms", 0, "1000"))
    yield "is set", {"value": now("retention.ms", "1000")}
    yield "only validated", ask(("retention.ms", 0, "5"), validate_only=True)
    yield "is the same", {"value": now("retention.ms", "1000")}
    yield "deleted", ask(("retention.ms", 1, None))
    yield "is default", {"value": now("retention.ms", "604800000")}
    yield "appended", ask(("cleanup.policy", 2, "compact"))
    yield "is both", {"value": now("cleanup.policy", "delete,compact")}
    yield "subtracted", ask(("cleanup.policy", 3, "delete"))
    yield "is one", {"value": now("cleanup.policy", "compact")}
    yield "append to a number", ask(("retention.ms", 2, "1"))
    yield "unknown key", ask(("made.up", 0, "1"))
    yield "bad value", ask(("retention.ms", 0, "soon"))
    yield "null value", ask(("retention.ms", 0, None))
    yield "unknown operation", ask(("retention.ms", 9, "1"))
    yield "twice the same key", ask(("retention.ms", 0, "1"), ("retention.ms", 0, "2"))
    yield "unknown topic", ask(("retention.ms", 0, "1"), name=f"{topic}-unknown")
    yield "unknown kind", ask(("a", 0, "1"), kind=77)
    yield "all replaced", connection.ask(
        "AlterConfigs", 1, validate_only=False,
        resources=[{"resource_type": 2, "resource_name": topic,
                    "configs": [{"name": "segment.ms", "value": "60000"}]}])
    yield "is replaced", {"segment.ms": now("segment.ms", "60000"),
                          "policy": now("cleanup.policy", "delete")}


@script(
    r"controllers\.endpoint_type: kafka 1, tarn 2",  # ours says what was asked
    r"elect\..*error_message: kafka '<error_message>', tarn None",
)
def the_cluster_is_described(connection, topic):
    create(connection, topic, partitions=2)
    for version in versions("DescribeCluster", 0):
        yield f"v{version}", connection.ask("DescribeCluster", version,
                                            include_cluster_authorized_operations=True,
                                            endpoint_type=1)
    yield "controllers", connection.ask("DescribeCluster", 1, endpoint_type=2,
                                        include_cluster_authorized_operations=False)
    yield "reassignments", connection.ask("ListPartitionReassignments", 0, timeout_ms=5000,
                                          topics=None)
    yield "elect", connection.ask(
        "ElectLeaders", 2, election_type=0, timeout_ms=5000,
        topic_partitions=[{"topic": topic, "partitions": [0, 9]},
                          {"topic": f"{topic}-unknown", "partitions": [0]}])
    for version in versions("DescribeLogDirs", 1):
        answer = connection.ask(
            "DescribeLogDirs", version,
            topics=[{"topic": topic, "partitions": [0, 1, 9]},
                    {"topic": f"{topic}-unknown", "partitions": [0]}])
        answer.results[0].topics[0].partitions.sort(key=lambda each: each.partition_index)
        yield f"log dirs v{version}", answer


@script()
def clients_name_themselves(connection, topic):
    def answer(version, name="tests", software_version="1"):
        connection.send("ApiVersions", version, client_software_name=name,
                        client_software_version=software_version)
        frame = connection.frame()
        # Clients read errors in different forms; code and size say what there is.
        return {"error": int.from_bytes(frame[4:6], "big"), "has ranges": len(frame) > 100,
                "size when refused": len(frame) < 100 and len(frame)}

    for name, software in (("tests", "1.0"), ("", ""), ("a b", "1"), ("x", "1_0"), ("-x", "1"),
                           ("x-", "1"), ("a.b-c", "1.0-rc1"), ("x", "")):
        yield f"'{name}' '{software}'", answer(3, name, software)
    for version in range(0, 5):
        yield f"v{version}", answer(version)
