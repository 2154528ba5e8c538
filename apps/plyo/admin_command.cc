#include "admin_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "plyo/service/platform.h"
#include "plyo/service/server.h"
#include "plyo/service/store/sqlite.h"
#include "plyo/wire/catalogue_json.h"
#include "serve_command.h"
#include "store_options.h"
#include "terminal.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

constexpr const char* kExamples = R"(Examples:
  plyo admin create-key --name laptop                      all scopes of the default project
  plyo admin create-organization --name "A club" --plan pro
  plyo admin create-project --organization org_... --name "First team"
  plyo admin create-key --project prj_... --name dashboard --scope analyses:read,athletes:read
  plyo admin keys --project prj_...
  plyo admin revoke-key --key key_...
  plyo admin set-plan --organization org_... --plan free
  plyo admin delete-project --project prj_...
  plyo admin backup --to /backups/2026-11-29
  plyo admin backup-keys --to /elsewhere/keys.db
  plyo admin restore --from /backups/2026-11-29 --keys /elsewhere/keys.db --data /var/lib/plyo
  plyo admin renew-master-key --data /var/lib/plyo
  plyo admin tenants --config /etc/plyo/plyo.toml          of the service that has these settings

Where the store is may stand in the environment (PLYO_DATA for --data) or in the file of --config,
as for `plyo serve`; a flag goes before the environment, the environment before the file.

A key is printed once and kept as its hash. A backup does not hold the keys of athletes, so that who
was deleted cannot be read in it: back them up elsewhere and keep the newest copy alone.)";

constexpr const char* kRecords = "plyo.db";
constexpr const char* kKeys = "keys.db";
constexpr const char* kFiles = "files";
constexpr const char* kMaster = "master.key";

int Complain(const Error& error) {
  fmt::print(stderr, "plyo: {}\n", ForTerminal(error.message, TerminalOf(stderr)));
  return ExitStatus(error.code);
}

int Say(const Result<std::string>& text) {
  if (!text) return Complain(text.error());
  // Lines of a list, which may have none, or one word.
  fmt::print("{}{}", *text, text->empty() || text->ends_with('\n') ? "" : "\n");
  return 0;
}

Error CannotCopy(const fs::path& path, const std::error_code& error) {
  return {
      error == std::errc::no_space_on_device ? ErrorCode::kDiskFull : ErrorCode::kOutputNotWritable,
      fmt::format("{}: {}", path.string(), error.message())};
}

/// Copies what is not there yet; files are never changed, only made and deleted, and with the last
/// one its folder. Not by a recursive iterator: one that meets a folder which has just gone is at
/// its end, and the rest is missing.
Result<void> CopyFiles(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  if (error) return tl::unexpected(CannotCopy(to, error));
  fs::directory_iterator at(from, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    const auto target = to / at->path().filename();
    std::error_code failed;
    if (at->is_directory(failed)) {
      if (auto copied = CopyFiles(at->path(), target); !copied) return copied;
      continue;
    }
    fs::copy_file(at->path(), target, fs::copy_options::skip_existing, failed);
    if (failed && failed != std::errc::no_such_file_or_directory)
      return tl::unexpected(CannotCopy(target, failed));
  }
  if (error) return tl::unexpected(CannotCopy(from, error));
  return {};
}

Result<void> MakeNewFolder(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / kRecords, error)) {
    return Fail(
        ErrorCode::kOutputNotWritable,
        fmt::format("{}: there is a {} already; name a new folder", folder.string(), kRecords));
  }
  fs::create_directories(folder, error);
  if (error) return Fail(ErrorCode::kOutputNotWritable, folder.string() + ": " + error.message());
  fs::permissions(folder, fs::perms::owner_all, error);
  return {};
}

/// Of a store that is there: who looks at a folder that he mistyped is not told that all is well.
Result<void> HasRecords(const fs::path& data) {
  std::error_code error;
  if (fs::is_regular_file(data / kRecords, error)) return {};
  return Fail(
      ErrorCode::kFileNotFound,
      fmt::format("{}: there is no store here; name its folder with --data", data.string()));
}

std::string ContentOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The keys and, beside them, the master key that opens them. Another one there opens other keys,
/// and may be the only one that does.
Result<void> BackUpKeys(const fs::path& data, const fs::path& to) {
  const fs::path master = to.parent_path() / kMaster;
  std::error_code error;
  const bool there = fs::exists(master, error);
  if (there && ContentOf(master) != ContentOf(data / kMaster)) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}: it is the master key of other keys, and would be lost; name a new"
                            " folder",
                            master.string()));
  }
  if (auto done = service::CopySqlite(data / kKeys, to); !done) return done;
  if (!there) fs::copy_file(data / kMaster, master, error);
  if (error) return Fail(ErrorCode::kOutputNotWritable, master.string() + ": " + error.message());
  return {};
}

/// The files once before and once after the records, so that every file that these name is there,
/// whatever is done meanwhile.
Result<void> BackUp(const fs::path& data, const fs::path& to) {
  if (auto made = MakeNewFolder(to); !made) return made;
  if (auto copied = CopyFiles(data / kFiles, to / kFiles); !copied) return copied;
  if (auto copied = service::CopySqlite(data / kRecords, to / kRecords); !copied) return copied;
  return CopyFiles(data / kFiles, to / kFiles);
}

Result<void> Restore(const fs::path& from, const fs::path& keys, const fs::path& master,
                     const fs::path& data) {
  std::error_code error;
  if (!fs::is_regular_file(from / kRecords, error))
    return Fail(ErrorCode::kFileNotFound, fmt::format("{}: this is no backup", from.string()));
  if (auto made = MakeNewFolder(data); !made) return made;
  if (auto copied = CopyFiles(from / kFiles, data / kFiles); !copied) return copied;
  if (auto copied = service::CopySqlite(keys, data / kKeys); !copied) return copied;
  fs::copy_file(master, data / kMaster, fs::copy_options::skip_existing, error);
  if (error) {
    return Fail(ErrorCode::kFileNotFound, fmt::format("{}: {}; the master key lies beside the keys",
                                                      master.string(), error.message()));
  }
  fs::permissions(data / kMaster, fs::perms::owner_read | fs::perms::owner_write, error);
  return service::CopySqlite(from / kRecords, data / kRecords);
}

/// What cannot be opened is no store, and does not stand in the way of the next attempt: all but
/// the files, of which there are copies elsewhere.
void TakeBack(const fs::path& keys, const fs::path& data) {
  std::error_code error;
  fs::remove(data / kRecords, error);
  fs::remove(data / kKeys, error);
  const bool copied = ContentOf(data / kMaster) == ContentOf(keys.parent_path() / kMaster);
  if (copied) fs::remove(data / kMaster, error);
}

/// Wraps the keys by those of a new file, which takes the place of the data folder's own unless it
/// was named.
Result<std::string> RenewMasterKey(service::Platform& platform, const fs::path& data,
                                   const AdminRequest& request) {
  const bool own = request.new_master_key_file.empty();
  const fs::path file =
      own ? data / (std::string(kMaster) + ".new") : fs::path(request.new_master_key_file);
  const auto master = service::SecretOfFile(file);
  if (!master) return tl::unexpected(master.error());
  auto done = platform.RenewMasterKey(*master);
  if (!done || !own) return done;
  std::error_code error;
  fs::rename(file, data / kMaster, error);
  if (error) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}; but it cannot be put in the place of {}: {}", *done,
                            (data / kMaster).string(), error.message()));
  }
  return done;
}

}  // namespace

CLI::App* AddAdminCommand(CLI::App& app, AdminRequest& request) {
  auto* admin = app.add_subcommand("admin", "Tenants, keys and backups of `plyo serve`");
  admin->footer(kExamples);
  admin->require_subcommand(1);
  admin->fallthrough();
  ByEnvironment(admin->add_option("--data", request.data_dir,
                                  "Folder of the store (${XDG_DATA_HOME:-~/.local/share}/plyo)"));
  AddStoreOptions(*admin, request.store);
  ByEnvironment(admin->add_option("--plans", request.plans_file,
                                  "The file of plans that `plyo serve` has (JSON)"));
  AddConfigOption(*admin, request.config_file);

  auto* organization = admin->add_subcommand("create-organization", "Print the id of a new one");
  organization->add_option("--name", request.name, "What it is called")->required();
  organization->add_option("--plan", request.plan, "What it may use")->capture_default_str();

  auto* project = admin->add_subcommand("create-project", "Print the id of a new one");
  project->add_option("--organization", request.organization, "Whose it is")->required();
  project->add_option("--name", request.name, "What it is called")->required();

  auto* key = admin->add_subcommand("create-key", "Print a new key, this once");
  key->add_option("--project", request.project, "What it opens (the default project)");
  key->add_option("--name", request.name, "What it is for")->required();
  key->add_option("--scope", request.scopes, "What it may do, with commas (everything)")
      ->delimiter(',');
  key->add_option("--days", request.days, "How long it holds (for ever)")
      ->check(CLI::Range(0.001, 36'500.0));
  key->add_flag("--test", request.test, "A key of test mode");

  auto* list = admin->add_subcommand("keys", "Keys without what opens, a line of JSON each");
  list->add_option("--project", request.project, "Whose (all)");
  auto* revoke = admin->add_subcommand("revoke-key", "Let a key open nothing from now on");
  revoke->add_option("--key", request.key, "Its id (key_...)")->required();

  auto* plan = admin->add_subcommand("set-plan", "Give an organisation another plan");
  plan->add_option("--organization", request.organization, "Which one")->required();
  plan->add_option("--plan", request.plan, "What it may use")->required();

  auto* removal = admin->add_subcommand("delete-project",
                                        "Delete a project, its keys and all that it has, for good");
  removal->add_option("--project", request.project, "Which one")->required();

  admin->add_subcommand("tenants", "Organisations and projects, a line of JSON each");

  auto* backup = admin->add_subcommand("backup", "Copy records and files, also while it serves");
  backup->add_option("--to", request.folder, "New folder")->required();
  auto* keys = admin->add_subcommand("backup-keys", "Copy the keys of athletes and the master key");
  keys->add_option("--to", request.keys_file, "File; the master key lies beside it as master.key")
      ->required();
  auto* restore = admin->add_subcommand("restore", "Make a data folder of a backup, and check it");
  restore->add_option("--from", request.folder, "Folder of a backup")->required();
  restore->add_option("--keys", request.keys_file, "File of backup-keys")->required();

  auto* renew = admin->add_subcommand(
      "renew-master-key", "Wrap the keys of athletes by another master key, while nothing serves");
  renew->add_option("--new-master-key-file", request.new_master_key_file,
                    "The other 32 bytes, made where they are not there (master.key in the data"
                    " folder, replaced)");

  admin->add_subcommand("check", "Look whether records, keys and files belong together");
  return admin;
}

int RunAdmin(CLI::App& admin, const CLI::App& serve, const AdminRequest& request,
             std::span<const Sport> sports) {
  if (auto read = ReadServeConfig(serve, request.config_file, admin); !read)
    return Complain(read.error());
  const fs::path data = request.data_dir.empty() ? DefaultDataDir() : fs::path(request.data_dir);
  const auto* command = admin.get_subcommands().front();
  const auto& name = command->get_name();
  const bool elsewhere = !request.store.database.empty() || !request.store.database_file.empty() ||
                         !request.store.blobs.empty();
  if (elsewhere && (name == "backup" || name == "backup-keys" || name == "restore")) {
    return Complain({ErrorCode::kUsage,
                     "this copies the data folder alone; PostgreSQL and S3 have tools of their own"
                     " (docs/operate/engines.md)"});
  }
  const bool makes_one = name.starts_with("create-") || name == "restore";
  if (!elsewhere && !makes_one) {
    if (auto there = HasRecords(data); !there) return Complain(there.error());
  }
  if (name == "backup") {
    if (auto done = BackUp(data, request.folder); !done) return Complain(done.error());
    return 0;
  }
  if (name == "backup-keys") {
    if (auto done = BackUpKeys(data, request.keys_file); !done) return Complain(done.error());
    return 0;
  }
  if (name == "restore") {
    const fs::path keys = request.keys_file;
    if (auto done = Restore(request.folder, keys, keys.parent_path() / kMaster, data); !done)
      return Complain(done.error());
  }
  if (name == "renew-master-key" && !request.store.master_key_file.empty() &&
      request.new_master_key_file.empty()) {
    return Complain({ErrorCode::kUsage, "--master-key-file goes with --new-master-key-file"});
  }
  service::PlatformOptions options;
  options.catalogue_json = CatalogueDocument(sports);
  if (!request.plans_file.empty()) {
    auto plans = ReadPlansFile(request.plans_file);
    if (!plans) return Complain(plans.error());
    options.plans_json = std::move(*plans);
  }
  auto platform = OpenPlatform(data, request.store, std::move(options));
  if (!platform) {
    if (name == "restore") TakeBack(request.keys_file, data);
    return Complain(platform.error());
  }
  auto& service = **platform;
  if (name == "create-organization")
    return Say(service.CreateOrganization(request.name, request.plan));
  if (name == "create-project")
    return Say(service.CreateProject(request.organization, request.name));
  if (name == "create-key") {
    return Say(service.CreateKey(request.project, request.name, request.scopes, request.test,
                                 request.days * 86'400));
  }
  if (name == "keys") return Say(service.Keys(request.project));
  if (name == "revoke-key") return Say(service.RevokeKey(request.key));
  if (name == "set-plan") return Say(service.SetPlan(request.organization, request.plan));
  if (name == "delete-project") return Say(service.DeleteProject(request.project));
  if (name == "renew-master-key") return Say(RenewMasterKey(service, data, request));
  if (name == "tenants") return Say(service.Tenants());
  const auto checked = service.Check();
  if (!checked && name == "restore") {
    platform->reset();
    TakeBack(request.keys_file, data);
  }
  return Say(checked);
}

}  // namespace plyo::cli
