# Every outside library, under one name each:
#   Debian's   Eigen3::Eigen  nlohmann_json::nlohmann_json  CLI11::CLI11  spdlog::spdlog  fmt::fmt  Threads::Threads  TBB::tbb
#              plyo::expected  plyo::opencv  plyo::sodium  plyo::csv  plyo::turbojpeg  plyo::cairo  plyo::freetype
#              plyo::seccomp  plyo::boost  plyo::openssl  plyo::sqlite  plyo::prometheus  plyo::qrencode
#              plyo::curl  plyo::poco  plyo::pqxx  plyo::nats
#              plyo::valijson  GTest::gtest  GTest::gmock  plyo::rapidcheck  benchmark::benchmark
#   build/deps plyo::ffmpeg  plyo::ezc3d  plyo::openvino_runtime  plyo::models (where the models lie)
find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
add_library(plyo_expected INTERFACE)
add_library(plyo::expected ALIAS plyo_expected)
target_link_libraries(plyo_expected INTERFACE tl::expected)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)

if(PLYO_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  # Debian's rapidcheck brings no CMake package.
  find_path(RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
  find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
  add_library(plyo_rapidcheck INTERFACE)
  add_library(plyo::rapidcheck ALIAS plyo_rapidcheck)
  target_include_directories(plyo_rapidcheck SYSTEM INTERFACE "${RAPIDCHECK_INCLUDE}")
  target_link_libraries(plyo_rapidcheck INTERFACE "${RAPIDCHECK_LIBRARY}")
endif()

if(PLYO_CORE_ONLY)
  return()
endif()

find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(ZLIB REQUIRED)
find_package(TBB REQUIRED)
if(PLYO_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

# OpenCV's CMake package comes with all of its modules and what they drag along; two are enough here.
find_path(OPENCV_INCLUDE opencv2/imgproc.hpp PATH_SUFFIXES opencv4 REQUIRED)
find_library(OPENCV_CORE_LIBRARY opencv_core REQUIRED)
find_library(OPENCV_IMGPROC_LIBRARY opencv_imgproc REQUIRED)
add_library(plyo_opencv INTERFACE)
add_library(plyo::opencv ALIAS plyo_opencv)
target_include_directories(plyo_opencv SYSTEM INTERFACE "${OPENCV_INCLUDE}")
target_link_libraries(plyo_opencv INTERFACE "${OPENCV_IMGPROC_LIBRARY}" "${OPENCV_CORE_LIBRARY}")

find_package(PkgConfig REQUIRED)
# plyo_pkg_config(NAME MODULE): plyo::NAME by pkg-config
function(plyo_pkg_config name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(plyo::${name} ALIAS PkgConfig::${name})
endfunction()
plyo_pkg_config(sodium libsodium)
plyo_pkg_config(seccomp libseccomp)
plyo_pkg_config(turbojpeg libturbojpeg)
plyo_pkg_config(cairo cairo)
plyo_pkg_config(freetype freetype2)
plyo_pkg_config(dav1d dav1d)
plyo_pkg_config(openh264 openh264)

find_path(CSV_INCLUDE csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
add_library(plyo_csv INTERFACE)
add_library(plyo::csv ALIAS plyo_csv)
target_include_directories(plyo_csv SYSTEM INTERFACE "${CSV_INCLUDE}")
target_link_libraries(plyo_csv INTERFACE "${CSV_LIBRARY}")

# Of Boost the headers alone: Asio and Beast need no library.
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(prometheus-cpp REQUIRED)
plyo_pkg_config(qrencode libqrencode)
plyo_pkg_config(pqxx libpqxx)
plyo_pkg_config(nats libnats)
add_library(plyo_boost INTERFACE)
add_library(plyo::boost ALIAS plyo_boost)
target_include_directories(plyo_boost SYSTEM INTERFACE "${Boost_INCLUDE_DIRS}")
target_link_libraries(plyo_boost INTERFACE Threads::Threads)
if(PLYO_SANITIZE STREQUAL "thread") # which does not know fences; the locks beside them it does
  target_compile_definitions(plyo_boost INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
add_library(plyo_openssl INTERFACE)
add_library(plyo::openssl ALIAS plyo_openssl)
target_link_libraries(plyo_openssl INTERFACE OpenSSL::SSL OpenSSL::Crypto)
add_library(plyo_sqlite INTERFACE)
add_library(plyo::sqlite ALIAS plyo_sqlite)
target_link_libraries(plyo_sqlite INTERFACE SQLite::SQLite3)
find_package(CURL 7.88 REQUIRED)
add_library(plyo_curl INTERFACE)
add_library(plyo::curl ALIAS plyo_curl)
target_link_libraries(plyo_curl INTERFACE CURL::libcurl)
find_package(Poco 1.11 REQUIRED COMPONENTS Net Foundation)
add_library(plyo_poco INTERFACE)
add_library(plyo::poco ALIAS plyo_poco)
target_link_libraries(plyo_poco INTERFACE Poco::Net Poco::Foundation)
add_library(plyo_prometheus INTERFACE)
add_library(plyo::prometheus ALIAS plyo_prometheus)
target_link_libraries(plyo_prometheus INTERFACE prometheus-cpp::core)

find_path(VALIJSON_INCLUDE valijson/validator.hpp REQUIRED)
add_library(plyo_valijson INTERFACE)
add_library(plyo::valijson ALIAS plyo_valijson)
target_include_directories(plyo_valijson SYSTEM INTERFACE "${VALIJSON_INCLUDE}")
# Without it valijson ends the program where a format or a pattern meets what is no text.
target_compile_definitions(plyo_valijson INTERFACE VALIJSON_USE_EXCEPTIONS=1)

foreach(part ffmpeg openvino models uplot ezc3d)
  if(NOT EXISTS "${PLYO_DEPS}/${part}/.stamp")
    message(FATAL_ERROR "${PLYO_DEPS}/${part} is missing: run ./dev setup, or set PLYO_DEPS to where it was run")
  endif()
endforeach()

file(GLOB_RECURSE ezc3d_sources "${PLYO_DEPS}/ezc3d/src/*.cpp")
add_library(plyo_ezc3d STATIC ${ezc3d_sources})
add_library(plyo::ezc3d ALIAS plyo_ezc3d)
target_include_directories(plyo_ezc3d SYSTEM PUBLIC "${PLYO_DEPS}/ezc3d/include" PRIVATE "${PLYO_DEPS}/ezc3d/include/ezc3d")
target_compile_options(plyo_ezc3d PRIVATE -w)

add_library(plyo_ffmpeg INTERFACE)
add_library(plyo::ffmpeg ALIAS plyo_ffmpeg)
target_include_directories(plyo_ffmpeg SYSTEM INTERFACE "${PLYO_DEPS}/ffmpeg/include")
target_link_directories(plyo_ffmpeg INTERFACE "${PLYO_DEPS}/ffmpeg/lib")
foreach(part avformat avcodec swscale avutil)
  target_link_libraries(plyo_ffmpeg INTERFACE "${PLYO_DEPS}/ffmpeg/lib/lib${part}.a")
endforeach()
target_link_libraries(plyo_ffmpeg INTERFACE plyo::dav1d plyo::openh264 ZLIB::ZLIB Threads::Threads m)

# The wheel's own CMake files want all of its front ends; these are the ones that ./dev setup kept.
add_library(plyo_openvino_runtime SHARED IMPORTED GLOBAL)
add_library(plyo::openvino_runtime ALIAS plyo_openvino_runtime)
set_target_properties(plyo_openvino_runtime PROPERTIES
  IMPORTED_LOCATION "${PLYO_DEPS}/openvino/lib/libopenvino.so.2641"
  IMPORTED_SONAME libopenvino.so.2641
  INTERFACE_INCLUDE_DIRECTORIES "${PLYO_DEPS}/openvino/include")
# libopenvino finds libtbb beside itself, but the linker wants to be told.
target_link_options(plyo_openvino_runtime INTERFACE "-Wl,-rpath-link,${PLYO_DEPS}/openvino/lib")
install(DIRECTORY "${PLYO_DEPS}/openvino/lib/" DESTINATION "${CMAKE_INSTALL_LIBDIR}/plyo" PATTERN "*.so" EXCLUDE)
install(FILES "${PLYO_DEPS}/openvino/lib/libopenvino_intel_cpu_plugin.so" DESTINATION "${CMAKE_INSTALL_LIBDIR}/plyo")

# PLYO_DEFAULT_MODEL_DIR is where the build found the models. An installed binary has them in
# PLYO_RELATIVE_MODEL_DIR, as seen from the folder of the executable, and looks there first.
add_library(plyo_models INTERFACE)
add_library(plyo::models ALIAS plyo_models)
target_compile_definitions(plyo_models INTERFACE
  PLYO_DEFAULT_MODEL_DIR="${PLYO_DEPS}/models" PLYO_RELATIVE_MODEL_DIR="../share/plyo/models")
install(DIRECTORY "${PLYO_DEPS}/models/" DESTINATION "${CMAKE_INSTALL_DATADIR}/plyo/models" FILES_MATCHING PATTERN "*.tflite")
