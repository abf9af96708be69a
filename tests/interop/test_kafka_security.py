"""Clients that nobody here wrote, against listeners with SASL and TLS, and bare sockets for what no
client does."""

import struct
import subprocess
import time

import confluent_kafka
import confluent_kafka.admin as admin
import kafka
import kafka.errors
import pytest
from confluent_kafka import KafkaError
from conftest import BIN_DIR, clean_environment
from interop.secured import (  # noqa: F401 (fixtures)
    MECHANISMS, PASSWORD, PLAIN, SASL, SASL_TLS, TLS, WAIT_S, Wire, add_user, administrator,
    certificate, consume, error_of, librdkafka, plain, produce, python, result_of, secured,
    start_secured,
)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("listener", [SASL, SASL_TLS])
def test_librdkafka_comes_in_by_each_mechanism(secured, listener, mechanism):
    config = librdkafka(secured, listener, mechanism)

    assert produce(config, "trades", b"1") is None
    assert consume(config, "trades", "readers") == b"1"


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("listener", [SASL, SASL_TLS])
def test_kafka_python_comes_in_by_each_mechanism(secured, listener, mechanism):
    config = python(secured, listener, mechanism)

    with kafka.KafkaProducer(**config) as producer:
        producer.send("trades", b"1").get(WAIT_S)
    consumer = kafka.KafkaConsumer("trades", **config, group_id="readers",
                                   auto_offset_reset="earliest", consumer_timeout_ms=10_000)
    assert next(consumer).value == b"1"
    consumer.close()


def test_both_clients_speak_tls_alone(secured):
    assert produce(librdkafka(secured, TLS), "trades", b"1") is None
    consumer = kafka.KafkaConsumer("trades", **python(secured, TLS), group_id="readers",
                                   auto_offset_reset="earliest", consumer_timeout_ms=10_000)
    assert next(consumer).value == b"1"
    consumer.close()


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("user,password", [("alice", "xyzzy"), ("nobody", PASSWORD)])
def test_a_wrong_password_or_name_is_refused_alike(secured, mechanism, user, password):
    errors = []
    client = admin.AdminClient(librdkafka(secured, SASL, mechanism, user, password,
                                          error_cb=errors.append))
    with pytest.raises(confluent_kafka.KafkaException):
        client.list_topics(timeout=1)
    client.poll(0)

    assert KafkaError._AUTHENTICATION in [error.code() for error in errors]
    assert "invalid credentials with SASL mechanism " + mechanism in errors[0].str()
    log = (secured.data.parent / "stderr.log").read_text()
    assert PASSWORD not in log and "xyzzy" not in log
    assert ("not that of user 'alice'" if user == "alice" else "user who does not exist") in log


def test_kafka_python_hears_of_a_wrong_password(secured, caplog):
    # It goes on trying and tells the reason in its log.
    with pytest.raises(kafka.errors.KafkaTimeoutError):
        kafka.KafkaAdminClient(**python(secured, SASL, password="wrong"),
                               bootstrap_timeout_ms=1000)
    assert "SaslAuthenticationFailed" in caplog.text


def test_a_mechanism_that_is_not_enabled_is_refused(start_secured):
    tarn = start_secured(sasl_mechanisms="SCRAM-SHA-512")
    client = Wire(tarn.faces[SASL])

    error, mechanisms = client.handshake("PLAIN")

    assert (error, mechanisms) == (KafkaError.UNSUPPORTED_SASL_MECHANISM, ["SCRAM-SHA-512"])
    assert client.is_closed()


def test_users_can_be_listed_changed_and_removed(secured):
    client = administrator(secured)
    add_user(secured, "bob", mechanisms=[admin.ScramMechanism.SCRAM_SHA_512])

    users = client.describe_user_scram_credentials().result(WAIT_S)
    assert {name: [info.mechanism for info in user.scram_credential_infos]
            for name, user in users.items()} == {
        "alice": [admin.ScramMechanism.SCRAM_SHA_256, admin.ScramMechanism.SCRAM_SHA_512],
        "bob": [admin.ScramMechanism.SCRAM_SHA_512]}
    add_user(secured, "bob", password="another")
    assert produce(librdkafka(secured, SASL, user="bob", password="another"), "t", b"1") is None
    for mechanism in [admin.ScramMechanism.SCRAM_SHA_256, admin.ScramMechanism.SCRAM_SHA_512]:
        deletion = [admin.UserScramCredentialDeletion("bob", mechanism)]
        result_of(client.alter_user_scram_credentials(deletion))
    assert error_of(client.alter_user_scram_credentials(deletion)) == KafkaError.RESOURCE_NOT_FOUND
    assert error_of(client.describe_user_scram_credentials(["bob"])) == \
        KafkaError.RESOURCE_NOT_FOUND
    weak = admin.UserScramCredentialUpsertion(
        "eve", admin.ScramCredentialInfo(admin.ScramMechanism.SCRAM_SHA_256, 1000), b"x")
    assert error_of(client.alter_user_scram_credentials([weak])) == \
        KafkaError.UNACCEPTABLE_CREDENTIAL


def test_users_outlive_a_restart(secured, start_secured):
    secured.stop()
    tarn = start_secured()

    assert produce(librdkafka(tarn, SASL), "trades", b"1") is None


def test_the_first_user_is_made_where_nobody_can_come_in_yet(start_secured, tmp_path):
    def user(*words, password=""):
        return subprocess.run([BIN_DIR / "tarn", "user", *words, "--data", tmp_path / "data"],
                              input=password, text=True, capture_output=True, timeout=30,
                              env=clean_environment())

    assert user("add", "alice", password=PASSWORD + "\n").returncode == 0
    assert user("add", "bob", password=PASSWORD + "\n").returncode == 0
    assert user("remove", "bob").returncode == 0
    assert user("remove", "bob").returncode == 3
    assert user("add", "bob").returncode == 2
    assert user("list").stdout == "alice\n"

    tarn = start_secured()

    for mechanism in MECHANISMS:
        assert produce(librdkafka(tarn, SASL, mechanism), "trades", b"1") is None
    assert user("list").returncode == 7


def test_a_session_that_ends_is_renewed_by_the_client(start_secured):
    tarn = start_secured(sasl_session="2s")
    add_user(tarn, "alice")
    errors, stored = [], []
    producer = confluent_kafka.Producer(
        librdkafka(tarn, SASL, error_cb=errors.append, acks="all"))

    for _ in range(25):
        producer.produce("trades", b"1", on_delivery=lambda error, _: stored.append(error))
        producer.poll(0.2)
    assert producer.flush(WAIT_S) == 0

    assert stored == [None] * 25
    assert errors == []


# --- what no client does

def test_requests_before_a_client_says_who_it_is_end_the_connection(secured):
    client = Wire(secured.faces[SASL])
    assert client.ask(18, 0) is not None
    assert client.metadata() is None

    half_way = Wire(secured.faces[SASL])
    assert half_way.handshake("PLAIN")[0] == 0
    assert half_way.metadata() is None

    wrong = Wire(secured.faces[SASL])
    wrong.handshake("PLAIN")
    assert wrong.authenticate(plain(password="wrong"))[0] == KafkaError.SASL_AUTHENTICATION_FAILED
    assert wrong.is_closed()


def test_a_stranger_cannot_send_much(secured):
    client = Wire(secured.faces[SASL])
    client.socket.sendall(struct.pack(">i", 600 * 1024))
    assert client.is_closed()


def test_a_stranger_has_little_time(start_secured):
    tarn = start_secured(sasl_timeout="300ms")
    add_user(tarn, "alice")
    silent, half_way, known = (Wire(tarn.faces[SASL]) for _ in range(3))
    half_way.handshake("PLAIN")
    known.handshake("PLAIN")
    assert known.authenticate(plain())[0] == 0

    assert silent.is_closed() and half_way.is_closed()
    assert known.metadata() is not None


@pytest.mark.parametrize("listener", [TLS, SASL_TLS])
def test_the_greeting_of_tls_has_little_time(start_secured, listener):
    tarn = start_secured(tls_timeout="1s")
    silent, slow = Wire(tarn.faces[listener]), Wire(tarn.faces[listener])
    deadline = time.monotonic() + 5
    # The start of a record that promises more than comes.
    for byte in b"\x16\x03\x01\x02\x00\x01":
        slow.socket.sendall(bytes([byte]))
        time.sleep(0.2)

    assert silent.is_closed()
    assert slow.is_closed()
    assert time.monotonic() < deadline


def test_the_exchange_has_an_order(secured):
    early = Wire(secured.faces[SASL])
    assert early.authenticate(plain())[0] == KafkaError.ILLEGAL_SASL_STATE
    assert early.is_closed()

    old = Wire(secured.faces[SASL])
    assert old.handshake("PLAIN", version=0)[0] == KafkaError.UNSUPPORTED_VERSION
    assert old.is_closed()

    not_asked = Wire(secured.faces[PLAIN])
    assert not_asked.handshake("PLAIN")[0] == KafkaError.ILLEGAL_SASL_STATE
    assert not_asked.metadata() is not None


def test_a_session_is_renewed_by_the_same_user_alone(start_secured):
    tarn = start_secured(sasl_session="1s")
    for user in ["alice", "bob"]:
        add_user(tarn, user)
    client = Wire(tarn.faces[SASL])
    client.handshake("PLAIN")
    assert client.authenticate(plain()) == (0, 1000)
    time.sleep(0.7)
    client.handshake("PLAIN")
    assert client.authenticate(plain()) == (0, 1000)
    time.sleep(0.7)
    assert client.metadata() is not None
    time.sleep(0.5)
    assert client.metadata() is None

    changing = Wire(tarn.faces[SASL])
    changing.handshake("PLAIN")
    assert changing.authenticate(plain())[0] == 0
    changing.handshake("PLAIN")
    assert changing.authenticate(plain("bob"))[0] == KafkaError.SASL_AUTHENTICATION_FAILED
    assert changing.is_closed()
