# Flags that hold for all of our own code. ccache and mold speed the build up where they are there.

set(TARN_SANITIZE "" CACHE STRING "Sanitizers to build with: 'address,undefined' or 'thread'")
option(TARN_FUZZ "Build the fuzz targets against libFuzzer (needs clang)" OFF)

add_compile_options(-Wall -Wextra -Wpedantic -Werror -fno-omit-frame-pointer)
# Places in the sources are told from the source folder on, which also lets a second clone find what
# the first one has compiled.
add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports overlaps and overflows inside libstdc++'s own strings and vectors, which no
    # change of ours can mend (GCC bugs 105329, 105651 and their kin). It also takes the operators
    # that Asio allocates coroutine frames with for a mismatch once it inlines one of the pair.
    add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
        -Wno-array-bounds -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
    if(CMAKE_UNITY_BUILD)
        # Joined sources look like headers to GCC, whose private types others could meet.
        add_compile_options(-Wno-subobject-linkage)
    endif()
endif()

if(TARN_SANITIZE)
    add_compile_options(-fsanitize=${TARN_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${TARN_SANITIZE})
endif()
if(TARN_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's handlers are bracketed by fences, which this sanitizer does not follow; the queues they
    # come through are locked, and that it does follow.
    add_compile_options(-Wno-tsan)
endif()
if(TARN_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
    # Paths relative to the source folder, for a second clone.
    set(launcher "${CMAKE_COMMAND}" -E env
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 "${CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()
