#include "completion_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace plyo::cli {
namespace {

/// An option as a shell sees it.
struct Flag {
  std::vector<std::string> names;  ///< with their dashes
  std::string value;               ///< empty: takes none; FILE, DIR, "a|b|c", or a unit
  std::string text;

  std::vector<std::string> Choices() const {
    std::vector<std::string> choices;
    if (value.find('|') == std::string::npos) return choices;
    std::size_t begin = 0;
    for (auto end = value.find('|'); end != std::string::npos; end = value.find('|', begin)) {
      choices.push_back(value.substr(begin, end - begin));
      begin = end + 1;
    }
    choices.push_back(value.substr(begin));
    return choices;
  }
};

struct Command {
  std::string name;
  std::string text;
  std::vector<Flag> flags;
};

std::vector<Flag> FlagsOf(const CLI::App& app) {
  std::vector<Flag> flags;
  for (const auto* option : app.get_options()) {
    if (option->get_positional()) continue;
    Flag flag;
    for (const auto& name : option->get_snames()) flag.names.push_back("-" + name);
    for (const auto& name : option->get_lnames()) flag.names.push_back("--" + name);
    if (option->get_items_expected_max() > 0) flag.value = option->get_type_name();
    flag.text = option->get_description();
    flags.push_back(std::move(flag));
  }
  return flags;
}

std::vector<Command> CommandsOf(const CLI::App& app) {
  std::vector<Command> commands;
  for (const auto* command :
       app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); })) {
    commands.push_back({command->get_name(), command->get_description(), FlagsOf(*command)});
  }
  return commands;
}

template <typename Strings>
std::string Words(const Strings& strings) {
  std::string words;
  for (const auto& string : strings) words += (words.empty() ? "" : " ") + string;
  return words;
}

std::string AllNames(const std::vector<Flag>& flags) {
  std::string words;
  for (const auto& flag : flags) words += (words.empty() ? "" : " ") + Words(flag.names);
  return words;
}

std::string Alternatives(const std::vector<std::string>& names) {
  std::string pattern;
  for (const auto& name : names) pattern += (pattern.empty() ? "" : "|") + name;
  return pattern;
}

/// For single quotes of any of the shells.
std::string Quoted(std::string text) {
  for (auto at = text.find('\''); at != std::string::npos; at = text.find('\'', at))
    text.replace(at, 1, " ");
  return text;
}

std::vector<std::string> SportIds(std::span<const Sport> sports) {
  std::vector<std::string> ids(sports.size());
  std::ranges::transform(sports, ids.begin(), &Sport::id);
  return ids;
}

/// Whether the words behind a command are files.
bool TakesFiles(const Command& command) {
  return command.name == "analyze" || command.name == "compare" || command.name == "edit" ||
         command.name == "force";
}

/// What may stand first behind a command, where that is one of few words.
std::string FirstWords(const Command& command, std::span<const Sport> sports) {
  if (command.name == "analyze" || command.name == "catalogue") return Words(SportIds(sports));
  if (command.name == "completion") return "bash zsh fish";
  return {};
}

std::string Bash(const CLI::App& app, std::span<const Sport> sports) {
  const auto commands = CommandsOf(app);
  std::vector<std::string> names(commands.size());
  std::ranges::transform(commands, names.begin(), &Command::name);
  std::string script =
      "# Completes plyo in bash: source <(plyo completion bash)\n_plyo() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n";
  script += fmt::format("    mapfile -t COMPREPLY < <(compgen -W '{} {}' -- \"$word\")\n",
                        Words(names), AllNames(FlagsOf(app)));
  script += "    return\n  fi\n  case ${COMP_WORDS[1]} in\n";
  for (const auto& command : commands) {
    script += fmt::format("    {})\n      case $before in\n", command.name);
    for (const auto& flag : command.flags) {
      if (flag.value.empty()) continue;
      const auto choices = flag.Choices();
      std::string action = "return";
      if (!choices.empty())
        action = fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\"); return",
                             Words(choices));
      if (flag.value == "FILE")
        action = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return";
      if (flag.value == "DIR")
        action = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$word\"); return";
      script += fmt::format("        {}) {} ;;\n", Alternatives(flag.names), action);
    }
    script += "      esac\n";
    script += fmt::format(
        "      if [[ $word == -* ]]; then mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\"); "
        "return; fi\n",
        AllNames(command.flags));
    if (const auto first = FirstWords(command, sports); !first.empty()) {
      script += fmt::format(
          "      if ((COMP_CWORD == 2)); then mapfile -t COMPREPLY < <(compgen -W '{}' -- "
          "\"$word\"); return; fi\n",
          first);
    }
    if (TakesFiles(command))
      script += "      compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n";
    script += "      ;;\n";
  }
  script += "  esac\n}\ncomplete -F _plyo plyo\n";
  return script;
}

std::string ZshFlag(const Flag& flag) {
  const auto text = Quoted(flag.text);
  std::string safe;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') safe.push_back('\\');
    safe.push_back(c);
  }
  std::string action;
  if (!flag.value.empty()) {
    const auto choices = flag.Choices();
    action = ":value:";
    if (!choices.empty()) action += "(" + Words(choices) + ")";
    if (flag.value == "FILE") action += "_files";
    if (flag.value == "DIR") action += "_files -/";
  }
  std::string lines;
  for (const auto& name : flag.names) {
    lines += fmt::format("        '({}){}[{}]{}' \\\n", Words(flag.names), name, safe, action);
  }
  return lines;
}

std::string Zsh(const CLI::App& app, std::span<const Sport> sports) {
  const auto commands = CommandsOf(app);
  std::string script =
      "#compdef plyo\n# Completes plyo in zsh: plyo completion zsh > a file _plyo in your "
      "$fpath\n_plyo() {\n"
      "  local -a commands=(\n";
  for (const auto& command : commands)
    script += fmt::format("    '{}:{}'\n", command.name, Quoted(command.text));
  script += "  )\n  if ((CURRENT == 2)); then\n    _describe 'command' commands\n";
  script += fmt::format("    [[ $words[2] == -* ]] && compadd -- {}\n    return\n  fi\n",
                        AllNames(FlagsOf(app)));
  script += "  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n";
  for (const auto& command : commands) {
    script += fmt::format("    {})\n      _arguments -s -S \\\n", command.name);
    for (const auto& flag : command.flags) script += ZshFlag(flag);
    const auto first = FirstWords(command, sports);
    if (!first.empty() || !TakesFiles(command))
      script += fmt::format("        '1:word:({})' \\\n", first);
    script += TakesFiles(command) ? "        '*:file:_files'\n" : "        '*::'\n";
    script += "      ;;\n";
  }
  script +=
      "  esac\n}\nif [[ $funcstack[1] == _plyo ]]; then _plyo \"$@\"; else compdef _plyo plyo; "
      "fi\n";
  return script;
}

std::string FishFlag(const std::string& condition, const Flag& flag) {
  std::string line = fmt::format("complete -c plyo -n '{}'", condition);
  for (const auto& name : flag.names) {
    line += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                   : fmt::format(" -s {}", name.substr(1));
  }
  if (!flag.value.empty()) {
    const auto choices = flag.Choices();
    if (!choices.empty()) {
      line += fmt::format(" -x -a '{}'", Words(choices));
    } else if (flag.value == "FILE") {
      line += " -r -F";
    } else if (flag.value == "DIR") {
      line += " -x -a '(__fish_complete_directories)'";
    } else {
      line += " -x";
    }
  }
  return line + fmt::format(" -d '{}'\n", Quoted(flag.text));
}

std::string Fish(const CLI::App& app, std::span<const Sport> sports) {
  std::string script =
      "# Completes plyo in fish: plyo completion fish | source\ncomplete -c plyo -f\n";
  for (const auto& flag : FlagsOf(app)) script += FishFlag("__fish_use_subcommand", flag);
  for (const auto& command : CommandsOf(app)) {
    script += fmt::format("complete -c plyo -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                          Quoted(command.text));
    const auto condition = fmt::format("__fish_seen_subcommand_from {}", command.name);
    for (const auto& flag : command.flags) script += FishFlag(condition, flag);
    if (const auto first = FirstWords(command, sports); !first.empty()) {
      script += fmt::format("complete -c plyo -n '{}' -a '{}'\n", condition, first);
    }
    if (TakesFiles(command)) script += fmt::format("complete -c plyo -n '{}' -F\n", condition);
  }
  return script;
}

}  // namespace

Result<std::string> CompletionScript(const CLI::App& app, std::span<const Sport> sports,
                                     const std::string& shell) {
  if (shell == "bash") return Bash(app, sports);
  if (shell == "zsh") return Zsh(app, sports);
  if (shell == "fish") return Fish(app, sports);
  return Fail(ErrorCode::kUsage,
              fmt::format("there is no completion for '{}'; there is bash, zsh and fish", shell));
}

}  // namespace plyo::cli
