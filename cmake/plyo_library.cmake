# One target and one include root for each library, so that the compiler sees what a library may see.

# plyo_library(NAME
#   [SOURCES file...]           in src/ or beside; none makes a library of headers alone
#   [TESTS file...]             one executable plyo_NAME_test, label fast
#   [SLOW_TESTS file...]        a second one plyo_NAME_slow_test, label slow
#   [DEPS target...]            what its public headers include
#   [PRIVATE_DEPS target...]    what its sources alone include
#   [TEST_DEPS target...])      what its tests include beside
#
# Makes plyo_NAME and its alias plyo::NAME. NAME is the folder below libs/ with _ for /. Public headers lie in
# include/plyo/<lib>/, private ones in src/ or beside the sources.
function(plyo_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;TESTS;SLOW_TESTS;DEPS;PRIVATE_DEPS;TEST_DEPS" ${ARGN})
  plyo_check_arguments("plyo_library(${name})")
  file(RELATIVE_PATH folder "${CMAKE_SOURCE_DIR}/libs" "${CMAKE_CURRENT_SOURCE_DIR}")
  string(REPLACE "/" "_" expected "${folder}")
  if(NOT expected STREQUAL name AND NOT folder MATCHES "^\\.\\.")
    message(FATAL_ERROR "plyo_library(${name}): the library in libs/${folder} must be named ${expected}")
  endif()

  set(target plyo_${name})
  set(warnings plyo::warnings)
  if(name MATCHES "^(base|kinematics|sports)(_|$)")
    set(warnings plyo::strict_warnings)
  endif()
  set(private_roots "")
  foreach(root "${CMAKE_CURRENT_SOURCE_DIR}/src" "${CMAKE_CURRENT_SOURCE_DIR}")
    if(EXISTS "${root}")
      list(APPEND private_roots "${root}")
    endif()
  endforeach()

  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    target_include_directories(${target} PRIVATE ${private_roots})
    target_link_libraries(${target} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS} ${warnings})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${arg_DEPS} ${arg_PRIVATE_DEPS})
    set(scope INTERFACE)
  endif()
  add_library(plyo::${name} ALIAS ${target})
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/include")
    target_include_directories(${target} ${scope} "${CMAKE_CURRENT_SOURCE_DIR}/include")
  endif()

  # The core alone has tests that need no more than the core.
  if(PLYO_CORE_ONLY AND arg_TEST_DEPS)
    return()
  endif()
  set(test_deps plyo::${name} ${arg_DEPS} ${arg_PRIVATE_DEPS} ${arg_TEST_DEPS} ${warnings})
  if(arg_TESTS)
    plyo_test(${target}_test SOURCES ${arg_TESTS} DEPS ${test_deps} INCLUDES ${private_roots} LABEL fast)
  endif()
  if(arg_SLOW_TESTS)
    plyo_test(${target}_slow_test SOURCES ${arg_SLOW_TESTS} DEPS ${test_deps} INCLUDES ${private_roots} LABEL slow)
  endif()
endfunction()

# plyo_test(NAME SOURCES file... [DEPS target...] [INCLUDES dir...] [LABEL fast|slow] [TIMEOUT s] [ONE_PROCESS])
# GoogleTest with its main, rapidcheck, and the paths PLYO_SOURCE_DIR and PLYO_TEST_TMP as definitions. Each TEST is one
# of ctest; ONE_PROCESS makes the whole executable one, for tests that share something costly.
function(plyo_test name)
  cmake_parse_arguments(arg "ONE_PROCESS" "LABEL;TIMEOUT" "SOURCES;DEPS;INCLUDES" ${ARGN})
  plyo_check_arguments("plyo_test(${name})")
  if(NOT PLYO_TESTS)
    return()
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL fast)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${arg_INCLUDES})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} plyo::warnings plyo::rapidcheck GTest::gmock GTest::gtest GTest::gtest_main)
  set(tmp "${CMAKE_BINARY_DIR}/test_tmp/${name}")
  file(MAKE_DIRECTORY "${tmp}")
  target_compile_definitions(${name} PRIVATE PLYO_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PLYO_TEST_TMP="${tmp}")
  if(arg_ONE_PROCESS)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX "${name}/"
      PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
  endif()
endfunction()

# plyo_script_test(NAME COMMAND command... [LABEL fast|slow] [TIMEOUT s]): a test that is a script or a program.
function(plyo_script_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
  plyo_check_arguments("plyo_script_test(${name})")
  if(NOT PLYO_TESTS)
    return()
  endif()
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  if(NOT arg_LABEL)
    set(arg_LABEL fast)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()

# plyo_executable(NAME SOURCES file... [DEPS target...] [INCLUDES dir...])
function(plyo_executable name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;INCLUDES" ${ARGN})
  plyo_check_arguments("plyo_executable(${name})")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${arg_INCLUDES})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} plyo::warnings)
endfunction()

# plyo_fuzzer(NAME SOURCES file... [DEPS target...]): a libFuzzer target; its seeds are the files of corpus/NAME beside.
function(plyo_fuzzer name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  plyo_check_arguments("plyo_fuzzer(${name})")
  add_executable(${name} ${arg_SOURCES})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE ${arg_DEPS} plyo::warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzzers")
endfunction()

# plyo_add_existing(folder...): those folders that have a CMakeLists.txt
function(plyo_add_existing)
  foreach(folder ${ARGN})
    if(EXISTS "${CMAKE_SOURCE_DIR}/${folder}/CMakeLists.txt")
      add_subdirectory("${CMAKE_SOURCE_DIR}/${folder}")
    endif()
  endforeach()
endfunction()

macro(plyo_check_arguments where)
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${where}: unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
endmacro()
