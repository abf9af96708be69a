# tarn_embed_assets(TARGET FOLDER NAME)
#
# Makes the files of FOLDER part of TARGET, to be served by http/assets.hpp. The code declares
#   namespace tarn::assets { std::span<const http::Asset> NAME(); }
# The build runs again when a file changes, comes or goes.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(tarn_embed_assets target folder name)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS "${folder}/*")
    set(generated "${CMAKE_CURRENT_BINARY_DIR}/${name}_assets.cpp")
    set(generator "${CMAKE_SOURCE_DIR}/tools/embed.py")
    add_custom_command(OUTPUT "${generated}"
        COMMAND Python3::Interpreter "${generator}" "${folder}" "${generated}" ${name}
        DEPENDS ${files} "${generator}"
        COMMENT "Embedding ${folder}")
    target_sources(${target} PRIVATE "${generated}")
endfunction()
