// What the clauses of the JSON functions say: RETURNING INT, DEFAULT 0 ON EMPTY, WITH WRAPPER. Who
// resolves a call fills these in and takes the resolver that is made of them; the plain entries of
// the registry are those of calls without clauses.
#pragma once

#include "sql/functions/function.hpp"

namespace tarn::sql {

enum class JsonKind { Value, Object, Array, Scalar };

// Of x IS [NOT] JSON; the NOT is an operator of its own.
Resolver is_json(JsonKind kind);

struct JsonExistsOptions {
    enum class OnError { False, True, Unknown, Error };

    OnError on_error = OnError::False;
};

Resolver json_exists(JsonExistsOptions options);

// The arguments are the document, the path, the value of DEFAULT … ON EMPTY and that of DEFAULT …
// ON ERROR, as far as there are such.
struct JsonValueOptions {
    enum class Instead { Null, Default, Error };

    Type returning = string_type();  // VARCHAR, BOOLEAN, INT or DOUBLE
    Instead on_empty = Instead::Null;
    Instead on_error = Instead::Null;
};

Resolver json_value(JsonValueOptions options);

struct JsonQueryOptions {
    enum class Wrapper { Without, Conditional, Always };
    enum class Instead { Null, EmptyArray, EmptyObject, Error };

    Wrapper wrapper = Wrapper::Without;  // WITH WRAPPER without more words is Always
    Instead on_empty = Instead::Null;
    Instead on_error = Instead::Null;
};

Resolver json_query(JsonQueryOptions options);

// `is_json` tells of each value whether it is a call of JSON_OBJECT or JSON_ARRAY, whose text is
// put in as it is; nothing there means that none is.
struct JsonConstructorOptions {
    bool leaves_out_null = false;
    std::vector<bool> is_json = {};
};

// Of key, value, key, value, …
Resolver json_object(JsonConstructorOptions options);
// Without a word, JSON_ARRAY leaves NULLs out and JSON_OBJECT does not.
Resolver json_array(JsonConstructorOptions options);

}  // namespace tarn::sql
