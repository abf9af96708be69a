// One page of a bucket's keys: filtered by prefix, folded at a delimiter, from where the page
// before ended.
#pragma once

#include <string>
#include <vector>

#include "s3/objects.hpp"

namespace tarn::s3 {

struct ListingWish {
    std::string bucket = {};
    std::string prefix = {};
    std::string delimiter = {};  // empty: nothing is folded
    // A key, or a folded prefix, that the page before had last; its own fold is passed over.
    std::string after = {};
    size_t keys_max = 1000;
};

struct ListedObject {
    std::string key;
    ObjectInfo info;
};

struct Listing {
    std::vector<ListedObject> objects;
    std::vector<std::string> common_prefixes;
    bool is_truncated = false;
    std::string last;  // what the next page goes on after

    size_t count() const { return objects.size() + common_prefixes.size(); }
};

Listing list_objects(Objects& objects, const ListingWish& wish);

}  // namespace tarn::s3
