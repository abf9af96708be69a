"""What clients of S3 see: the same answers from Tarn's face and from another S3 server, and by more
clients than one. Where the two servers differ on purpose, the test says so."""

import base64
import datetime
import hashlib
import io
import os
import uuid
import zlib

import httpx
import minio
import pyarrow.fs
import pytest
from botocore.exceptions import ClientError

from interop.s3_peers import VERSITYGW, TarnServer, VersityServer


@pytest.fixture(scope="module")
def tarn_server(tmp_path_factory):
    server = TarnServer(tmp_path_factory.mktemp("s3-tarn"))
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["tarn", "versitygw"])
def server(request, tmp_path_factory):
    if request.param == "tarn":
        yield request.getfixturevalue("tarn_server")
        return
    if not VERSITYGW.exists():
        pytest.skip("versitygw is not built")
    other = VersityServer(tmp_path_factory.mktemp("s3-other"))
    yield other
    other.stop()


@pytest.fixture
def s3(server):
    return server.client()


@pytest.fixture
def bucket(s3) -> str:
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


def refused(call) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call()
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def keys_of(page) -> list[str]:
    return [entry["Key"] for entry in page.get("Contents", [])]


def folds_of(page) -> list[str]:
    return [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]


# Both servers


def test_buckets_come_and_go(s3):
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    assert refused(lambda: s3.head_bucket(Bucket=name)) == ("404", 404)
    s3.create_bucket(Bucket=name)
    s3.head_bucket(Bucket=name)
    assert name in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    assert refused(lambda: s3.create_bucket(Bucket=name))[1] == 409
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    assert refused(lambda: s3.delete_bucket(Bucket=name)) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=name, Key="a")
    s3.delete_bucket(Bucket=name)
    assert refused(lambda: s3.list_objects_v2(Bucket=name)) == ("NoSuchBucket", 404)
    assert refused(lambda: s3.create_bucket(Bucket="No_Bucket"))[1] == 400


def test_an_object_comes_back_as_it_was_put(s3, bucket):
    body = os.urandom(300_000)
    put = s3.put_object(Bucket=bucket, Key="folder/ä b+c&d=e.bin", Body=body, ContentType="text/x",
                        CacheControl="no-store", Metadata={"colour": "blue", "size": "2"})
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="folder/ä b+c&d=e.bin")
    assert got["Body"].read() == body
    assert got["ContentType"] == "text/x" and got["CacheControl"] == "no-store"
    assert got["Metadata"] == {"colour": "blue", "size": "2"}
    head = s3.head_object(Bucket=bucket, Key="folder/ä b+c&d=e.bin")
    assert head["ContentLength"] == len(body) and head["ETag"] == put["ETag"]
    assert refused(lambda: s3.get_object(Bucket=bucket, Key="nothing")) == ("NoSuchKey", 404)
    assert refused(lambda: s3.head_object(Bucket=bucket, Key="nothing")) == ("404", 404)


def test_ranges_are_cut_out(s3, bucket):
    body = bytes(range(256)) * 4096
    s3.put_object(Bucket=bucket, Key="a", Body=body)

    def part(wanted):
        answer = s3.get_object(Bucket=bucket, Key="a", Range=wanted)
        return answer["Body"].read(), answer["ResponseMetadata"]["HTTPStatusCode"]

    assert part("bytes=0-0") == (body[:1], 206)
    assert part("bytes=100-700000") == (body[100:700001], 206)
    assert part("bytes=1048570-") == (body[1048570:], 206)
    assert part("bytes=-5") == (body[-5:], 206)
    assert part("bytes=5-99999999") == (body[5:], 206)
    assert refused(lambda: part("bytes=1048576-")) == ("InvalidRange", 416)


def test_reads_hold_to_their_conditions(server, s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="a")["LastModified"]
    place = {"Bucket": bucket, "Key": "a"}
    assert s3.get_object(**place, IfMatch=etag)["Body"].read() == b"x"
    assert refused(lambda: s3.get_object(**place, IfMatch='"other"')) == ("PreconditionFailed", 412)
    assert refused(lambda: s3.get_object(**place, IfNoneMatch=etag)) == ("304", 304)
    # The other server compares the object's time to the fraction of a second, which no header has.
    if server.name == "tarn":
        unmodified = lambda: s3.get_object(**place, IfModifiedSince=modified)
        assert refused(unmodified) == ("304", 304)
    later = modified + datetime.timedelta(seconds=1)
    assert s3.get_object(**place, IfUnmodifiedSince=later)["Body"].read() == b"x"
    earlier = modified - datetime.timedelta(seconds=1)
    assert refused(lambda: s3.get_object(**place, IfUnmodifiedSince=earlier))[1] == 412


def test_of_many_that_create_exactly_one_does(s3, bucket):
    place = {"Bucket": bucket, "Key": "metadata/v1.json"}
    s3.put_object(**place, Body=b"first", IfNoneMatch="*")
    second = lambda: s3.put_object(**place, Body=b"second", IfNoneMatch="*")
    assert refused(second) == ("PreconditionFailed", 412)
    etag = s3.head_object(**place)["ETag"]
    assert refused(lambda: s3.put_object(**place, Body=b"x", IfMatch='"other"'))[1] == 412
    s3.put_object(**place, Body=b"third", IfMatch=etag)
    assert s3.get_object(**place)["Body"].read() == b"third"


def test_listings_are_paged_filtered_and_folded(s3, bucket):
    for key in ["a/1", "a/2/x", "a/2/y", "a-b", "b c/1", "z"]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    whole = s3.list_objects_v2(Bucket=bucket)
    assert keys_of(whole) == ["a-b", "a/1", "a/2/x", "a/2/y", "b c/1", "z"]
    assert whole["KeyCount"] == 6 and not whole["IsTruncated"]
    folded = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert (keys_of(folded), folds_of(folded)) == (["a-b", "z"], ["a/", "b c/"])
    inner = s3.list_objects_v2(Bucket=bucket, Delimiter="/", Prefix="a/")
    assert (keys_of(inner), folds_of(inner)) == (["a/1"], ["a/2/"])
    assert keys_of(s3.list_objects_v2(Bucket=bucket, StartAfter="a/2/x")) == ["a/2/y", "b c/1", "z"]
    for size in (1, 2, 5):
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": size})
        assert [key for page in pages for key in keys_of(page)] == keys_of(whole)
        pages = s3.get_paginator("list_objects").paginate(
            Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": size})
        assert sorted(name for page in pages for name in keys_of(page) + folds_of(page)) == \
            ["a-b", "a/", "b c/", "z"]
    assert s3.list_objects_v2(Bucket=bucket, MaxKeys=0).get("KeyCount") == 0


def test_objects_are_copied_with_or_without_their_metadata(s3, bucket):
    s3.put_object(Bucket=bucket, Key="from", Body=b"content", ContentType="text/x",
                  Metadata={"a": "1"})
    source = {"Bucket": bucket, "Key": "from"}
    s3.copy_object(Bucket=bucket, Key="to", CopySource=source)
    got = s3.get_object(Bucket=bucket, Key="to")
    assert (got["Body"].read(), got["ContentType"], got["Metadata"]) == \
        (b"content", "text/x", {"a": "1"})
    s3.copy_object(Bucket=bucket, Key="to", CopySource=source, MetadataDirective="REPLACE",
                   Metadata={"b": "2"})
    assert s3.head_object(Bucket=bucket, Key="to")["Metadata"] == {"b": "2"}
    missing = lambda: s3.copy_object(Bucket=bucket, Key="to",
                                     CopySource={"Bucket": bucket, "Key": "nothing"})
    assert refused(missing) == ("NoSuchKey", 404)
    onto_itself = lambda: s3.copy_object(Bucket=bucket, Key="from", CopySource=source)
    assert refused(onto_itself) == ("InvalidRequest", 400)


def test_deletes_are_quiet_about_what_is_not_there(s3, bucket):
    for key in ["a/1", "a/2", "b"]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={
        "Objects": [{"Key": "a/1"}, {"Key": "a/2"}, {"Key": "nothing"}]})
    assert sorted(each["Key"] for each in answer["Deleted"]) == ["a/1", "a/2", "nothing"]
    s3.delete_object(Bucket=bucket, Key="nothing")
    assert keys_of(s3.list_objects_v2(Bucket=bucket)) == ["b"]


def test_a_multipart_upload_becomes_one_object(server, s3, bucket):
    place = {"Bucket": bucket, "Key": "big"}
    upload = s3.create_multipart_upload(**place, ContentType="text/x")["UploadId"]
    parts = [os.urandom(5 * 1024 * 1024), os.urandom(1000)]
    s3.put_object(Bucket=bucket, Key="source", Body=parts[0])
    copied = s3.upload_part_copy(**place, UploadId=upload, PartNumber=1,
                                 CopySource={"Bucket": bucket, "Key": "source"})
    sent = s3.upload_part(**place, UploadId=upload, PartNumber=2, Body=parts[1])
    listed = s3.list_parts(**place, UploadId=upload)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, 5242880), (2, 1000)]
    assert upload in [each["UploadId"]
                      for each in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]]
    assert refused(lambda: s3.head_object(**place))[1] == 404
    wanted = [{"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]},
              {"PartNumber": 2, "ETag": sent["ETag"]}]
    backwards = lambda: s3.complete_multipart_upload(
        **place, UploadId=upload, MultipartUpload={"Parts": wanted[::-1]})
    # The other server looks at the sizes first, as they would be in this order.
    expected = {"tarn": "InvalidPartOrder", "versitygw": "EntityTooSmall"}
    assert refused(backwards) == (expected[server.name], 400)
    done = s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": wanted})
    digest = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()
    assert done["ETag"] == f'"{digest}-2"'
    got = s3.get_object(**place)
    assert got["Body"].read() == b"".join(parts) and got["ContentType"] == "text/x"


def test_an_aborted_upload_is_gone(s3, bucket):
    place = {"Bucket": bucket, "Key": "big"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=b"x")
    s3.abort_multipart_upload(**place, UploadId=upload)
    assert refused(lambda: s3.list_parts(**place, UploadId=upload)) == ("NoSuchUpload", 404)
    late = lambda: s3.upload_part(**place, UploadId=upload, PartNumber=2, Body=b"x")
    assert refused(late) == ("NoSuchUpload", 404)
    assert refused(lambda: s3.head_object(**place))[1] == 404


# Of "123456789", as the definitions of the checksums give them.
CHECK_VALUES = {"CRC32": "cbf43926", "CRC32C": "e3069283", "CRC64NVME": "ae8b14860a799888",
                "SHA1": hashlib.sha1(b"123456789").hexdigest(),
                "SHA256": hashlib.sha256(b"123456789").hexdigest()}


@pytest.mark.parametrize("algorithm", CHECK_VALUES)
def test_checksums_are_verified_kept_and_told(s3, bucket, algorithm):
    value = base64.b64encode(bytes.fromhex(CHECK_VALUES[algorithm])).decode()
    place = {"Bucket": bucket, "Key": "a"}
    s3.put_object(**place, Body=b"123456789", **{f"Checksum{algorithm}": value})
    head = s3.head_object(**place, ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == value and head["ChecksumType"] == "FULL_OBJECT"
    other = lambda: s3.put_object(**place, Body=b"123456780", **{f"Checksum{algorithm}": value})
    assert refused(other) == ("BadDigest", 400)


def test_wrong_checksums_are_refused(s3, bucket):
    place = {"Bucket": bucket, "Key": "a"}
    wrong_md5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    assert refused(lambda: s3.put_object(**place, Body=b"x", ContentMD5=wrong_md5)) == \
        ("BadDigest", 400)
    assert refused(lambda: s3.put_object(**place, Body=b"x", ContentMD5="nonsense")) == \
        ("InvalidDigest", 400)
    wrong_crc = base64.b64encode(zlib.crc32(b"other").to_bytes(4, "big")).decode()
    assert refused(lambda: s3.put_object(**place, Body=b"x", ChecksumCRC32=wrong_crc)) == \
        ("BadDigest", 400)
    assert refused(lambda: s3.head_object(**place))[1] == 404


def test_strangers_are_refused(server, bucket):
    unknown = server.client(key="nobody")
    # The other server answers as to its own administration.
    expected = {"tarn": ("InvalidAccessKeyId", 403), "versitygw": ("XAdminUserNotFound", 404)}
    assert refused(lambda: unknown.list_buckets()) == expected[server.name]
    wrong = server.client(secret="wrong")
    assert refused(lambda: wrong.put_object(Bucket=bucket, Key="a", Body=b"x")) == \
        ("SignatureDoesNotMatch", 403)
    assert httpx.get(f"{server.url}/{bucket}/a").status_code == 403


def test_presigned_links_work_until_they_are_changed(server, s3, bucket):
    link = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "a b"}, ExpiresIn=60)
    assert httpx.put(link, content=b"by link").status_code == 200
    link = s3.generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "a b", "ResponseContentType": "text/x"})
    answer = httpx.get(link)
    assert (answer.content, answer.headers["content-type"]) == (b"by link", "text/x")
    assert httpx.get(link.replace("a%20b", "other")).status_code == 403
    assert httpx.delete(link).status_code == 403


def test_what_is_never_set_is_answered_as_such(s3, bucket):
    assert refused(lambda: s3.get_bucket_policy(Bucket=bucket)) == ("NoSuchBucketPolicy", 404)
    assert refused(lambda: s3.get_bucket_tagging(Bucket=bucket)) == ("NoSuchTagSet", 404)
    assert not s3.get_bucket_location(Bucket=bucket).get("LocationConstraint")
    assert s3.get_bucket_versioning(Bucket=bucket).get("Status") is None


# Tarn alone: more clients, and what is its own


def test_the_minio_library_works(tarn_server):
    client = minio.Minio(tarn_server.url.removeprefix("http://"), tarn_server.key,
                         tarn_server.secret, secure=False)
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    client.make_bucket(name)
    assert client.bucket_exists(name) and not client.bucket_exists("missing-bucket")
    body = os.urandom(11 * 1024 * 1024)
    client.put_object(name, "a/big", io.BytesIO(body), len(body))
    client.put_object(name, "a/stream", io.BytesIO(body), -1, part_size=5 * 1024 * 1024)
    client.put_object(name, "a/small", io.BytesIO(b"x"), 1, metadata={"colour": "blue"})
    for key in ("a/big", "a/stream"):
        with client.get_object(name, key) as answer:
            assert answer.read() == body
    assert client.stat_object(name, "a/small").metadata["x-amz-meta-colour"] == "blue"
    assert [item.object_name for item in client.list_objects(name)] == ["a/"]
    found = [item.object_name for item in client.list_objects(name, recursive=True)]
    assert found == ["a/big", "a/small", "a/stream"]
    for key in found:
        client.remove_object(name, key)
    client.remove_bucket(name)


def test_arrow_writes_and_reads_through_it(tarn_server):
    arrow = pyarrow.fs.S3FileSystem(
        access_key=tarn_server.key, secret_key=tarn_server.secret, region="us-east-1",
        endpoint_override=tarn_server.url, allow_bucket_creation=True, allow_bucket_deletion=True)
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    arrow.create_dir(f"{name}/table/data")
    assert arrow.get_file_info(f"{name}/table/data").type == pyarrow.fs.FileType.Directory
    body = os.urandom(25 * 1024 * 1024)
    with arrow.open_output_stream(f"{name}/table/data/part.bin") as out:
        out.write(body)
    with arrow.open_input_file(f"{name}/table/data/part.bin") as file:
        assert file.read_at(1000, 12_345_678) == body[12_345_678:12_346_678]
        assert file.read() == body
    arrow.copy_file(f"{name}/table/data/part.bin", f"{name}/table/copy.bin")
    selector = pyarrow.fs.FileSelector(f"{name}/table", recursive=True)
    assert {info.base_name for info in arrow.get_file_info(selector)} == \
        {"data", "part.bin", "copy.bin"}
    arrow.delete_dir(f"{name}/table")
    arrow.delete_dir(name)


def test_files_of_the_engine_are_served_and_objects_are_files(tarn_server):
    s3 = tarn_server.client()
    folder = tarn_server.folder / "warehouse" / "db" / "trades"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "by-engine.parquet").write_bytes(b"PAR1")
    got = s3.get_object(Bucket="warehouse", Key="db/trades/by-engine.parquet")
    assert got["Body"].read() == b"PAR1"
    assert s3.head_object(Bucket="warehouse", Key="db/trades/by-engine.parquet")["ETag"] == \
        got["ETag"]
    s3.put_object(Bucket="warehouse", Key="db/trades/by-client.parquet", Body=b"PAR1")
    assert (folder / "by-client.parquet").read_bytes() == b"PAR1"
    assert keys_of(s3.list_objects_v2(Bucket="warehouse", Prefix="db/trades/")) == \
        ["db/trades/by-client.parquet", "db/trades/by-engine.parquet"]


def test_ten_thousand_keys_are_listed(tarn_server):
    s3 = tarn_server.client()
    folder = tarn_server.folder / "ten-thousand" / "data"
    folder.mkdir(parents=True)
    for i in range(10_000):
        (folder / f"{i:05}").touch()
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="ten-thousand"))
    assert len(pages) == 10
    assert [key for page in pages for key in keys_of(page)] == \
        [f"data/{i:05}" for i in range(10_000)]


def test_it_counts_what_it_answers(tarn_server):
    tarn_server.client().list_buckets()
    page = httpx.get(f"{tarn_server.tarn.faces['rest']}/metrics").text
    assert 'tarn_s3_requests_total{operation="ListBuckets"}' in page
    status = httpx.get(f"{tarn_server.tarn.faces['rest']}/api/v1/status").json()
    assert ("s3", "ready") in [(part["name"], part["state"]) for part in status["parts"]]
