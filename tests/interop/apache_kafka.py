"""A real Apache Kafka of one node, to compare Tarn with."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JARS = f"{ROOT / '.deps' / 'apache-kafka'}/*"
READY_WITHIN_S = 60
CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAQ"

PROPERTIES = """
process.roles=broker,controller
node.id=1
listeners={listeners}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller_port}
log.dirs={folder}/data
num.partitions=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.consumer.assignment.interval.ms=0
"""


# Small and quick to start.
JAVA_OPTIONS = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class ApacheKafka:
    """`protocols` are listeners besides the plain one, which `more_properties` tell what to do;
    `format_options` go to the tool that prepares the folder."""

    def __init__(self, folder: Path, java_options=JAVA_OPTIONS, protocols=(), more_properties="",
                 format_options=()):
        assert shutil.which("java"), "the differential tests need Java"
        names = ["CONTROLLER", "PLAINTEXT", *protocols]
        controller_port, *ports = free_ports(len(names))
        self.addresses = {name: f"127.0.0.1:{port}" for name, port in zip(names[1:], ports)}
        self.address = self.addresses["PLAINTEXT"]
        listeners = [f"{name}://{address}" for name, address in self.addresses.items()]
        listeners.append(f"CONTROLLER://127.0.0.1:{controller_port}")
        properties = folder / "server.properties"
        properties.write_text(
            PROPERTIES.format(listeners=",".join(listeners), controller_port=controller_port,
                              folder=folder) + more_properties)
        with open(folder / "kafka.log", "wb") as log:
            subprocess.run(["java", "-cp", JARS, "kafka.tools.StorageTool", "format",
                            "-t", CLUSTER_ID, "-c", properties, *format_options],
                           check=True, stdout=log, stderr=log, timeout=60)
            self.process = subprocess.Popen(
                ["java", *java_options, "-cp", JARS, "kafka.Kafka", properties],
                stdout=log, stderr=log)
        self._wait_until_ready(ports[0])

    def _wait_until_ready(self, port: int):
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            assert self.process.poll() is None, "Apache Kafka has ended"
            assert time.monotonic() < deadline, "Apache Kafka is not ready in time"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)

    def stop(self):
        # Nobody needs its data: an orderly end would take seconds.
        self.process.kill()
        self.process.wait()


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
