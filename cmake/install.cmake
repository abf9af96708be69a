# What `make install` and `make package` lay down:
#   bin/tarn            the binary
#   bin/kafka-*         links to it: it acts as the tool by whose name it is called
#   lib/tarn/*.so*      every library it loads, save those of glibc
#   share/doc/tarn/     licences
#
# The binary carries an old-style RPATH to lib/tarn, because only that kind is also searched for the
# libraries that the libraries need in turn. The build folder is laid out in the same way, by links,
# so the binary need not be changed when it is installed.

target_link_options(tarn PRIVATE -Wl,--disable-new-dtags)
set_target_properties(tarn PROPERTIES
    INSTALL_RPATH "$ORIGIN/../lib/tarn" BUILD_WITH_INSTALL_RPATH ON)

get_property(shipped GLOBAL PROPERTY TARN_SHIPPED_LIBRARIES)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/lib/tarn")
foreach(library IN LISTS shipped)
    get_filename_component(name "${library}" NAME)
    file(CREATE_LINK "${library}" "${CMAKE_BINARY_DIR}/lib/tarn/${name}" SYMBOLIC)
endforeach()

set(tools kafka-topics kafka-console-producer kafka-console-consumer kafka-get-offsets
    kafka-consumer-groups kafka-configs)
file(MAKE_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
foreach(tool IN LISTS tools)
    foreach(link IN ITEMS "${tool}" "${tool}.sh")
        file(CREATE_LINK tarn "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${link}" SYMBOLIC)
        install(FILES "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${link}" DESTINATION bin)
    endforeach()
endforeach()

install(TARGETS tarn RUNTIME_DEPENDENCY_SET tarn_libraries RUNTIME DESTINATION bin)
install(RUNTIME_DEPENDENCY_SET tarn_libraries
    PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util|nsl|anl)\\.so"
    POST_EXCLUDE_REGEXES "/ld-linux[^/]*$"
    LIBRARY DESTINATION lib/tarn)
install(FILES "${CMAKE_SOURCE_DIR}/LICENSE" "${CMAKE_SOURCE_DIR}/docs/dependencies.md"
    DESTINATION share/doc/tarn)
install(DIRECTORY "${TARN_DEPS_DIR}/arrow/licenses/" DESTINATION share/doc/tarn/licenses/arrow)
install(DIRECTORY "${TARN_DEPS_DIR}/simdjson/licenses/"
    DESTINATION share/doc/tarn/licenses/simdjson)
install(DIRECTORY "${TARN_DEPS_DIR}/kafka-messages/licenses/"
    DESTINATION share/doc/tarn/licenses/kafka-messages)
