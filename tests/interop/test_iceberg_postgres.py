"""A catalog in a real PostgreSQL that two Tarns share, with commits from both at once."""

import threading

import httpx

from conftest import Tarn

WRITERS = 4
COMMITS_EACH = 15


def test_two_tarns_share_a_catalog_and_lose_no_commit(postgres, tmp_path):
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    tarns = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        tarns.append(Tarn(tmp_path / name, "--set", f"iceberg.catalog-store={postgres.uri}",
                          "--set", f"iceberg.warehouse={warehouse}"))
    one, two = (tarn.faces["iceberg"] for tarn in tarns)
    assert httpx.post(f"{one}/v1/namespaces", json={"namespace": ["db"]}).status_code == 200
    assert httpx.post(f"{two}/v1/namespaces", json={"namespace": ["db"]}).status_code == 409
    made = httpx.post(f"{two}/v1/namespaces/db/tables", json={
        "name": "t", "schema": {"type": "struct", "fields": []}})
    assert made.status_code == 200

    statuses = []

    def write(uri: str, writer: int):
        with httpx.Client(base_url=uri, timeout=60) as client:
            for commit in range(COMMITS_EACH):
                name = f"{writer}-{commit}"
                answer = client.post("/v1/namespaces/db/tables/t", json={
                    "requirements": [],
                    "updates": [{"action": "set-properties", "updates": {name: "x"}}]})
                statuses.append(answer.status_code)

    threads = [threading.Thread(target=write, args=((one, two)[writer % 2], writer))
               for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * (WRITERS * COMMITS_EACH)
    for uri in (one, two):
        table = httpx.get(f"{uri}/v1/namespaces/db/tables/t").json()
        assert len(table["metadata"]["properties"]) == WRITERS * COMMITS_EACH
    assert httpx.delete(f"{one}/v1/namespaces/db").status_code == 409
    for tarn in tarns:
        assert tarn.stop() == 0
