# Every third-party library as a target, whatever way it came: Debian's packages by their own config
# files, the files of tools/deps by hand. Never link libre2: libarrow carries a copy of its own and
# the two corrupt each other (docs/adr/0001).

set(TARN_DEPS_DIR "${CMAKE_SOURCE_DIR}/.deps" CACHE PATH "Where tools/deps put its files")

function(tarn_prebuilt target)
    cmake_parse_arguments(ARG "" "LIBRARY;INCLUDE" "" ${ARGN})
    if(NOT EXISTS "${ARG_LIBRARY}" OR NOT EXISTS "${ARG_INCLUDE}")
        message(FATAL_ERROR "${target} is not there (${ARG_LIBRARY}). Run `make setup` first.")
    endif()
    add_library(${target} SHARED IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES
        IMPORTED_LOCATION "${ARG_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${ARG_INCLUDE}")
    set_property(GLOBAL APPEND PROPERTY TARN_SHIPPED_LIBRARIES "${ARG_LIBRARY}")
endfunction()

# A system Arrow is taken when it is asked for; the pinned wheel is what the tests run with.
option(TARN_SYSTEM_ARROW "Use the Arrow that find_package finds" OFF)
if(TARN_SYSTEM_ARROW)
    find_package(Arrow REQUIRED)
    find_package(Parquet REQUIRED)
    add_library(tarn_arrow INTERFACE)
    target_link_libraries(tarn_arrow INTERFACE Arrow::arrow_shared Parquet::parquet_shared)
    add_library(tarn_arrow_s3 ALIAS tarn_arrow)
else()
    set(arrow "${TARN_DEPS_DIR}/arrow")
    foreach(part arrow parquet arrow_s3)
        tarn_prebuilt(prebuilt_${part}
            LIBRARY "${arrow}/lib/lib${part}.so.2600" INCLUDE "${arrow}/include")
    endforeach()
    add_library(tarn_arrow INTERFACE)
    target_link_libraries(tarn_arrow INTERFACE prebuilt_arrow prebuilt_parquet)
    add_library(tarn_arrow_s3 INTERFACE)
    target_link_libraries(tarn_arrow_s3 INTERFACE prebuilt_arrow_s3 tarn_arrow)
endif()

tarn_prebuilt(tarn_duckdb
    LIBRARY "${TARN_DEPS_DIR}/duckdb/lib/libduckdb.so"
    INCLUDE "${TARN_DEPS_DIR}/duckdb-header/include")

add_library(tarn_simdjson STATIC "${TARN_DEPS_DIR}/simdjson/include/simdjson.cpp")
target_include_directories(tarn_simdjson SYSTEM PUBLIC "${TARN_DEPS_DIR}/simdjson/include")
target_compile_options(tarn_simdjson PRIVATE -O3 -w)
# libparquet and libarrow export the symbols of another simdjson: under its own name ours would be
# bound to theirs, of another version, without a word from the linker.
target_compile_definitions(tarn_simdjson PUBLIC simdjson=tarn_simdjson)

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(RocksDB REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(Boost 1.81.0 EXACT REQUIRED CONFIG COMPONENTS headers json)

find_package(PkgConfig REQUIRED)
pkg_check_modules(pc_rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(pc_zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(pc_deflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(pc_lz4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(pc_pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)
find_package(Snappy REQUIRED)

# Asio and Beast as our code uses them: coroutines, no deprecated names. What is no template is
# compiled once, here, and not again in each source that includes it.
set(asio_source "${CMAKE_BINARY_DIR}/asio/asio.cpp")
file(CONFIGURE OUTPUT "${asio_source}" CONTENT
    "#include <boost/asio/impl/src.hpp>\n#include <boost/asio/ssl/impl/src.hpp>\n")
add_library(tarn_asio STATIC "${asio_source}")
target_link_libraries(tarn_asio PUBLIC Boost::headers Threads::Threads OpenSSL::SSL)
target_compile_definitions(tarn_asio PUBLIC
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)
