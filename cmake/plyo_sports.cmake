# Every folder below libs/sports that has a CMakeLists.txt is a sport: adding one is adding a folder.
# The catalogue in libs/sports is generated from them.
function(plyo_sports)
  file(GLOB folders CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt")
  list(SORT folders)
  set(declarations "")
  set(entries "")
  set(targets "")
  foreach(file ${folders})
    get_filename_component(folder "${file}" DIRECTORY)
    get_filename_component(sport "${folder}" NAME)
    add_subdirectory(${sport})
    list(APPEND targets plyo::sports_${sport})
    string(APPEND declarations "namespace ${sport} {\nSport Describe();\n}\n")
    string(APPEND entries "  all.push_back(sports::${sport}::Describe());\n")
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/catalogue.cc")
  file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"plyo/sports/catalogue.h\"

namespace plyo::sports {

${declarations}
}  // namespace plyo::sports

namespace plyo {

std::vector<Sport> AllSports() {
  std::vector<Sport> all;
${entries}  return all;
}

}  // namespace plyo
" @ONLY)
  set(PLYO_SPORT_TARGETS "${targets}" PARENT_SCOPE)
  set(PLYO_SPORT_CATALOGUE "${source}" PARENT_SCOPE)
endfunction()
