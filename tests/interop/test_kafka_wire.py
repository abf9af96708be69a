"""Our codec of Kafka's messages against Kafka's own: KafkaMessages.java fills each request and
response, in each version, and wire_probe has to give back the bytes that kafka-clients wrote."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN_DIR = pathlib.Path(os.environ.get("TARN_BIN_DIR", ROOT / "build/release/bin"))
JARS = [ROOT / ".deps/kafka-clients/kafka-clients.jar", ROOT / ".deps/slf4j-api/slf4j-api.jar"]
APIS = (ROOT / "src/kafka/wire/messages.txt").read_text().split("# Messages that belong")[0]
SEED = 1
ROUNDS = 30


def test_every_message_in_every_version_has_the_bytes_that_kafka_gives_it():
    done = subprocess.run(
        ["java", "-cp", ":".join(map(str, JARS)), ROOT / "tests/interop/KafkaMessages.java",
         BIN_DIR / "wire_probe", str(SEED), str(ROUNDS)],
        text=True, capture_output=True, timeout=120)

    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr
    figures = re.search(r"(\d+) apis, (\d+) requests and responses by version", done.stdout)
    print(done.stdout)
    assert int(figures[1]) == len(re.findall(r"^[A-Z]\w+$", APIS, re.MULTILINE))
    assert int(figures[2]) >= 486
