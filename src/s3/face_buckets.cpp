#include <algorithm>

#include "http/target.hpp"
#include "s3/face.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

constexpr size_t PageMax = 1000;
constexpr size_t DeletedMax = 1000;
// There is one owner of everything; clients only want to see that there is one.
constexpr std::string_view OwnerId = "tarn";

void add_owner(XmlWriter& xml, std::string_view element) {
    xml.open(element).add("ID", OwnerId).add("DisplayName", OwnerId).close();
}

size_t page_size(const std::string& text) {
    if (text.empty()) return PageMax;
    auto number = parse_number<int32_t>(text);
    if (!number || *number < 0) {
        throw Refusal(Code::InvalidArgument, "max-keys is no number between 0 and 2147483647.");
    }
    return std::min(static_cast<size_t>(*number), PageMax);
}

// How keys are written: as they are, or escaped when the client asks for it, which it does because
// XML cannot carry every character.
class KeyText {
public:
    explicit KeyText(const std::string& encoding) : is_escaped_(encoding == "url") {
        if (!is_escaped_ && !encoding.empty()) {
            throw Refusal(Code::InvalidArgument, "Invalid Encoding Method specified in Request.");
        }
    }
    std::string operator()(const std::string& key) const {
        return is_escaped_ ? http::percent_encoded(key, "/") : key;
    }
    bool is_escaped() const { return is_escaped_; }

private:
    bool is_escaped_;
};

enum class Owners { Told, Left };

void add_page(XmlWriter& xml, const Listing& page, const KeyText& text, Owners owners) {
    for (const ListedObject& object : page.objects) {
        xml.open("Contents")
            .add("Key", text(object.key))
            .add("LastModified", to_rfc3339(object.info.modified_at))
            .add("ETag", object.info.quoted_etag());
        if (const auto& checksum = object.info.note.checksum) {
            xml.add("ChecksumAlgorithm", name_of(checksum->kind));
            xml.add("ChecksumType", name_of(object.info.note.checksum_form));
        }
        xml.add("Size", std::to_string(object.info.size));
        if (owners == Owners::Told) add_owner(xml, "Owner");
        xml.add("StorageClass", "STANDARD").close();
    }
    for (const std::string& prefix : page.common_prefixes) {
        xml.open("CommonPrefixes").add("Prefix", text(prefix)).close();
    }
}

// A token is the last key in hexadecimal: opaque to clients, and no state of ours.
std::string token_of(const std::string& key) {
    return to_hex(as_bytes(key));
}

std::string key_in_token(const std::string& token) {
    auto key = from_hex(token);
    if (!key || key->empty()) {
        throw Refusal(Code::InvalidArgument, "The continuation token provided is incorrect.");
    }
    return std::string(as_text(*key));
}

// What a bucket never has here, and how S3 says so.
std::optional<Code> absent_detail(std::string_view name) {
    constexpr std::pair<std::string_view, Code> Absent[] = {
        {"cors", Code::NoSuchCorsConfiguration},
        {"encryption", Code::ServerSideEncryptionConfigurationNotFound},
        {"lifecycle", Code::NoSuchLifecycleConfiguration},
        {"object-lock", Code::ObjectLockConfigurationNotFound},
        {"ownershipControls", Code::OwnershipControlsNotFound},
        {"policy", Code::NoSuchBucketPolicy},
        {"policyStatus", Code::NoSuchBucketPolicy},
        {"publicAccessBlock", Code::NoSuchPublicAccessBlockConfiguration},
        {"replication", Code::ReplicationConfigurationNotFound},
        {"tagging", Code::NoSuchTagSet},
        {"website", Code::NoSuchWebsiteConfiguration}};
    for (const auto& [absent, code] : Absent) {
        if (absent == name) return code;
    }
    return std::nullopt;
}

XmlWriter full_control() {
    XmlWriter xml("AccessControlPolicy");
    add_owner(xml, "Owner");
    xml.open("AccessControlList").open("Grant");
    add_owner(xml, "Grantee");
    xml.add("Permission", "FULL_CONTROL");
    return xml;
}

// What a bucket has, empty as it is.
http::Response detail_answer(std::string_view name) {
    if (auto absent = absent_detail(name)) throw Refusal(*absent);
    if (name == "acl") return xml_response(full_control());
    if (name == "versioning") return xml_response(XmlWriter("VersioningConfiguration"));
    if (name == "accelerate") return xml_response(XmlWriter("AccelerateConfiguration"));
    if (name == "logging") return xml_response(XmlWriter("BucketLoggingStatus"));
    if (name == "notification") return xml_response(XmlWriter("NotificationConfiguration"));
    if (name == "requestPayment") {
        XmlWriter xml("RequestPaymentConfiguration");
        xml.add("Payer", "BucketOwner");
        return xml_response(std::move(xml));
    }
    throw Refusal(Code::NotImplemented);
}

}  // namespace

awaitable<http::Response> Face::list_buckets(Ask&) {
    auto list = [this] { return objects_.buckets(); };
    std::vector<Bucket> buckets = co_await blocking_.run(list);
    XmlWriter xml("ListAllMyBucketsResult");
    add_owner(xml, "Owner");
    xml.open("Buckets");
    for (const Bucket& bucket : buckets) {
        xml.open("Bucket")
            .add("Name", bucket.name)
            .add("CreationDate", to_rfc3339(bucket.created_at))
            .close();
    }
    co_return xml_response(std::move(xml));
}

awaitable<http::Response> Face::create_bucket(Ask& ask) {
    std::string text = co_await receive_text(ask);
    if (!text.empty()) parse_xml(text);  // it names a region, of which there is one
    auto make = [this, &ask] { objects_.make_bucket(ask.address.bucket); };
    co_await blocking_.run(make);
    http::Response response;
    response.headers.set("Location", "/" + ask.address.bucket);
    co_return response;
}

awaitable<http::Response> Face::delete_bucket(Ask& ask) {
    auto remove = [this, &ask] { objects_.remove_bucket(ask.address.bucket); };
    co_await blocking_.run(remove);
    co_return http::Response{.status = 204};
}

awaitable<http::Response> Face::bucket_location(Ask& ask) {
    co_await check_bucket(ask);
    http::Response response;
    if (ask.operation == Operation::GetBucketLocation) {
        XmlWriter xml("LocationConstraint");
        // The first region of all has no name here, as in S3.
        if (settings_.region != "us-east-1") xml.add_text(settings_.region);
        response = xml_response(std::move(xml));
    }
    response.headers.set("x-amz-bucket-region", settings_.region);
    co_return response;
}

awaitable<http::Response> Face::bucket_detail(Ask& ask) {
    co_await check_bucket(ask);
    auto detail = std::ranges::find_if(
        ask.query, [](const auto& pair) { return is_bucket_detail(pair.first); });
    co_return detail_answer(detail->first);
}

awaitable<http::Response> Face::object_detail(Ask& ask) {
    auto find = [this, &ask] {
        objects_.check_bucket(ask.address.bucket);
        return objects_.find(ask.object());
    };
    auto found = co_await blocking_.run(find);
    if (!found) throw Refusal(Code::NoSuchKey);
    if (ask.has("acl")) co_return xml_response(full_control());
    if (ask.has("tagging")) {
        XmlWriter xml("Tagging");
        xml.open("TagSet");
        co_return xml_response(std::move(xml));
    }
    throw Refusal(Code::NoSuchObjectLockConfiguration);
}

awaitable<Listing> Face::listing(Ask& ask, ListingWish wish) {
    wish.bucket = ask.address.bucket;
    wish.prefix = ask.value("prefix");
    wish.delimiter = ask.value("delimiter");
    wish.keys_max = page_size(ask.value("max-keys"));
    auto list = [this, &wish] {
        objects_.check_bucket(wish.bucket);
        return list_objects(objects_, wish);
    };
    co_return co_await blocking_.run(list);
}

awaitable<http::Response> Face::list_objects_v1(Ask& ask) {
    KeyText text(ask.value("encoding-type"));
    ListingWish wish;
    wish.after = ask.value("marker");
    Listing page = co_await listing(ask, wish);
    XmlWriter xml("ListBucketResult");
    xml.add("Name", ask.address.bucket)
        .add("Prefix", text(ask.value("prefix")))
        .add("Marker", text(ask.value("marker")))
        .add("MaxKeys", std::to_string(page_size(ask.value("max-keys"))));
    if (ask.has("delimiter")) xml.add("Delimiter", text(ask.value("delimiter")));
    if (text.is_escaped()) xml.add("EncodingType", "url");
    xml.add("IsTruncated", page.is_truncated ? "true" : "false");
    if (page.is_truncated && ask.has("delimiter")) xml.add("NextMarker", text(page.last));
    add_page(xml, page, text, Owners::Told);
    co_return xml_response(std::move(xml));
}

awaitable<http::Response> Face::list_objects_v2(Ask& ask) {
    if (ask.value("list-type") != "2") throw Refusal(Code::InvalidArgument);
    KeyText text(ask.value("encoding-type"));
    ListingWish wish;
    wish.after = ask.has("continuation-token") ? key_in_token(ask.value("continuation-token"))
                                               : ask.value("start-after");
    Listing page = co_await listing(ask, wish);
    XmlWriter xml("ListBucketResult");
    xml.add("Name", ask.address.bucket)
        .add("Prefix", text(ask.value("prefix")))
        .add("MaxKeys", std::to_string(page_size(ask.value("max-keys"))))
        .add("KeyCount", std::to_string(page.count()))
        .add("IsTruncated", page.is_truncated ? "true" : "false");
    if (ask.has("delimiter")) xml.add("Delimiter", text(ask.value("delimiter")));
    if (text.is_escaped()) xml.add("EncodingType", "url");
    if (ask.has("continuation-token")) {
        xml.add("ContinuationToken", ask.value("continuation-token"));
    }
    if (ask.has("start-after")) xml.add("StartAfter", text(ask.value("start-after")));
    if (page.is_truncated) xml.add("NextContinuationToken", token_of(page.last));
    add_page(xml, page, text, ask.value("fetch-owner") == "true" ? Owners::Told : Owners::Left);
    co_return xml_response(std::move(xml));
}

awaitable<http::Response> Face::delete_objects(Ask& ask) {
    std::string body = co_await receive_text(ask);
    XmlElement wish = parse_xml(body);
    if (wish.name != "Delete") throw Refusal(Code::MalformedXml);
    bool is_quiet = wish.text_of("Quiet") == "true";
    std::vector<std::string> keys;
    for (const XmlElement& object : wish.children) {
        if (object.name != "Object") continue;
        const XmlElement* key = object.child("Key");
        if (!key || key->text.empty()) throw Refusal(Code::MalformedXml);
        keys.push_back(key->text);
    }
    if (keys.empty() || keys.size() > DeletedMax) throw Refusal(Code::MalformedXml);
    co_await check_bucket(ask);

    XmlWriter xml("DeleteResult");
    for (const std::string& key : keys) {
        ObjectName name{ask.address.bucket, key};
        auto remove = [this, &name]() -> std::optional<Refusal> {
            try {
                objects_.remove(name);
                return std::nullopt;
            } catch (const Error& error) {
                return refusal_of(error);
            }
        };
        std::optional<Refusal> refusal = co_await blocking_.run(remove);
        if (refusal) {
            xml.open("Error")
                .add("Key", key)
                .add("Code", name_of(refusal->refused()))
                .add("Message", refusal->what())
                .close();
        } else if (!is_quiet) {
            xml.open("Deleted").add("Key", key).close();
        }
    }
    co_return xml_response(std::move(xml));
}

}  // namespace tarn::s3
