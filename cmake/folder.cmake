# tarn_folder(NAME [THREADED] USES ... LINKS ... TEST_LINKS ... ALONE ...)
#
# Makes one library of a folder of src/. The ending of a file's name says what it is:
#   x.cpp        part of the library tarn_NAME
#   x_test.cpp   part of the test program NAME_test
#   x_fuzz.cpp   a fuzz target NAME_x_fuzz; outside the fuzz preset it replays its seeds as a test
#   x_bench.cpp  part of the benchmark program NAME_bench
# USES names folders earlier in the order of src/README.md, LINKS the third-party targets.
#
# Threads come in with `runtime`, or where THREADED says that the folder is called by several. Any
# other folder has nothing to show to the thread sanitizer, so in that build it has no tests and is
# compiled only for those that need it.
#
# Reading other people's headers is most of what the compiler does here, so whole builds compile
# several sources of a folder as one; the `dev` preset and the fuzz targets keep them apart. ALONE
# names the sources that cannot be joined, for a private name of theirs stands in another one too.

function(tarn_folder name)
    cmake_parse_arguments(ARG "THREADED" "" "USES;LINKS;TEST_LINKS;ALONE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    set(library ${sources})
    list(FILTER library EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$|/main\\.cpp$")
    set(is_threaded FALSE)
    if(ARG_THREADED OR "runtime" IN_LIST ARG_USES OR name STREQUAL "runtime")
        set(is_threaded TRUE)
    endif()
    if(TARN_SANITIZE STREQUAL "thread" AND NOT is_threaded)
        set(sources ${library})
        set_property(DIRECTORY PROPERTY EXCLUDE_FROM_ALL TRUE)
    endif()
    list(TRANSFORM ARG_USES PREPEND tarn_)
    set_source_files_properties(${ARG_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

    add_library(tarn_${name} STATIC ${library})
    target_include_directories(tarn_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(tarn_${name} PUBLIC ${ARG_USES} ${ARG_LINKS})
    tarn_log_part(tarn_${name} ${name})

    set(tests ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    if(tests AND NOT TARN_FUZZ)
        add_executable(${name}_test ${tests})
        target_link_libraries(${name}_test PRIVATE tarn_${name} ${ARG_TEST_LINKS}
            GTest::gmock GTest::gtest_main)
        tarn_log_part(${name}_test ${name})
        # PROPERTIES last: what follows another keyword would be dropped in silence.
        gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60
            PROPERTIES TIMEOUT 120 ENVIRONMENT "TARN_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
    endif()

    set(fuzzers ${sources})
    list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
    foreach(fuzzer IN LISTS fuzzers)
        tarn_fuzz_target(${name} ${fuzzer})
    endforeach()

    set(benches ${sources})
    list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
    if(benches AND NOT TARN_FUZZ AND NOT TARN_SANITIZE)
        add_executable(${name}_bench ${benches})
        target_link_libraries(${name}_bench PRIVATE tarn_${name} ${ARG_TEST_LINKS}
            benchmark::benchmark_main)
        tarn_log_part(${name}_bench ${name})
    endif()
endfunction()

# The part that log lines of this target are filed under.
function(tarn_log_part target part)
    target_compile_definitions(${target} PRIVATE TARN_LOG_PART="${part}")
endfunction()

# A fuzz target defines LLVMFuzzerTestOneInput. Its seeds lie in tests/fuzz/TARGET/.
function(tarn_fuzz_target folder source)
    get_filename_component(stem "${source}" NAME_WE)
    set(target ${folder}_${stem})
    set(seeds "${CMAKE_SOURCE_DIR}/tests/fuzz/${target}")
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE tarn_${folder})
    tarn_log_part(${target} ${folder})
    if(TARN_FUZZ)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        set(found "${CMAKE_BINARY_DIR}/corpus/${target}")
        file(MAKE_DIRECTORY "${found}")
        add_test(NAME ${target} COMMAND ${target} -max_total_time=${TARN_FUZZ_SECONDS} -timeout=10
            -rss_limit_mb=2048 -print_final_stats=1 "${found}" "${seeds}")
    else()
        target_sources(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp")
        add_test(NAME ${target}.replays_its_seeds COMMAND ${target} "${seeds}")
    endif()
endfunction()

set(TARN_FUZZ_SECONDS 30 CACHE STRING "How long ctest runs each fuzz target in the fuzz preset")
include(GoogleTest)
