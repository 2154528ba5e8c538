# The compiler's settings that hold for everything.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set_property(GLOBAL PROPERTY USE_FOLDERS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3")  # assertions stay: they cost next to nothing beside the models

find_program(PLYO_CCACHE ccache)
if(PLYO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${PLYO_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${PLYO_CCACHE}")
endif()

# Results must not depend on the machine: one baseline, no fused or reordered arithmetic.
add_compile_options(-ffp-contract=off)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-march=x86-64-v2)
endif()

if(PLYO_SANITIZE)
  add_compile_options(-fsanitize=${PLYO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${PLYO_SANITIZE})
  # GCC's own manual: with sanitizers it warns of what cannot be, here inside of std::regex.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# The installed binary finds its libraries beside itself; the built one where ./dev setup put them.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/plyo")

# Interface of everything that is ours, but of nothing that is not.
add_library(plyo_warnings INTERFACE)
add_library(plyo::warnings ALIAS plyo_warnings)
target_compile_options(plyo_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wundef -Wimplicit-fallthrough $<$<BOOL:${PLYO_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees overlaps in std::string's operator+ that are not there (its bug 105651).
  target_compile_options(plyo_warnings INTERFACE -Wduplicated-cond -Wlogical-op -Wno-restrict)
endif()
# For the libraries that do arithmetic: a lost sign or bit is a wrong figure.
add_library(plyo_strict_warnings INTERFACE)
add_library(plyo::strict_warnings ALIAS plyo_strict_warnings)
target_compile_options(plyo_strict_warnings INTERFACE -Wconversion -Wsign-conversion)
target_link_libraries(plyo_strict_warnings INTERFACE plyo_warnings)
