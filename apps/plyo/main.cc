#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "admin_command.h"
#include "analyze_command.h"
#include "catalogue_command.h"
#include "compare_command.h"
#include "completion_command.h"
#include "console.h"
#include "doctor_command.h"
#include "edit_command.h"
#include "force_command.h"
#include "interrupt.h"
#include "job_command.h"
#include "plyo/report/html_report.h"
#include "plyo/service/workers.h"
#include "plyo/sports/catalogue.h"
#include "plyo/wire/result_json.h"
#include "serve_command.h"
#include "terminal.h"
#include "validate_command.h"
#include "worker_command.h"

namespace plyo::cli {
namespace {

const std::string kVersion = PLYO_VERSION;

int Complain(const CLI::App& app, const std::string& message) {
  std::string command = "plyo";
  for (const auto* chosen : app.get_subcommands()) command += " " + chosen->get_name();
  fmt::print(stderr, "plyo: {}\nTry '{} --help'.\n", ForTerminal(message, TerminalOf(stderr)),
             command);
  return ExitStatus(ErrorCode::kUsage);
}

/// The arguments for CLI11, last first. Behind "--" stand file names alone: one with a dash in
/// front becomes "./-name", since CLI11 takes "--" for the end of a command whose words are
/// complete already.
std::vector<std::string> ArgumentsOf(int argc, char** argv) {
  std::vector<std::string> arguments;
  bool names_alone = false;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (!names_alone && argument == "--") {
      names_alone = true;
      continue;
    }
    if (names_alone && argument.starts_with('-')) argument.insert(0, "./");
    arguments.push_back(std::move(argument));
  }
  // As git and many others have it.
  if (!arguments.empty() && arguments.front() == "help") {
    std::ranges::rotate(arguments, arguments.begin() + 1);
    arguments.back() = "--help";
  }
  std::ranges::reverse(arguments);
  return arguments;
}

/// A file or folder whose name is empty, as of a variable that was never set: nothing would be
/// written, without a word. nullptr: there is none.
const CLI::Option* NamelessFile(const CLI::App& command) {
  for (const auto* option : command.get_options()) {
    const auto& type = option->get_type_name();
    if (type != "FILE" && type != "DIR") continue;
    if (std::ranges::any_of(option->results(), &std::string::empty)) return option;
  }
  return nullptr;
}

/// A value that is none, in other words than CLI11's. Its error holds no more than the text
/// "Could not convert: NAME = VALUE".
std::string NotConverted(const CLI::ConversionError& error) {
  const std::string what = error.what();
  const auto begin = what.find(": ");
  const auto equals = what.find(" = ");
  if (begin == std::string::npos || equals == std::string::npos) return what;
  const std::string name = what.substr(begin + 2, equals - begin - 2);
  const std::string value = what.substr(equals + 3);
  double number = 0;
  const char* const end = value.data() + value.size();
  const bool is_number = std::from_chars(value.data(), end, number).ptr == end && !value.empty();
  return fmt::format("{} '{}' is not a {}{}", name, value,
                     is_number ? "whole number of that size" : "number",
                     value.find(',') != std::string::npos ? kPointHint : "");
}

/// One worker a core; each is this program again.
Result<std::unique_ptr<service::LiveBackend>> MakeWorkers(const ServeRequest& request,
                                                          const std::vector<Sport>& sports) {
  return service::StartWorkers(
      {.count = request.workers, .arguments = WorkerArguments(request.model), .sports = sports});
}

/// The report of a live session, without pictures.
Result<std::string> ReportOf(const std::string& document, const std::vector<Sport>& sports) {
  const auto result = ResultFromDocument(document);
  if (!result) return tl::unexpected(result.error());
  const auto sport = std::ranges::find(sports, result->sport, &Sport::id);
  if (sport == sports.end()) {
    return Fail(ErrorCode::kInvalidDocument, "there is no sport " + result->sport);
  }
  return RenderHtmlReport({.result = *result,
                           .sport = *sport,
                           .key_frames = {},
                           .athlete_name = {},
                           .recorded_on = {},
                           .versions = {}});
}

int Main(int argc, char** argv) {
  const auto sports = AllSports();
  CLI::App app(
      "Plyo measures jumps in videos: height, timing, angles, and how sure each figure is.",
      "plyo");
  app.set_version_flag("--version", "plyo " + kVersion, "The version and no more");
  app.set_help_flag("-h,--help", "This text");
  app.require_subcommand(1);
  app.footer(
      "Example: plyo analyze cmj jump.mp4 --height 1.80 -o out\nEach command has its own --help.");
  app.get_formatter()->column_width(34);

  AnalyzeRequest request;
  auto* analyze = AddAnalyzeCommand(app, sports, request);

  ForceRequest force_request;
  auto* force = AddForceCommand(app, force_request);

  ValidateRequest validate_request;
  auto* validate = AddValidateCommand(app, validate_request);

  auto* catalogue =
      app.add_subcommand("catalogue", "What is measured: sports, metrics, units, parameters");
  std::string catalogue_sport;
  bool catalogue_json = false;
  catalogue->add_option("SPORT", catalogue_sport, "Only this one");
  auto* as_json = catalogue->add_flag("--json", catalogue_json, "As a JSON document");
  bool result_schema = false;
  catalogue->add_flag("--schema", result_schema, "The JSON Schema of result documents")
      ->excludes(as_json);

  CompareRequest compare_request;
  auto* compare = AddCompareCommand(app, compare_request);

  EditRequest edit_request;
  auto* edit = AddEditCommand(app, edit_request);

  AdminRequest admin_request;
  auto* admin = AddAdminCommand(app, admin_request);

  ServeRequest serve_request;
  auto* serve = AddServeCommand(app, serve_request);

  DoctorRequest doctor_request;
  auto* doctor = AddDoctorCommand(app, doctor_request);

  auto* version = app.add_subcommand("version", "The version and no more");

  auto* completion = app.add_subcommand("completion", "A script that completes words in a shell");
  std::string shell;
  completion->add_option("SHELL", shell, "bash, zsh or fish")->required();
  completion->footer("Example: source <(plyo completion bash)");

  JobRequest job_request;
  auto* job = AddJobCommand(app, job_request);

  WorkerRequest worker_request;
  auto* worker = AddWorkerCommand(app, worker_request);

  const auto no_such_command = [&](const std::string& name) {
    return Complain(app, "there is no command '" + name +
                             "'; there are admin, analyze, compare, doctor, edit, force, validate, "
                             "serve, catalogue, version and completion");
  };
  const auto is_command = [&](const std::string& name) {
    return !app.get_subcommands([&](const CLI::App* one) { return one->get_name() == name; })
                .empty();
  };
  try {
    app.parse(ArgumentsOf(argc, argv));
  } catch (const CLI::Success& asked) {  // help or the version
    if (argc > 2 && argv[1] == std::string("help") && *argv[2] != '-' && !is_command(argv[2])) {
      return no_such_command(argv[2]);
    }
    return app.exit(asked);
  } catch (const CLI::ConversionError& error) {
    return Complain(app, NotConverted(error));
  } catch (const CLI::ParseError& error) {
    if (argc == 1) {
      fmt::print(stderr, "{}", app.help());
      return ExitStatus(ErrorCode::kUsage);
    }
    const std::string first = argv[1];
    if (app.get_subcommands().empty() && !first.starts_with('-')) return no_such_command(first);
    return Complain(app, error.what());
  }

  for (const auto* command : app.get_subcommands()) {
    if (const auto* option = NamelessFile(*command))
      return Complain(app, option->get_name() + ": the name is empty");
  }
  if (*analyze) return RunAnalyze(request, sports, kVersion);
  if (*force) return RunForce(force_request, kVersion);
  if (*validate) return RunValidate(validate_request, kVersion);
  if (*compare) return RunCompare(compare_request, sports);
  if (*edit) return RunEdit(edit_request, sports);
  if (*catalogue && result_schema)
    return Print(ResultSchema()) ? 0 : ExitStatus(ErrorCode::kOutputNotWritable);
  if (*catalogue) return RunCatalogue(sports, catalogue_sport, catalogue_json);
  if (*serve) {
    return RunServe(
        *serve, serve_request, sports, kVersion,
        {.make_backend =
             [&sports](const ServeRequest& asked) { return MakeWorkers(asked, sports); },
         .render_report =
             [&sports](const std::string& document) { return ReportOf(document, sports); }});
  }
  if (*admin) return RunAdmin(*admin, *serve, admin_request, sports);
  if (*doctor) return RunDoctor(doctor_request, kVersion);
  if (*job) return RunJobCommand(job_request, sports, kVersion);
  if (*worker) return RunWorkerCommand(worker_request, sports, kVersion);
  if (*version) {
    fmt::print("plyo {}\n", kVersion);
    return 0;
  }
  const auto script = CompletionScript(app, sports, shell);
  if (!script) return Complain(app, script.error().message);
  fmt::print("{}", *script);
  return 0;
}

}  // namespace
}  // namespace plyo::cli

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");   // the signs that the terminal can show; numbers keep their point
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of writing, after which is cleaned up
  int status = 0;
  try {
    status = plyo::cli::Main(argc, argv);
  } catch (const std::exception& error) {  // out of memory, or a bug
    std::fprintf(stderr, "plyo: %s\n", error.what());
    status = 2;
  }
  plyo::cli::EndBySignal();
  return status;
}
