// The database that a JDBC url names.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tarn::connectors {

struct DatabaseAddress {
    // As libpq takes them: {"host", "db"}, {"port", "5432"}, {"dbname", "shop"}.
    std::map<std::string, std::string> keywords;

    // "db:5432/shop", for messages.
    std::string text() const;
};

// Of "jdbc:postgresql://db:5432/shop?sslmode=require". Throws InvalidInput for what is no such url,
// and names the database that it is of where Tarn knows no way there.
DatabaseAddress parse_jdbc_url(std::string_view url);

// What PostgreSQL's Java driver knows by that name, in urls or in the options 'properties.*'.
void add_java_property(DatabaseAddress& address, std::string_view name, const std::string& value);

}  // namespace tarn::connectors
