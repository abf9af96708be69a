"""A Tarn with SASL, TLS and access rules, its clients in two languages, and requests by hand."""

import io
import socket
import struct
import subprocess

import confluent_kafka
import confluent_kafka.admin as admin
import pytest

PASSWORD = "open, sesame=1"
MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
# By the names of the listeners in Tarn's ready file.
LISTENERS = {"kafka": "", "kafka-2": "sasl://", "kafka-3": "tls://", "kafka-4": "sasl+tls://"}
PLAIN, SASL, TLS, SASL_TLS = LISTENERS
WAIT_S = 15


# --- the server

def make_certificate(folder):
    """One that signs itself, in certificate.pem, with its key in key.pem."""
    certificate = folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", certificate],
        check=True, capture_output=True, timeout=30)
    return certificate


@pytest.fixture
def certificate(tmp_path):
    return make_certificate(tmp_path)


@pytest.fixture
def start_secured(start_tarn, certificate):
    def start(**settings):
        settings = {
            "kafka.listeners": ",".join(f"{scheme}127.0.0.1:0" for scheme in LISTENERS.values()),
            "kafka.tls-certificate": certificate, "kafka.tls-key": certificate.parent / "key.pem",
            "kafka.sasl-mechanisms": ",".join(MECHANISMS),
            **{"kafka." + name.replace("_", "-"): value for name, value in settings.items()}}
        tarn = start_tarn(*(f"--set={key}={value}" for key, value in settings.items()))
        tarn.certificate = certificate
        return tarn
    return start


@pytest.fixture
def secured(start_secured):
    """Listeners of all four kinds, and a user alice."""
    tarn = start_secured()
    add_user(tarn, "alice")
    return tarn


# --- clients

def librdkafka(tarn, listener, mechanism="SCRAM-SHA-256", user="alice", password=PASSWORD, **more):
    config = {"bootstrap.servers": tarn.faces[listener], "socket.timeout.ms": 5000,
              "log_level": 0, **more}
    has_sasl, has_tls = "sasl" in LISTENERS[listener], "tls" in LISTENERS[listener]
    protocol = "SSL" if has_tls else "PLAINTEXT"
    config["security.protocol"] = "SASL_" + protocol if has_sasl else protocol
    if has_sasl:
        config |= {"sasl.mechanism": mechanism, "sasl.username": user, "sasl.password": password}
    if has_tls:
        config["ssl.ca.location"] = str(tarn.certificate)
    return config


def python(tarn, listener, mechanism="SCRAM-SHA-256", user="alice", password=PASSWORD):
    config = librdkafka(tarn, listener, mechanism, user, password)
    renamed = {"bootstrap.servers": "bootstrap_servers", "security.protocol": "security_protocol",
               "sasl.mechanism": "sasl_mechanism", "sasl.username": "sasl_plain_username",
               "sasl.password": "sasl_plain_password", "ssl.ca.location": "ssl_cafile"}
    return {renamed[key]: value for key, value in config.items() if key in renamed}


def administrator(tarn):
    # Kept, since what a client has not answered yet ends with it.
    if not hasattr(tarn, "administrator"):
        tarn.administrator = admin.AdminClient(librdkafka(tarn, PLAIN))
    return tarn.administrator


def result_of(futures):
    assert len(futures) == 1
    return next(iter(futures.values())).result(WAIT_S)


def error_of(futures):
    with pytest.raises(confluent_kafka.KafkaException) as failed:
        result_of(futures)
    return failed.value.args[0].code()


def add_user(tarn, name, password=PASSWORD,
             mechanisms=(admin.ScramMechanism.SCRAM_SHA_256, admin.ScramMechanism.SCRAM_SHA_512)):
    result_of(administrator(tarn).alter_user_scram_credentials([
        admin.UserScramCredentialUpsertion(
            name, admin.ScramCredentialInfo(mechanism, 4096), password.encode())
        for mechanism in mechanisms]))


def produce(config, topic, value):
    """None when it is stored, or the code of the error."""
    told = []
    producer = confluent_kafka.Producer({"message.timeout.ms": 8000, **config})
    producer.produce(topic, value, on_delivery=lambda error, _: told.append(error))
    assert producer.flush(WAIT_S) == 0
    return told[0] and told[0].code()


def consume(config, topic, group):
    """The first value of the topic, or the code of the error."""
    consumer = confluent_kafka.Consumer(
        {**config, "group.id": group, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    try:
        message = consumer.poll(WAIT_S)
        assert message is not None, "neither a record nor an error"
        return message.error().code() if message.error() else message.value()
    finally:
        consumer.close()


# --- what no client does

class Wire:
    """Requests by hand, in the oldest versions there are."""

    def __init__(self, address):
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=5)

    def ask(self, key, version, body=b""):
        header = struct.pack(">hhih", key, version, 7, 4) + b"test"
        self.socket.sendall(struct.pack(">i", len(header + body)) + header + body)
        size = self.socket.recv(4, socket.MSG_WAITALL)
        if len(size) < 4:
            return None
        answer = self.socket.recv(struct.unpack(">i", size)[0], socket.MSG_WAITALL)
        assert answer[:4] == struct.pack(">i", 7)
        return io.BytesIO(answer[4:])

    def handshake(self, mechanism, version=1):
        text = mechanism.encode()
        answer = self.ask(17, version, struct.pack(">h", len(text)) + text)
        error, count = struct.unpack(">hi", answer.read(6))
        names = [answer.read(struct.unpack(">h", answer.read(2))[0]) for _ in range(count)]
        return error, [name.decode() for name in names]

    def authenticate(self, message, version=1):
        """The error and how long the session lasts, in milliseconds."""
        answer = self.ask(36, version, struct.pack(">i", len(message)) + message)
        error, size = struct.unpack(">hh", answer.read(4))
        answer.read(max(size, 0))
        answer.read(struct.unpack(">i", answer.read(4))[0])
        return error, struct.unpack(">q", answer.read(8))[0]

    def metadata(self):
        return self.ask(3, 1, struct.pack(">i", 0))

    def is_closed(self):
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def plain(user="alice", password=PASSWORD):
    return f"\0{user}\0{password}".encode()
