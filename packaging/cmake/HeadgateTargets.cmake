# SPDX-License-Identifier: GPL-3.0-or-later
# Compile and link settings that every Headgate target shares.

add_library(headgate_options INTERFACE)
target_include_directories(headgate_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_definitions(headgate_options INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_FOREACH QT_NO_KEYWORDS QT_NO_NARROWING_CONVERSIONS_IN_CONNECT)
target_compile_options(headgate_options INTERFACE -Wall -Wextra -Wpedantic
  $<$<BOOL:${HEADGATE_WERROR}>:-Werror>)
target_link_libraries(headgate_options INTERFACE Threads::Threads)
# Lines and no variables, which is what a stack or a report needs: compiles in two thirds of the time, to a fifth of the
# size. The preset dev has all.
target_compile_options(headgate_options INTERFACE $<$<CONFIG:RelWithDebInfo>:-g1>)
if(HEADGATE_SANITIZE)
  # Not optimised: instrumented code compiles in half the time, and a test waits more than it computes.
  target_compile_options(headgate_options INTERFACE -fsanitize=${HEADGATE_SANITIZE} -fno-omit-frame-pointer -g1 -O0)
  target_link_options(headgate_options INTERFACE -fsanitize=${HEADGATE_SANITIZE})
endif()

find_program(HEADGATE_LLD NAMES ld.lld ld.lld-14)
if(HEADGATE_LLD)
  add_link_options(-fuse-ld=lld)
endif()
find_program(HEADGATE_CCACHE ccache)
if(HEADGATE_CCACHE)
  # A precompiled header is only cacheable with this sloppiness (ccache manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER cmake -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ccache)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/headgate_version.h CONTENT
"#pragma once
#define HEADGATE_VERSION \"${PROJECT_VERSION}\"
" @ONLY)

# Adds each listed feature folder that exists; a folder's own CMakeLists.txt calls target_sources().
function(headgate_add_features)
  foreach(feature ${ARGN})
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${feature}/CMakeLists.txt)
      add_subdirectory(${feature})
    endif()
  endforeach()
endfunction()

set(HEADGATE_FEATURES connections pipelines metrics alerts dashboards catalog queries validation
    records audit users schema maintenance)
