#include "plyo/service/platform.h"
#include "plyo/digest/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>

#include "analyses.h"
#include "api.h"
#include "api_keys.h"
#include "athletes.h"
#include "context.h"
#include "delete_project.h"
#include "housekeeping.h"
#include "http_client.h"
#include "ids.h"
#include "jobs.h"
#include "plyo/service/log.h"
#include "plyo/service/secrets.h"
#include "plyo_embed/openapi.h"
#include "plyo_embed/plans.h"
#include "schema.h"
#include "sessions.h"
#include "webhooks.h"
#include "work_dir.h"

namespace plyo::service {
namespace {

constexpr std::chrono::milliseconds kLookForJobs{1000};
constexpr std::chrono::milliseconds kLookForWebhooks{1000};
constexpr std::chrono::milliseconds kLookForFigures{5000};
constexpr std::chrono::milliseconds kKeepHouse{20'000};
constexpr std::chrono::milliseconds kAfterFailure{2000};
constexpr std::string_view kDefaultOrganization = "org_default";

Result<std::map<std::string, Plan, std::less<>>> ReadPlans(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    return Fail(ErrorCode::kInvalidArgument, "plans: a JSON object is expected");
  std::map<std::string, Plan, std::less<>> plans;
  for (const auto& [name, allowed] : json.items()) {
    auto& plan = plans[name];
    if (!allowed.is_object())
      return Fail(ErrorCode::kInvalidArgument, fmt::format("plans: '{}' is no object", name));
    for (const auto& [what, limit] : allowed.items()) {
      const bool rate = what == "requests_per_minute";
      if (!limit.is_number_unsigned() || (rate && limit == 0))
        return Fail(ErrorCode::kInvalidArgument,
                    fmt::format("plans: {}.{} is a whole number", name, what));
      const auto most = limit.get<std::int64_t>();
      if (what == "analyses_per_month")
        plan.analyses_per_month = most;
      else if (what == "live_sessions_per_month")
        plan.live_sessions_per_month = most;
      else if (what == "webhook_endpoints")
        plan.webhook_endpoints = most;
      else if (what == "upload_bytes")
        plan.upload_bytes = most;
      else if (rate)
        plan.requests_per_minute = most;
      else
        return Fail(ErrorCode::kInvalidArgument,
                    fmt::format("plans: {}: there is no limit '{}'", name, what));
    }
  }
  return plans;
}

Plan StrictestOf(const std::map<std::string, Plan, std::less<>>& plans) {
  Plan strictest;
  const auto lower = [](std::optional<std::int64_t>& limit, std::optional<std::int64_t> other) {
    if (other) limit = std::min(limit.value_or(*other), *other);
  };
  for (const auto& [name, plan] : plans) {
    lower(strictest.analyses_per_month, plan.analyses_per_month);
    lower(strictest.live_sessions_per_month, plan.live_sessions_per_month);
    lower(strictest.webhook_endpoints, plan.webhook_endpoints);
    lower(strictest.upload_bytes, plan.upload_bytes);
    strictest.requests_per_minute =
        std::min(strictest.requests_per_minute, plan.requests_per_minute);
  }
  return strictest;
}

std::map<std::string, KnownSport, std::less<>> ReadSports(const std::string& catalogue) {
  std::map<std::string, KnownSport, std::less<>> sports;
  const auto json = Json::parse(catalogue);
  for (const auto& sport : json["sports"]) {
    auto& known = sports[sport["id"].get<std::string>()];
    for (const auto& metric : sport.value("metrics", Json::array()))
      known.metrics.insert(metric["id"].get<std::string>());
    for (const auto& parameter : sport.value("parameters", Json::array())) {
      known.parameters[parameter["id"].get<std::string>()] = {parameter["min"].get<double>(),
                                                              parameter["max"].get<double>()};
    }
  }
  return sports;
}

class ThePlatform final : public Platform {
 public:
  ThePlatform(WorkDir work_dir, std::unique_ptr<Context> context)
      : work_dir_(std::move(work_dir)),
        context_(std::move(context)),
        api_(*context_),
        sessions_(MakeSessionStore(*context_)) {}

  ~ThePlatform() override {
    context_->jobs.Stop();
    context_->fixtures.Stop();
    context_->webhooks.Stop();
    house_.Stop();
    for (auto& thread : threads_) thread.join();
    context_->news.reset();
  }

  const std::filesystem::path& work_dir() const override { return work_dir_.path(); }
  RestHandler& rest() override { return api_; }
  Store& sessions() override { return *sessions_; }
  std::string CookieSecret() const override { return context_->vault->Derive("cookie"); }
  std::string Figures() const override { return context_->figures.Text(); }

  void Start() override {
    WarnOfUnknownPlans();
    context_->Listen();
    const auto instance = RandomHex(8);
    for (int i = 0; i < context_->options.jobs; ++i) {
      threads_.emplace_back([this, owner = fmt::format("{}.{}", instance, i)] {
        Loop(context_->jobs, kLookForJobs, [&] { return RunNextJob(*context_, owner); });
      });
    }
    if (context_->options.jobs > 0) {
      // Beside those, so that who tries an integration waits for nobody's video.
      threads_.emplace_back([this, owner = fmt::format("{}.fixtures", instance)] {
        Loop(context_->fixtures, kLookForJobs,
             [&] { return RunNextJob(*context_, owner, Claims::kFixtures); });
      });
    }
    for (int i = 0; context_->options.webhooks && i < kWebhookThreads; ++i) {
      threads_.emplace_back([this] {
        Loop(context_->webhooks, kLookForWebhooks, [&] { return SendNextWebhook(*context_); });
      });
    }
    threads_.emplace_back([this] {
      Loop(house_, kLookForFigures, [&] {
        Look();
        return false;
      });
    });
    if (context_->options.housekeeping) {
      threads_.emplace_back([this] {
        Loop(house_, kKeepHouse, [&] {
          KeepHouse(*context_);
          return false;
        });
      });
    }
  }

  Result<std::string> CreateOrganization(const std::string& name,
                                         const std::string& plan) override {
    if (auto known = CheckPlan(plan); !known) return tl::unexpected(known.error());
    return context_->records->Write([&](SqlConnection& sql) {
      auto id = NewId("org");
      sql("INSERT INTO organization (id, name, plan, created_us) VALUES ($1, $2, $3, $4)", id, name,
          plan, NowUs());
      return id;
    });
  }

  Result<std::string> CreateProject(const std::string& organization,
                                    const std::string& name) override {
    return context_->records->Write([&](SqlConnection& sql) {
      if (!sql("SELECT 1 FROM organization WHERE id = $1", organization).One())
        Refuse(ErrorCode::kNotFound, fmt::format("there is no organisation {}", organization));
      auto id = NewId("prj");
      sql("INSERT INTO project (id, organization, name, created_us) VALUES ($1, $2, $3, $4)", id,
          organization, name, NowUs());
      InsertAudit(sql, id, "operator", "create_project", id, "", "");
      return id;
    });
  }

  Result<std::string> CreateKey(const std::string& project, const std::string& name,
                                const std::vector<std::string>& scopes, bool test,
                                double life_s) override {
    return context_->records->Write([&](SqlConnection& sql) {
      const auto id = project.empty() ? std::string(kDefaultProject) : project;
      CheckProject(sql, id);
      for (const auto& scope : scopes) {
        if (std::ranges::find(contract::kScopes, scope) == contract::kScopes.end())
          Refuse(ErrorCode::kInvalidArgument, fmt::format("there is no scope '{}'", scope));
      }
      const auto all = scopes.empty() ? std::vector<std::string>(contract::kScopes.begin(),
                                                                 contract::kScopes.end())
                                      : scopes;
      const auto now = NowUs();
      std::optional<std::int64_t> expires;
      if (life_s > 0) expires = now + static_cast<std::int64_t>(life_s * 1e6);
      const auto key = MakeApiKey(sql, id, name, all, test, expires, now);
      InsertAudit(sql, id, "operator", "create_api_key", key.id, "", "");
      return key.key;
    });
  }

  Result<std::string> Keys(const std::string& project) override {
    return context_->records->Read([&](SqlConnection& sql) {
      if (!project.empty()) CheckProject(sql, project);
      const auto now = NowUs();
      const auto keys = sql(
          std::string(kSelectApiKey) + " WHERE $1 IN ('', project) ORDER BY project, id", project);
      std::string lines;
      for (const auto& row : keys.rows) {
        Json line = ApiKeyOf(row, now);
        line["project"] = row.Text(9);
        lines += line.dump() + "\n";
      }
      return lines;
    });
  }

  Result<std::string> RevokeKey(const std::string& key) override {
    return context_->records->Write([&](SqlConnection& sql) {
      const auto found =
          sql("UPDATE api_key SET revoked_us = coalesce(revoked_us, $2) WHERE id = $1 RETURNING"
              " project",
              key, NowUs());
      if (!found.One()) Refuse(ErrorCode::kNotFound, fmt::format("there is no key {}", key));
      InsertAudit(sql, found.One()->Text(0), "operator", "revoke_api_key", key, "", "");
      return key;
    });
  }

  Result<std::string> SetPlan(const std::string& organization, const std::string& plan) override {
    if (auto known = CheckPlan(plan); !known) return tl::unexpected(known.error());
    return context_->records->Write([&](SqlConnection& sql) {
      const auto found = sql("UPDATE organization SET plan = $2 WHERE id = $1", organization, plan);
      if (found.changes == 0)
        Refuse(ErrorCode::kNotFound, fmt::format("there is no organisation {}", organization));
      const auto projects = sql("SELECT id FROM project WHERE organization = $1", organization);
      for (const auto& row : projects.rows)
        InsertAudit(sql, row.Text(0), "operator", "set_plan", organization, "", "");
      return organization;
    });
  }

  Result<std::string> DeleteProject(const std::string& project) override {
    try {
      service::DeleteProject(*context_, project);
      return project;
    } catch (const Refused& refused) {
      return tl::unexpected(refused.error());
    }
  }

  Result<std::string> Tenants() override {
    return context_->records->Read([&](SqlConnection& sql) {
      const auto projects = sql(
          "SELECT o.id, o.name, o.plan, p.id, p.name FROM project p JOIN organization o ON o.id ="
          " p.organization ORDER BY o.id, p.id");
      std::string lines;
      for (const auto& row : projects.rows) {
        lines += Json{{"organization", row.Text(0)},
                      {"organization_name", row.Text(1)},
                      {"plan", row.Text(2)},
                      {"project", row.Text(3)},
                      {"project_name", row.Text(4)}}
                     .dump() +
                 "\n";
      }
      return lines;
    });
  }

  Result<std::string> RenewMasterKey(const std::string& master) override {
    try {
      const auto keys = context_->vault->RenewMaster(master);
      Need(context_->records->Write([&](SqlConnection& sql) {
        InsertAudit(sql, std::string(kDefaultProject), "operator", "renew_master_key", "", "", "");
      }));
      return fmt::format("{} keys are wrapped by the new master key", keys);
    } catch (const Refused& refused) {
      return tl::unexpected(refused.error());
    }
  }

  Result<std::string> Check() override {
    std::vector<contract::Analysis> analyses;
    std::size_t athletes = 0;
    std::size_t sessions = 0;
    auto read = context_->records->Read([&](SqlConnection& sql) {
      for (const auto& row : sql("SELECT id, project, test FROM athlete").rows) {
        ReadAthlete(*context_, sql, row.Text(1), row.True(2), row.Text(0));
        ++athletes;
      }
      for (const auto& row : sql("SELECT id FROM session").rows) {
        SessionText(*context_, sql, row.Text(0));
        ++sessions;
      }
      for (const auto& row : sql("SELECT id FROM analysis").rows)
        analyses.push_back(ReadAnalysis(*context_, sql, row.Text(0)));
    });
    if (!read) return tl::unexpected(read.error());
    // Of what is still to be analysed, or was kept.
    const auto sources = context_->records->Read(
        [](SqlConnection& sql) { return sql("SELECT blob FROM source_part ORDER BY blob"); });
    if (!sources) return tl::unexpected(sources.error());
    std::size_t files = 0;
    try {
      for (const auto& row : sources->rows) {
        const auto fetched = context_->SparePath();
        auto got = context_->blobs->Get(row.Text(0), fetched);
        std::error_code ignored;
        std::filesystem::remove(fetched, ignored);
        if (!got) Refuse(ErrorCode::kStoreFailed, row.Text(0) + ": " + got.error().message);
        ++files;
      }
      for (const auto& analysis : analyses) {
        for (const auto& file : analysis.files) {
          if (Sha256(ReadFileText(*context_, analysis, file.name)) != file.sha256)
            Refuse(ErrorCode::kStoreFailed,
                   fmt::format("{}/{} is damaged", analysis.id, file.name));
          ++files;
        }
      }
    } catch (const Refused& refused) {
      return Fail(ErrorCode::kStoreFailed, refused.error().message);
    }
    return fmt::format("{} athletes, {} analyses, {} sessions and {} files: all can be opened",
                       athletes, analyses.size(), sessions, files);
  }

  Result<void> MakeDefaults() {
    return context_->records->Write([&](SqlConnection& sql) {
      const auto now = NowUs();
      sql("INSERT INTO organization (id, name, plan, created_us) VALUES ($1, 'This machine',"
          " 'enterprise', $2) ON CONFLICT DO NOTHING",
          kDefaultOrganization, now);
      sql("INSERT INTO project (id, organization, name, created_us) VALUES ($1, $2, 'Default', $3)"
          " ON CONFLICT DO NOTHING",
          kDefaultProject, kDefaultOrganization, now);
    });
  }

 private:
  Result<void> CheckPlan(const std::string& plan) const {
    if (context_->plans.contains(plan)) return {};
    return Fail(ErrorCode::kInvalidArgument, fmt::format("there is no plan '{}'", plan));
  }

  static void CheckProject(SqlConnection& sql, const std::string& project) {
    if (!sql("SELECT 1 FROM project WHERE id = $1", project).One())
      Refuse(ErrorCode::kNotFound, fmt::format("there is no project {}", project));
  }

  void WarnOfUnknownPlans() const {
    const auto found = context_->records->Read(
        [](SqlConnection& sql) { return sql("SELECT id, plan FROM organization"); });
    if (!found) return;  // whoever needs the store says so
    for (const auto& row : found->rows) {
      if (!context_->plans.contains(row.Text(1))) {
        Log(LogLevel::kWarning, "plan_unknown",
            {{"organization", row.Text(0)},
             {"plan", row.Text(1)},
             {"message", "the lowest limits of all plans hold"}});
      }
    }
  }

  /// At times, so that a scrape waits for nothing.
  void Look() {
    const auto queues =
        context_->records->Read([](SqlConnection& sql) { return ReadQueues(sql, NowUs()); });
    context_->figures.Looked(queues ? std::optional(*queues) : std::nullopt);
    context_->figures.NewsConnected(!context_->news || context_->news->connected());
  }

  /// Does what there is, then waits for the bell; a store that is away is tried again.
  template <typename Work>
  static void Loop(Bell& bell, std::chrono::milliseconds look, const Work& work) {
    while (!bell.stopped()) {
      auto heard = bell.rung();
      try {
        while (!bell.stopped() && work()) heard = bell.rung();
        bell.Wait(look, heard);
      } catch (const std::exception& failed) {
        Log(LogLevel::kError, "platform_failed", {{"message", failed.what()}});
        bell.Wait(kAfterFailure, bell.rung());
      }
    }
  }

  WorkDir work_dir_;
  std::unique_ptr<Context> context_;
  Api api_;
  std::unique_ptr<Store> sessions_;
  Bell house_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::string_view OpenApiYaml() { return embedded::openapi::OpenapiYaml(); }

Result<std::unique_ptr<Platform>> Platform::Open(PlatformOptions options,
                                                 std::unique_ptr<SqlDatabase> records,
                                                 std::unique_ptr<SqlDatabase> keys,
                                                 std::unique_ptr<Blobs> blobs, std::string master,
                                                 std::unique_ptr<NewsChannel> news) {
  StartHttpClient();
  auto plans = ReadPlans(options.plans_json.empty() ? embedded::plans::PlansJson()
                                                    : std::string_view(options.plans_json));
  if (!plans) return tl::unexpected(plans.error());
  auto vault = Vault::Open(std::move(keys), std::move(master));
  if (!vault) return tl::unexpected(vault.error());
  if (auto done = Migrate(*records, kRecordSteps, "the records", kOldestRecords); !done)
    return tl::unexpected(done.error());
  auto work_dir = WorkDir::Make(options.work_dir);
  if (!work_dir) return tl::unexpected(work_dir.error());
  options.work_dir = work_dir->path();
  auto context = std::make_unique<Context>();
  context->sports = ReadSports(options.catalogue_json);
  context->options = std::move(options);
  context->records = std::move(records);
  context->vault = std::move(*vault);
  context->blobs = std::move(blobs);
  context->news = std::move(news);
  context->strictest = StrictestOf(*plans);
  context->plans = std::move(*plans);
  auto platform = std::make_unique<ThePlatform>(std::move(*work_dir), std::move(context));
  if (auto made = platform->MakeDefaults(); !made) return tl::unexpected(made.error());
  return platform;
}

}  // namespace plyo::service
