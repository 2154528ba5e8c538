#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/service/blobs.h"
#include "plyo/service/news.h"
#include "plyo/service/rest.h"
#include "plyo/service/sql.h"
#include "plyo/service/store.h"

namespace plyo::service {

struct PlatformOptions {
  std::filesystem::path work_dir;  ///< for files that live as long as a request or a job; several
                                   ///< processes may have the same
  std::string catalogue_json;      ///< plyo.catalogue/1
  std::string plans_json;          ///< what each plan allows; empty: the plans that come along
  std::vector<std::string> fetch_hosts;  ///< from which videos may be fetched
  bool private_addresses = false;  ///< webhooks and fetches may go to this machine and its network
  std::chrono::milliseconds webhook_time{10'000};  ///< for one delivery
  /// Seconds until a delivery is tried again, by how often it was tried; then it is given up.
  std::vector<double> webhook_waits_s{5, 30, 120, 600, 1800, 3600, 7200, 14'400, 21'600, 36'000};
  int jobs = 1;          ///< analyses at a time, and one fixture beside; 0: none are run here
  bool webhooks = true;  ///< are sent from here
  std::string program;   ///< that runs a job: `PROGRAM job --dir FOLDER`
  std::chrono::seconds job_time{1800};  ///< that one may take
  std::uint64_t job_memory_bytes = std::uint64_t{4} << 30;
  double job_retry_s = 2;    ///< until a job whose process died is tried again, times 4 each
  bool housekeeping = true;  ///< deletes what is over, here
  std::function<Result<std::string>(const std::string& result_json)> render_report;
};

/// The records of the service and what is done with them: tenants and their keys, athletes,
/// analyses and the jobs that make them, webhooks. On a SQL database, a store of files and a second
/// database for keys. Thread safe.
class Platform {
 public:
  virtual ~Platform() = default;  ///< ends what runs; a job goes on at the next start

  /// `master`: 32 secret bytes, the same for every instance of one store; `news`: how the instances
  /// wake each other, nothing where they only look. Errors: those of the stores, kStoreFailed for
  /// another master key, kInvalidArgument for plans that cannot be read.
  static Result<std::unique_ptr<Platform>> Open(PlatformOptions options,
                                                std::unique_ptr<SqlDatabase> records,
                                                std::unique_ptr<SqlDatabase> keys,
                                                std::unique_ptr<Blobs> blobs, std::string master,
                                                std::unique_ptr<NewsChannel> news = nullptr);

  /// Of this process alone, below the one of the options.
  virtual const std::filesystem::path& work_dir() const = 0;
  virtual RestHandler& rest() = 0;
  virtual Store& sessions() = 0;
  /// 32 secret bytes that every instance of one store has, and no other use of the master key
  /// tells.
  virtual std::string CookieSecret() const = 0;
  /// Figures for Prometheus, in its text format 0.0.4.
  virtual std::string Figures() const = 0;
  /// Begins to run jobs, to send webhooks and to delete what is over.
  virtual void Start() = 0;

  // For `plyo admin`. Each returns the id, or the new key itself. Errors: kNotFound,
  // kInvalidArgument for a plan or scope that there is not.

  virtual Result<std::string> CreateOrganization(const std::string& name,
                                                 const std::string& plan) = 0;
  virtual Result<std::string> CreateProject(const std::string& organization,
                                            const std::string& name) = 0;
  /// `project` empty: the default one; `scopes` empty: all; `life_s` 0: for ever.
  virtual Result<std::string> CreateKey(const std::string& project, const std::string& name,
                                        const std::vector<std::string>& scopes, bool test,
                                        double life_s) = 0;
  /// Lines of JSON, one a key; `project` empty: of all of them.
  virtual Result<std::string> Keys(const std::string& project) = 0;
  /// It opens nothing from here on.
  virtual Result<std::string> RevokeKey(const std::string& key) = 0;
  virtual Result<std::string> SetPlan(const std::string& organization, const std::string& plan) = 0;
  /// With its keys and all that it has, of which nothing can be read any more. Errors: that of the
  /// default project, kInvalidArgument.
  virtual Result<std::string> DeleteProject(const std::string& project) = 0;
  /// Opens every record and file once and counts them. Errors: kStoreFailed, naming the first that
  /// is missing or cannot be opened.
  virtual Result<std::string> Check() = 0;
  /// Wraps the keys of athletes by other 32 bytes, and says how many. Instances that have the
  /// former ones are to be started anew. Errors: kInvalidArgument, those of the stores.
  virtual Result<std::string> RenewMasterKey(const std::string& master) = 0;
  /// Lines of JSON, one a project.
  virtual Result<std::string> Tenants() = 0;
};

/// contract/openapi.yaml.
std::string_view OpenApiYaml();

}  // namespace plyo::service
