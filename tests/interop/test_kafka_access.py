"""What users may do under access rules, asked by clients that nobody here wrote."""

import struct

import confluent_kafka
import confluent_kafka.admin as admin
import kafka
import pytest
from confluent_kafka import KafkaError
from interop.secured import (  # noqa: F401 (fixtures)
    PLAIN, SASL, WAIT_S, Wire, add_user, administrator, certificate, consume, error_of,
    librdkafka, plain, produce, python, result_of, secured, start_secured,
)

TOPIC, GROUP = admin.ResourceType.TOPIC, admin.ResourceType.GROUP
READ, WRITE = admin.AclOperation.READ, admin.AclOperation.WRITE
CLUSTER_ACTION, BROKER = admin.AclOperation.CLUSTER_ACTION, admin.ResourceType.BROKER
CREATE, DESCRIBE = admin.AclOperation.CREATE, admin.AclOperation.DESCRIBE


@pytest.fixture
def ruled(start_secured):
    """Access rules in force; those on the plain listener are administrators."""
    tarn = start_secured(authorizer="acl", super_users="User:ANONYMOUS")
    add_user(tarn, "alice")
    return tarn


def allow(tarn, operation, resource, name, principal="User:alice",
          pattern=admin.ResourcePatternType.LITERAL, permission=admin.AclPermissionType.ALLOW):
    acl = admin.AclBinding(resource, name, pattern, principal, "*", operation, permission)
    result_of(administrator(tarn).create_acls([acl]))
    return acl


def test_producing_takes_the_right_to_write(ruled):
    alice = librdkafka(ruled, SASL)
    result_of(administrator(ruled).create_topics([admin.NewTopic("shop-orders", 1)]))
    assert produce(alice, "shop-orders", b"1") == KafkaError.TOPIC_AUTHORIZATION_FAILED

    rule = allow(ruled, WRITE, TOPIC, "shop-", pattern=admin.ResourcePatternType.PREFIXED)
    assert produce(alice, "shop-orders", b"1") is None
    allow(ruled, WRITE, TOPIC, "shop-orders", permission=admin.AclPermissionType.DENY)
    assert produce(alice, "shop-orders", b"1") == KafkaError.TOPIC_AUTHORIZATION_FAILED

    found = administrator(ruled).describe_acls(admin.AclBindingFilter(
        TOPIC, "shop-orders", admin.ResourcePatternType.MATCH, None, None,
        admin.AclOperation.ANY, admin.AclPermissionType.ANY)).result(WAIT_S)
    assert len(found) == 2 and rule in found


def test_a_topic_is_made_only_by_those_who_may(ruled):
    alice = librdkafka(ruled, SASL)
    client = admin.AdminClient(alice)
    wanted = [admin.NewTopic("shop-orders", 1)]
    assert error_of(client.create_topics(wanted)) == KafkaError.TOPIC_AUTHORIZATION_FAILED
    allow(ruled, WRITE, TOPIC, "shop-orders")
    assert produce(alice, "shop-orders", b"1") == KafkaError.TOPIC_AUTHORIZATION_FAILED

    allow(ruled, CREATE, TOPIC, "shop-orders")

    result_of(client.create_topics(wanted))
    assert produce(alice, "shop-orders", b"1") is None
    assert error_of(client.delete_topics(["shop-orders"])) == \
        KafkaError.TOPIC_AUTHORIZATION_FAILED


def test_consuming_takes_the_right_to_read_both_topic_and_group(ruled):
    alice = librdkafka(ruled, SASL)
    assert produce(librdkafka(ruled, PLAIN), "trades", b"1") is None
    allow(ruled, DESCRIBE, TOPIC, "trades")
    assert consume(alice, "trades", "readers") == KafkaError.GROUP_AUTHORIZATION_FAILED
    allow(ruled, READ, GROUP, "readers")
    assert consume(alice, "trades", "readers") == KafkaError.TOPIC_AUTHORIZATION_FAILED

    allow(ruled, READ, TOPIC, "trades")

    assert consume(alice, "trades", "readers") == b"1"
    allow(ruled, READ, GROUP, "pythons")
    with_python = kafka.KafkaConsumer("trades", **python(ruled, SASL), group_id="pythons",
                                      auto_offset_reset="earliest", consumer_timeout_ms=10_000)
    assert next(with_python).value == b"1"
    with_python.close()


def test_members_of_the_newer_protocol_take_the_same_rights(ruled):
    alice = librdkafka(ruled, SASL, **{"group.protocol": "consumer"})
    assert produce(librdkafka(ruled, PLAIN), "trades", b"1") is None
    allow(ruled, DESCRIBE, TOPIC, "trades")
    assert consume(alice, "trades", "readers") == KafkaError.GROUP_AUTHORIZATION_FAILED
    allow(ruled, READ, GROUP, "readers")
    assert consume(alice, "trades", "readers") == KafkaError.TOPIC_AUTHORIZATION_FAILED

    allow(ruled, READ, TOPIC, "trades")

    assert consume(alice, "trades", "readers") == b"1"


def test_topics_that_one_may_not_describe_are_not_there(ruled):
    for topic in ["mine", "theirs"]:
        assert produce(librdkafka(ruled, PLAIN), topic, b"1") is None
    allow(ruled, READ, TOPIC, "mine")
    client = admin.AdminClient(librdkafka(ruled, SASL))

    assert set(client.list_topics(timeout=WAIT_S).topics) == {"mine"}
    named = client.list_topics("theirs", timeout=WAIT_S).topics["theirs"]
    assert named.error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    described = result_of(client.describe_topics(
        confluent_kafka.TopicCollection(["mine"]), include_authorized_operations=True))
    assert set(described.authorized_operations) == {READ, DESCRIBE}


def test_only_administrators_see_and_change_users_and_rules(ruled):
    client = admin.AdminClient(librdkafka(ruled, SASL))
    everything = admin.AclBindingFilter(
        admin.ResourceType.ANY, None, admin.ResourcePatternType.ANY, None, None,
        admin.AclOperation.ANY, admin.AclPermissionType.ANY)
    denied = KafkaError.CLUSTER_AUTHORIZATION_FAILED

    # librdkafka drops this error and gives an empty list.
    wire = Wire(ruled.faces[SASL])
    wire.handshake("PLAIN")
    assert wire.authenticate(plain())[0] == 0
    answer = wire.ask(29, 1, struct.pack(">bhbhhbb", 1, -1, 1, -1, -1, 1, 1))
    assert struct.unpack(">ih", answer.read(6)) == (0, denied)
    acl = admin.AclBinding(TOPIC, "*", admin.ResourcePatternType.LITERAL, "User:alice", "*",
                           admin.AclOperation.ALL, admin.AclPermissionType.ALLOW)
    assert error_of(client.create_acls([acl])) == denied
    assert error_of(client.delete_acls([everything])) == denied
    assert error_of(client.alter_user_scram_credentials([admin.UserScramCredentialDeletion(
        "alice", admin.ScramMechanism.SCRAM_SHA_256)])) == denied

    allow(ruled, READ, TOPIC, "trades")
    assert len(result_of(administrator(ruled).delete_acls([everything]))) == 1
    assert administrator(ruled).describe_acls(everything).result(WAIT_S) == []


def test_markers_are_written_for_brokers_and_administrators_only(ruled):
    result_of(administrator(ruled).create_topics([admin.NewTopic("trades", 1)]))
    wire = Wire(ruled.faces[SASL])
    wire.handshake("PLAIN")
    assert wire.authenticate(plain())[0] == 0

    def write_marker():
        # Of producer 5: one partition of one topic, in the compact forms of arrays and strings.
        answer = wire.ask(27, 1, b"\0" + b"\2" + struct.pack(">qh?", 5, 0, False)
                          + b"\2\7trades\2" + struct.pack(">i", 0) + b"\0"
                          + struct.pack(">i", 0) + b"\0\0").read()
        # Then come the ends of four structures.
        return struct.unpack(">h", answer[-6:-4])[0]

    assert write_marker() == KafkaError.CLUSTER_AUTHORIZATION_FAILED
    allow(ruled, CLUSTER_ACTION, BROKER, "kafka-cluster")
    assert write_marker() == KafkaError.NO_ERROR


def test_without_an_authorizer_rules_are_refused(secured):
    acl = admin.AclBinding(TOPIC, "t", admin.ResourcePatternType.LITERAL, "User:alice", "*", READ,
                           admin.AclPermissionType.ALLOW)
    assert error_of(administrator(secured).create_acls([acl])) == KafkaError.SECURITY_DISABLED
