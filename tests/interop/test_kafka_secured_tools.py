"""Our command line against brokers with SASL and TLS: Tarn's own and Apache Kafka's, told how to
reach them by the files that Apache's tools read."""

import shutil
import subprocess

import pytest

from conftest import run_tarn, run_tool
from interop.apache_kafka import JARS, ApacheKafka
from interop.secured import (  # noqa: F401 (fixtures)
    LISTENERS, MECHANISMS, PASSWORD, PLAIN, SASL, SASL_TLS, TLS, certificate,
    make_certificate, secured, start_secured,
)

MODULES = "org.apache.kafka.common.security"
WAYS_IN = [(TLS, None), (SASL, "PLAIN"), (SASL_TLS, "SCRAM-SHA-256"), (SASL_TLS, "SCRAM-SHA-512")]
WITHOUT_CHECKS = {"ssl.endpoint.identification.algorithm": ""}


def properties_for(protocol, certificate, mechanism=None, password=PASSWORD, **more) -> dict:
    properties = {"security.protocol": protocol}
    if mechanism:
        module = "plain.PlainLoginModule" if mechanism == "PLAIN" else "scram.ScramLoginModule"
        properties["sasl.mechanism"] = mechanism
        properties["sasl.jaas.config"] = (
            f'{MODULES}.{module} required \\\n  username="alice" \\\n  password="{password}";')
    if "SSL" in protocol:
        properties |= {"ssl.truststore.type": "PEM", "ssl.truststore.location": certificate}
    return properties | more


def protocol_of(listener) -> str:
    return {"": "PLAINTEXT", "sasl://": "SASL_PLAINTEXT", "tls://": "SSL",
            "sasl+tls://": "SASL_SSL"}[LISTENERS[listener]]


@pytest.fixture
def write(tmp_path):
    """Writes a properties file."""
    def write(properties):
        path = tmp_path / "client.properties"
        path.write_text("# how to log in\n"
                        + "".join(f"{key}={value}\n" for key, value in properties.items()))
        return path
    return write


@pytest.fixture
def reach(secured, write):
    """The words by which a tool reaches a listener of the secured Tarn."""
    def reach(listener, mechanism=None, password=PASSWORD, **more):
        file = write(properties_for(protocol_of(listener), secured.certificate, mechanism,
                                    password, **more))
        return ["--bootstrap-server", secured.faces[listener], "--command-config", file]
    return reach


def use_all_tools(address, file):
    """What a user does with a topic, by each tool and by each of its words for the file."""
    at = ["--bootstrap-server", address]
    assert run_tool("kafka-topics.sh", *at, "--command-config", file, "--create", "--topic",
                    "trades").stdout == "Created topic trades.\n"
    run_tool("kafka-console-producer.sh", *at, "--producer.config", file, "--topic", "trades",
             lines="one\ntwo\n")
    run_tool("kafka-console-producer.sh", *at, "--command-config", file, "--topic", "trades",
             lines="three\n")
    for group, option in (("old", "--consumer.config"), ("new", "--command-config")):
        assert run_tool("kafka-console-consumer.sh", *at, option, file, "--topic", "trades",
                        "--from-beginning", "--group", group, "--max-messages", "3").stdout \
            == "one\ntwo\nthree\n"
    assert run_tool("kafka-get-offsets.sh", *at, "--command-config", file, "--topic",
                    "trades").stdout == "trades:0:3\n"
    shown = run_tool("kafka-consumer-groups.sh", *at, "--command-config", file, "--describe",
                     "--group", "new").stdout
    assert shown.splitlines()[-1].split()[:6] == ["new", "trades", "0", "3", "3", "0"]
    assert "retention.ms=" in run_tool("kafka-configs.sh", *at, "--command-config", file,
                                       "--describe", "--topic", "trades", "--all").stdout
    ours = run_tarn("topic", "list", "--bootstrap", address, "--command-config", file)
    assert ours.returncode == 0, ours.stderr
    assert "trades" in ours.stdout


@pytest.mark.parametrize("listener, mechanism", WAYS_IN)
def test_every_tool_reaches_a_secured_tarn(secured, write, listener, mechanism):
    use_all_tools(secured.faces[listener], write(
        properties_for(protocol_of(listener), secured.certificate, mechanism)))


@pytest.mark.parametrize("listener, mechanism", [(SASL, "PLAIN"), (SASL_TLS, "SCRAM-SHA-256"),
                                                 (SASL_TLS, "SCRAM-SHA-512")])
def test_a_wrong_password_is_exit_code_1_and_said_so(reach, listener, mechanism):
    words = reach(listener, mechanism, password="xyzzy")
    for tool, *more in (("kafka-topics", "--list"), ("kafka-consumer-groups", "--list"),
                        ("kafka-configs", "--describe", "--topic", "t"), ("kafka-get-offsets",),
                        ("kafka-console-producer", "--topic", "t"),
                        ("kafka-console-consumer", "--topic", "t")):
        refused = run_tool(tool, *words, *more, code=1)
        assert ("logging in as 'alice': Authentication failed during authentication due to invalid "
                f"credentials with SASL mechanism {mechanism}") in refused.stderr
        assert "the user's name and the password" in refused.stderr
        assert "xyzzy" not in refused.stderr and refused.stdout == ""
    ours = run_tarn("topic", "list", "--bootstrap", words[1], *words[2:])
    assert ours.returncode == 1 and "logging in as 'alice'" in ours.stderr


@pytest.mark.parametrize("listener, mechanism", [(SASL, "PLAIN"), (SASL_TLS, "SCRAM-SHA-256")])
def test_the_same_file_serves_the_tools_of_apache(reach, listener, mechanism):
    words = [str(word) for word in reach(listener, mechanism)]

    def java(tool, *more, lines=""):
        done = subprocess.run(
            ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", JARS,
             f"org.apache.kafka.tools.{tool}", *words, *more],
            text=True, capture_output=True, input=lines, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    java("ConsoleProducer", "--topic", "trades", lines="of java\n")
    run_tool("kafka-console-producer", *words, "--topic", "trades", lines="of tarn\n")

    read = ["--topic", "trades", "--from-beginning", "--max-messages", "2"]
    assert run_tool("kafka-console-consumer", *words, *read).stdout == "of java\nof tarn\n"
    assert java("consumer.ConsoleConsumer", *read, "--timeout-ms", "20000") \
        == "of java\nof tarn\n"


def test_properties_can_be_typed_as_librdkafka_spells_them(secured):
    typed = ["security.protocol=SASL_SSL", "sasl.mechanisms=SCRAM-SHA-512", "sasl.username=alice",
             f"sasl.password={PASSWORD}", f"ssl.ca.location={secured.certificate}"]
    at = ["--bootstrap-server", secured.faces[SASL_TLS], "--topic", "trades"]

    run_tool("kafka-console-producer", *at, lines="one\n",
             *(f"--producer-property={each}" for each in typed))
    read = run_tool("kafka-console-consumer", *at, "--from-beginning", "--max-messages", "1",
                    *(f"--consumer-property={each}" for each in typed))

    assert read.stdout == "one\n"


def list_topics(words, code=1):
    return run_tool("kafka-topics", *words, "--list", code=code).stderr


@pytest.mark.parametrize("listener, protocol, mechanism, message, hint", [
    (TLS, "PLAINTEXT", None, "closed the connection", "security.protocol=SSL"),
    (SASL, "PLAINTEXT", None, "closed the connection", "security.protocol=SASL_PLAINTEXT"),
    (SASL_TLS, "SSL", None, "closed the connection", "SASL_SSL"),
    (PLAIN, "SSL", None, "instead of agreeing on TLS", "security.protocol=PLAINTEXT"),
    (PLAIN, "SASL_PLAINTEXT", "PLAIN", "does not ask who its clients are",
     "security.protocol=SSL where"),
    (SASL, "SASL_PLAINTEXT", "OAUTHBEARER", "OAUTHBEARER is not known here", "SCRAM-SHA-256"),
])
def test_a_protocol_that_does_not_fit_is_named_with_the_one_that_may(
        secured, write, listener, protocol, mechanism, message, hint):
    file = write(properties_for(protocol, secured.certificate, mechanism))

    refused = list_topics(["--bootstrap-server", secured.faces[listener],
                           "--command-config", file])

    assert message in refused and hint in refused


def test_a_mechanism_that_is_not_enabled_is_answered_with_those_that_are(start_secured, write):
    tarn = start_secured(sasl_mechanisms="SCRAM-SHA-512")
    file = write(properties_for("SASL_PLAINTEXT", None, "PLAIN"))

    refused = list_topics(["--bootstrap-server", tarn.faces[SASL], "--command-config", file])

    assert "logging in by PLAIN: the broker takes SCRAM-SHA-512 and not that" in refused


def test_a_certificate_has_to_be_trusted_and_for_the_host(secured, reach):
    bare = ["--bootstrap-server", secured.faces[TLS], "--command-property"]
    stranger = run_tool("kafka-console-producer", *bare, "security.protocol=SSL", "--topic", "t",
                        code=1).stderr
    assert "its certificate is not trusted: self-signed certificate" in stranger
    assert "ssl.truststore.location" in stranger

    words = reach(TLS)
    words[1] = words[1].replace("127.0.0.1", "127.1")  # the same host by another name
    assert "its certificate is for another name" in list_topics(words)
    words[3] = reach(TLS, **WITHOUT_CHECKS)[3]
    list_topics(words, code=0)


def test_stores_of_java_are_read_as_pkcs12_alone(secured, reach, tmp_path):
    def keytool(store, kind):
        subprocess.run(["keytool", "-importcert", "-noprompt", "-file", secured.certificate,
                        "-keystore", store, "-storetype", kind, "-storepass", "changeit"],
                       check=True, capture_output=True, timeout=30)
        return {"ssl.truststore.type": kind, "ssl.truststore.location": store}

    pkcs12 = keytool(tmp_path / "trust.p12", "PKCS12")
    list_topics(reach(TLS, **pkcs12, **{"ssl.truststore.password": "changeit"}), code=0)
    assert "is its password the right one?" in list_topics(reach(TLS, **pkcs12))

    refused = list_topics(reach(TLS, **keytool(tmp_path / "trust.jks", "JKS")))
    assert "keytool -importkeystore" in refused and "PKCS12" in refused


# --- `tarn topic` beside the Tarn that it talks to

def settings_of(tarn, **settings):
    settings = {"tls-certificate": tarn.certificate, "tls-key": tarn.certificate.parent / "key.pem",
                **settings}
    return [f"--set=kafka.{name}={value}" for name, value in settings.items()]


def test_a_listener_with_tls_alone_needs_no_more_than_the_same_settings(start_secured):
    listeners = "sasl+tls://127.0.0.1:0,tls://127.0.0.1:0"
    tarn = start_secured(listeners=listeners)

    listed = run_tarn("topic", "create", "trades", "--data", tarn.data,
                      *settings_of(tarn, listeners=listeners))

    assert listed.returncode == 0, listed.stderr


def test_a_tarn_that_asks_who_its_clients_are_is_met_with_a_file_from_the_settings(
        start_secured, write, tmp_path):
    listeners = "sasl+tls://127.0.0.1:0"
    added = run_tarn("user", "add", "alice", "--data", tmp_path / "data", lines=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    tarn = start_secured(listeners=listeners)
    words = ["topic", "create", "trades", "--data", tarn.data,
             *settings_of(tarn, listeners=listeners)]

    refused = run_tarn(*words)
    assert refused.returncode == 1
    assert "every Kafka listener of this Tarn wants to know who its clients are" in refused.stderr
    assert "--command-config" in refused.stderr

    file = write({"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-256",
                  "sasl.username": "alice", "sasl.password": PASSWORD})
    created = run_tarn(*words, f"--set=kafka.command-config={file}")
    assert created.returncode == 0, created.stderr


# --- Apache Kafka

KAFKAS_PASSWORD = "sesame-1"
SERVER = """
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,\\
  SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
ssl.keystore.type=PEM
ssl.keystore.location={folder}/keystore.pem
listener.name.ssl.ssl.client.auth=required
listener.name.ssl.ssl.truststore.type=PEM
listener.name.ssl.ssl.truststore.location={folder}/certificate.pem
"""


@pytest.fixture(scope="module")
def secured_kafka(tmp_path_factory):
    if not shutil.which("java"):
        pytest.skip("Apache Kafka needs Java")
    folder = tmp_path_factory.mktemp("secured-kafka")
    make_certificate(folder)
    (folder / "keystore.pem").write_text(
        (folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    properties = SERVER.format(folder=folder)
    for listener in ("sasl_plaintext", "sasl_ssl"):
        properties += (f"listener.name.{listener}.plain.sasl.jaas.config={MODULES}.plain."
                       f'PlainLoginModule required user_alice="{KAFKAS_PASSWORD}";\n')
        for mechanism in ("scram-sha-256", "scram-sha-512"):
            properties += (f"listener.name.{listener}.{mechanism}.sasl.jaas.config={MODULES}."
                           "scram.ScramLoginModule required;\n")
    kafka = ApacheKafka(
        folder, protocols=["SSL", "SASL_PLAINTEXT", "SASL_SSL"], more_properties=properties,
        format_options=[word for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
                        for word in ("--add-scram",
                                     f"{mechanism}=[name=alice,password={KAFKAS_PASSWORD}]")])
    kafka.folder = folder
    yield kafka
    kafka.stop()


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_our_tools_log_in_to_apache_kafka(secured_kafka, write, protocol, mechanism):
    def topics(password):
        file = write(properties_for(protocol, secured_kafka.folder / "certificate.pem", mechanism,
                                    password))
        return ["kafka-topics", "--bootstrap-server", secured_kafka.addresses[protocol],
                "--command-config", file]

    topic = f"{protocol}-{mechanism}"
    assert f"Created topic {topic}" in run_tool(*topics(KAFKAS_PASSWORD), "--create", "--topic",
                                                topic).stdout
    assert topic in run_tool(*topics(KAFKAS_PASSWORD), "--list").stdout.split()
    refused = run_tool(*topics("wrong"), "--list", code=1).stderr
    assert "logging in as 'alice': Authentication failed" in refused


def test_our_tools_show_a_certificate_to_apache_kafka(secured_kafka, write):
    at = ["kafka-topics", "--bootstrap-server", secured_kafka.addresses["SSL"], "--command-config"]
    nameless = properties_for("SSL", secured_kafka.folder / "certificate.pem")

    refused = run_tool(*at, write(nameless), "--list", code=1).stderr
    assert "it refuses this client's TLS" in refused and "ssl.keystore.location" in refused

    own = {"ssl.keystore.type": "PEM",
           "ssl.keystore.location": secured_kafka.folder / "keystore.pem"}
    run_tool(*at, write(nameless | own), "--list")


def test_a_port_of_apache_kafka_with_tls_is_told_by_its_answer(secured_kafka):
    refused = list_topics(["--bootstrap-server", secured_kafka.addresses["SSL"]])
    assert "it speaks TLS" in refused and "security.protocol=SSL or SASL_SSL" in refused
