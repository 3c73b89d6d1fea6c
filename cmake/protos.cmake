# C++ from .proto files, generated into the build tree.
#
#   doorward_proto_messages(target ROOT dir FILES a/b.proto ...)            message classes (protoc --cpp_out)
#   doorward_proto_services(target ROOT dir FILES a/b.proto ... DEPENDS ..) handler interfaces (tools/protoc-gen-doorward)
#   doorward_proto_comments(out ROOT dir FILES a/b.proto ...)                out: folder with comments.inc, made by out_target
#
# Generated code is compiled without our warnings and its headers are system headers. IMPORTS names further roots.
function(doorward_proto_outputs out root suffixes)
  set(outputs)
  foreach(file IN LISTS ARGN)
    string(REGEX REPLACE "\\.proto$" "" stem ${file})
    foreach(suffix IN LISTS suffixes)
      list(APPEND outputs ${root}/${stem}${suffix})
    endforeach()
  endforeach()
  set(${out} ${outputs} PARENT_SCOPE)
endfunction()

function(doorward_proto_generate target plugin_args suffixes)
  cmake_parse_arguments(arg "" "ROOT" "FILES;IMPORTS;DEPENDS;TOOLS" ${ARGN})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${target})
  file(MAKE_DIRECTORY ${generated})
  doorward_proto_outputs(outputs ${generated} "${suffixes}" ${arg_FILES})
  set(roots -I${arg_ROOT})
  foreach(import IN LISTS arg_IMPORTS)
    list(APPEND roots -I${import})
  endforeach()
  set(inputs ${arg_FILES})
  list(TRANSFORM inputs PREPEND ${arg_ROOT}/)
  string(REPLACE "@OUT@" "${generated}" plugin_args "${plugin_args}")
  add_custom_command(OUTPUT ${outputs}
    COMMAND protobuf::protoc ${roots} ${plugin_args} ${inputs}
    DEPENDS ${inputs} ${arg_TOOLS} COMMENT "Generating ${target}" VERBATIM)
  add_library(${target} STATIC ${outputs})
  target_compile_options(${target} PRIVATE -w)
  target_include_directories(${target} SYSTEM PUBLIC ${generated})
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS} protobuf::libprotobuf)
endfunction()

function(doorward_proto_messages target)
  doorward_proto_generate(${target} "--cpp_out=@OUT@" ".pb.cc;.pb.h" ${ARGN})
endfunction()

function(doorward_proto_services target)
  doorward_proto_generate(${target}
    "--plugin=protoc-gen-doorward=$<TARGET_FILE:protoc-gen-doorward>;--doorward_out=@OUT@"
    ".doorward.cc;.doorward.h" ${ARGN} TOOLS protoc-gen-doorward)
endfunction()

function(doorward_proto_comments out)
  cmake_parse_arguments(arg "" "ROOT" "FILES" ${ARGN})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/comments)
  file(MAKE_DIRECTORY ${generated})
  set(inputs ${arg_FILES})
  list(TRANSFORM inputs PREPEND ${arg_ROOT}/)
  add_custom_command(OUTPUT ${generated}/comments.inc
    COMMAND protobuf::protoc -I${arg_ROOT} --plugin=protoc-gen-doorward=$<TARGET_FILE:protoc-gen-doorward>
            --doorward_opt=comments --doorward_out=${generated} ${inputs}
    DEPENDS ${inputs} protoc-gen-doorward COMMENT "Generating comments.inc" VERBATIM)
  add_custom_target(${out}_target DEPENDS ${generated}/comments.inc)
  set(${out} ${generated} PARENT_SCOPE)
endfunction()
