# SPDX-FileCopyrightText: 2026 The Truepeer authors
# SPDX-License-Identifier: MIT
#
# One function for each kind of thing that the project builds.

# truepeer_unity(<target>)
# With TRUEPEER_UNITY several files are compiled as one, which takes a third of the time of a build
# from nothing. Names in anonymous namespaces therefore differ within a library.
function(truepeer_unity target)
    if(TRUEPEER_UNITY)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    endif()
endfunction()

# truepeer_library(<name> SOURCES … [LINKS …])
# A static library truepeer_<name> with the alias truepeer::<name>.
function(truepeer_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_library(truepeer_${name} STATIC ${ARG_SOURCES})
    add_library(truepeer::${name} ALIAS truepeer_${name})
    target_link_libraries(truepeer_${name} PUBLIC truepeer::options ${ARG_LINKS})
    truepeer_unity(truepeer_${name})
    if(TRUEPEER_PCH)
        target_precompile_headers(truepeer_${name} REUSE_FROM truepeer_pch)
    endif()
endfunction()

# What is tested is optimised; the tests themselves only have to compile and link fast. Programs that
# are tested as such keep their debug information. The same with the address sanitizer, which watches
# what is tested; the thread sanitizer has to see both sides of a race.
add_library(truepeer_testoptions INTERFACE)
add_library(truepeer::testoptions ALIAS truepeer_testoptions)
if(TRUEPEER_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(truepeer_testoptions INTERFACE -O0 -g0 -fno-sanitize=all)
endif()
target_compile_options(truepeer_testoptions INTERFACE "$<$<NOT:$<CONFIG:Debug>>:-O1;-g0>")
target_link_options(truepeer_testoptions INTERFACE "$<$<NOT:$<CONFIG:Debug>>:LINKER:--strip-debug>")
if(TRUEPEER_PCH)
    # They differ from test to test, and nobody looks for test data that way.
    target_compile_options(truepeer_testoptions INTERFACE
        -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
endif()

# truepeer_moc_of_test(<target>)
# Makes <target>.moc, which <target>.cpp includes. AUTOMOC would do that too, but it takes some
# seconds for each target, and there are many tests.
function(truepeer_moc_of_test target)
    set(moc_file "${CMAKE_CURRENT_BINARY_DIR}/${target}.moc")
    qt_generate_moc(${target}.cpp "${moc_file}" TARGET ${target})
    set_source_files_properties(${target}.cpp PROPERTIES OBJECT_DEPENDS "${moc_file}")
    set_target_properties(${target} PROPERTIES AUTOMOC OFF)
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
endfunction()

# All tests with the label threads.
add_custom_target(threaded_tests)

# truepeer_test(<module> LABEL <label>… [LINKS …] [SOURCES …] [TIMEOUT seconds])
# A Qt Test program tst_<module> built from tst_<module>.cpp and registered with ctest. Labels: unit,
# integration; gui (has widgets, shown nowhere), proxies (needs real proxies), threads (also run under
# the thread sanitizer).
function(truepeer_test module)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LABEL;SOURCES;LINKS" ${ARGN})
    add_executable(tst_${module} tst_${module}.cpp ${ARG_SOURCES})
    truepeer_moc_of_test(tst_${module})
    target_link_libraries(tst_${module} PRIVATE truepeer::options truepeer::testoptions Qt6::Test
        Qt6::Network ${ARG_LINKS})
    if(TRUEPEER_PCH AND "gui" IN_LIST ARG_LABEL)
        target_precompile_headers(tst_${module} REUSE_FROM truepeer_guitestpch)
    elseif(TRUEPEER_PCH)
        target_precompile_headers(tst_${module} REUSE_FROM truepeer_testpch)
    endif()
    target_compile_definitions(tst_${module} PRIVATE
        TRUEPEER_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
        TRUEPEER_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        TRUEPEER_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    if("threads" IN_LIST ARG_LABEL)
        add_dependencies(threaded_tests tst_${module})
    endif()
    add_test(NAME tst_${module} COMMAND tst_${module})
    set_tests_properties(tst_${module} PROPERTIES
        LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_NO_GLIB=1;QT_QPA_PLATFORM=offscreen;TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp history_size=7;LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp;UBSAN_OPTIONS=print_stacktrace=1")
endfunction()

# truepeer_bench(<name> [LINKS …]): a program bench_<name>, not registered with ctest.
function(truepeer_bench name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(bench_${name} bench_${name}.cpp ${ARG_SOURCES})
    target_link_libraries(bench_${name} PRIVATE truepeer::options ${ARG_LINKS})
endfunction()

# All fuzz targets.
add_custom_target(fuzz_targets)

# truepeer_fuzz(<name> [SOURCES …] [LINKS …])
# A libFuzzer program fuzz_<name>; its corpus is tests/fuzz/corpus/<name>. SOURCES: what it needs of
# a library that would be long to build as a whole.
function(truepeer_fuzz name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_executable(fuzz_${name} fuzz_${name}.cpp ${ARG_SOURCES})
    target_link_libraries(fuzz_${name} PRIVATE truepeer::options ${ARG_LINKS})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz_targets fuzz_${name})
endfunction()
