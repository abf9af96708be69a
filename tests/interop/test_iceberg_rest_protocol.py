"""What the protocol promises beside tables: everything that is announced is served, a request that
is sent twice is done once, and a refusal names what is wrong."""

import uuid

import httpx
import pytest

NO_COLUMNS = {"type": "struct", "fields": []}


def make_table(rest, space: str, **headers) -> httpx.Response:
    return rest.post(f"/v1/namespaces/{space}/tables", headers=headers,
                     json={"name": "t", "schema": NO_COLUMNS})


def test_every_endpoint_that_is_announced_is_served(rest, space):
    unserved = rest.get("/v1/main/nothing/here")
    assert unserved.status_code == 404
    endpoints = rest.get("/v1/config").json()["endpoints"]
    assert len(endpoints) == len(set(endpoints)) >= 25
    for endpoint in endpoints:
        method, path = endpoint.split()
        path = path.format(prefix="main", namespace=space, table="none", view="none")
        answer = rest.request(method, path, json=None if method == "GET" else [])
        # Each is refused, if at all, by the one who serves it.
        assert answer.status_code != 405, endpoint
        if answer.status_code == 404 and method != "HEAD":
            assert answer.json()["error"]["type"] != unserved.json()["error"]["type"], endpoint


def test_a_request_with_a_key_is_done_once(rest, space):
    lifetime = rest.get("/v1/config").json()["idempotency-key-lifetime"]
    assert lifetime == "PT30M"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = make_table(rest, space, **key)
    again = make_table(rest, space, **key)
    assert made.status_code == again.status_code == 200
    assert made.json() == again.json()
    assert make_table(rest, space).status_code == 409

    path = f"/v1/namespaces/{space}/tables/t"
    drop = {"Idempotency-Key": str(uuid.uuid4())}
    assert [rest.delete(path, headers=drop).status_code for _ in range(2)] == [204, 204]
    assert rest.delete(path).status_code == 404


def test_a_refusal_is_repeated_to_the_same_key(rest, space):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    path = f"/v1/namespaces/{space}/tables/t"
    assert rest.delete(path, headers=key).status_code == 404
    make_table(rest, space)
    assert rest.delete(path, headers=key).status_code == 404
    assert rest.get(path).status_code == 200


def test_a_key_belongs_to_one_request(rest, space):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    make_table(rest, space, **key)
    other = rest.post(f"/v1/namespaces/{space}/tables", headers=key,
                      json={"name": "u", "schema": NO_COLUMNS})
    assert other.status_code == 400 and "another request" in other.json()["error"]["message"]
    bad = make_table(rest, space, **{"Idempotency-Key": "x"})
    assert bad.status_code == 400 and "no UUID" in bad.json()["error"]["message"]


def test_tables_in_a_folder_need_no_credentials(rest, space):
    make_table(rest, space)
    path = f"/v1/namespaces/{space}/tables/t/credentials"
    assert rest.get(path).json() == {"storage-credentials": []}
    assert rest.get(f"/v1/namespaces/{space}/tables/none/credentials").status_code == 404


@pytest.mark.parametrize("path, body, member", [
    ("namespaces", {}, "namespace"),
    ("namespaces", {"namespace": "db"}, "namespace"),
    ("namespaces", {"namespace": ["a"], "properties": {"p": 1}}, "properties"),
    ("namespaces/{space}/properties", {"updates": []}, "updates"),
    ("namespaces/{space}/properties", {"removals": "p"}, "removals"),
    ("namespaces/{space}/tables", {"schema": NO_COLUMNS}, "name"),
    ("namespaces/{space}/tables", {"name": 1, "schema": NO_COLUMNS}, "name"),
    ("namespaces/{space}/tables", {"name": "u", "schema": {"type": "struct", "fields": [{}]}},
     "schema.fields[0]"),
    ("namespaces/{space}/tables", {"name": "u", "schema": NO_COLUMNS, "stage-create": "no"},
     "stage-create"),
    ("namespaces/{space}/tables/t", {"updates": {}}, "updates"),
    ("namespaces/{space}/tables/t", {"updates": [{}]}, "updates[0].action"),
    ("namespaces/{space}/tables/t", {"updates": [{"action": "set-location"}]},
     "updates[0].location"),
    ("namespaces/{space}/tables/t", {"requirements": [{"type": "assert-table-uuid"}]},
     "requirements[0].uuid"),
    ("namespaces/{space}/tables/t", {"requirements": [1]}, "requirements[0]"),
    ("namespaces/{space}/register", {"name": "u"}, "metadata-location"),
    ("namespaces/{space}/tables/t/metrics", {}, "report-type"),
    ("namespaces/{space}/views", {"name": "v", "schema": NO_COLUMNS}, "view-version"),
    ("tables/rename", {"source": {"namespace": ["a"], "name": "t"}}, "destination"),
    ("transactions/commit", {"table-changes": 1}, "table-changes"),
])
def test_a_refusal_names_the_member_that_is_wrong(rest, space, path, body, member):
    make_table(rest, space)
    refused = rest.post("/v1/" + path.format(space=space), json=body)
    error = refused.json()["error"]
    assert refused.status_code == error["code"] == 400, error
    assert member in error["message"]
