"""The same questions to Tarn and to Apache Kafka 4.3.1: every field of the answers has to agree,
save ids, addresses, times and the wording of reasons. Where Tarn answers otherwise on purpose, the
script in differential/ says so above it."""

import re

import pytest

from interop.differential import consumer_groups, groups, records, topics, transactions
from interop.differential.conversation import SCRIPTS, create, played
from interop.kafka_peers import PEERS, Confluent, Record
from interop.kafka_socket import KafkaSocket

# Importing them has filled SCRIPTS.
FAMILIES = (consumer_groups, groups, records, topics, transactions)


@pytest.fixture(scope="module")
def both(shared_tarn, apache_kafka):
    return shared_tarn.faces["kafka"], apache_kafka


@pytest.mark.parametrize("script_name", SCRIPTS)
def test_tarn_answers_as_kafka_does(both, script_name, topic):
    function, expected = SCRIPTS[script_name]
    ours, theirs = (played(function, address, topic) for address in both)

    differences = [f"{path}: kafka {theirs.get(path, 'nothing')}, tarn {ours.get(path, 'nothing')}"
                   for path in sorted(ours.keys() | theirs.keys())
                   if ours.get(path) != theirs.get(path)]
    surprising = [line for line in differences
                  if not any(re.fullmatch(each, line) for each in expected)]
    unused = [each for each in expected if not any(re.fullmatch(each, d) for d in differences)]
    assert not surprising, "\n".join(surprising)
    assert not unused, f"these differences are gone: {unused}"
    assert len(theirs) > 3


# What Kafka offers and Tarn does not: between brokers, delegation tokens, quotas, features, the
# newer kinds of groups.
NOT_OFFERED = {34, 38, 39, 40, 41, 49, 55, 57, 64, 71, 72, 76, 77, 78, 79, 80, 81, 83,
               84, 85, 86, 87, 88, 89, 90, 91, 92, 93}
# AddPartitionsToTxn is for brokers among themselves from version 4 on; clients stop at 3.
OFFERED_IN_PART = {24: (0, 3)}


def test_tarn_offers_the_versions_that_kafka_offers(both):
    offered = []
    for address in both:
        with KafkaSocket(address) as connection:
            answer = connection.ask("ApiVersions", 3, client_software_name="tests",
                                    client_software_version="1")
            offered.append({each.api_key: (each.min_version, each.max_version)
                            for each in answer.api_keys})
    ours, theirs = offered

    assert theirs.keys() - ours.keys() <= NOT_OFFERED
    assert ours.keys() <= theirs.keys()
    assert ours == {key: theirs[key] for key in ours} | OFFERED_IN_PART


# Kafka has the times under other units too, and its defaults in those; it offers more protocols.
# Tarn lets transactions last an hour, as Flink asks for, and has no Kerberos.
OF_ITS_OWN = {"group.coordinator.rebalance.protocols", "log.flush.interval.ms", "log.retention.ms",
              "log.roll.jitter.ms", "log.roll.ms", "sasl.enabled.mechanisms",
              "transaction.max.timeout.ms"}


def test_settings_of_the_broker_have_the_names_types_and_defaults_of_kafka(both):
    told = []
    for address in both:
        with KafkaSocket(address) as connection:
            answer = topics.described_configs(connection, 4, "1")
        told.append({each.name: (each.config_type, each.value, each.is_sensitive)
                     for each in answer.results[0].configs})
    ours, theirs = told

    assert ours.keys() <= theirs.keys()
    different = {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]}
    assert different.keys() <= OF_ITS_OWN, "\n".join(map(str, different.items()))


@pytest.mark.parametrize("peer", [peer for peer in PEERS if "java" not in peer.name], ids=str)
def test_records_lie_where_kafka_would_have_put_them(both, topic, peer):
    keyed = [Record(f"key-{i % 20}".encode(), b"%d" % i) for i in range(60)]

    places = []
    for address in both:
        with KafkaSocket(address) as connection:
            create(connection, topic, partitions=5)
        peer.write(address, topic, "gzip", keyed)
        places.append({found.record.value: (found.partition, found.offset)
                       for found in Confluent().read(address, [topic], len(keyed))})

    assert places[0] == places[1]
    assert len(places[0]) == len(keyed)
