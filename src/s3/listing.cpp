#include "s3/listing.hpp"

#include "s3/key_walk.hpp"

namespace tarn::s3 {
namespace {

// "a/" for the key "a/b/c" and the delimiter '/'; empty when the key stands for itself.
std::string folded(const std::string& key, const ListingWish& wish) {
    if (wish.delimiter.empty()) return "";
    size_t found = key.find(wish.delimiter, wish.prefix.size());
    return found == std::string::npos ? "" : key.substr(0, found + wish.delimiter.size());
}

}  // namespace

Listing list_objects(Objects& objects, const ListingWish& wish) {
    Listing page;
    if (wish.keys_max == 0) return page;
    KeyWalk walk(objects.disk(), wish.bucket, wish.prefix, wish.after);
    while (auto found = walk.next()) {
        std::string fold = folded(found->key, wish);
        if (!fold.empty() && fold == wish.after) {
            walk.skip(fold);
            continue;
        }
        if (page.count() == wish.keys_max) {
            page.is_truncated = true;
            break;
        }
        if (fold.empty()) {
            page.last = found->key;
            page.objects.push_back({found->key, objects.info_of(found->entry)});
        } else {
            page.last = fold;
            walk.skip(fold);
            page.common_prefixes.push_back(std::move(fold));
        }
    }
    return page;
}

}  // namespace tarn::s3
