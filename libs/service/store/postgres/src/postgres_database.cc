#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <pqxx/pqxx>
#include <random>
#include <thread>

#include "plyo/service/store/postgres.h"
#include "postgres_connection.h"
#include "postgres_url.h"

namespace plyo::service {
namespace {
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostConnections = 16;
constexpr std::chrono::seconds kPatience{
    15};  // until what fails for a reason that passes has failed
constexpr int kMostConflicts = 3;

// enable_seqscan: a scan of a small table would be a read of all of it, and so conflict with every
// row that is written into it meanwhile. jit: costs more than our statements.
constexpr std::string_view kSettings =
    "SET search_path TO {0}; SET client_min_messages TO warning; SET bytea_output TO hex;"
    "SET statement_timeout TO '30s'; SET lock_timeout TO '15s';"
    "SET idle_in_transaction_session_timeout TO '60s'; SET enable_seqscan TO off; SET jit TO off";

/// What a server that goes down, is down or comes up says (57P01 to 57P03, class 08).
bool SaysItIsAway(std::string_view state) {
  return state == "57P01" || state == "57P02" || state == "57P03" || state.starts_with("08");
}

/// What a transaction meets that began before another one has made the same. SERIALIZABLE tells of
/// most of it by 40001, but neither of all keys nor of what is no row.
bool SaysItWasOvertaken(std::string_view state) {
  return state == "23505" || state == "23503" || state == "42P07" || state == "42P06" ||
         state == "42710" || state == "42701";
}

/// Why a connection is refused comes as text alone; one in another language is waited for in vain.
bool WillNotPass(std::string_view message) {
  for (const std::string_view words :
       {"authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied",
        "invalid URI", "invalid port", "missing key/value",
        "end of string reached when looking for"}) {
    if (message.find(words) != std::string_view::npos) return true;
  }
  return false;
}

class PostgresDatabase final : public SqlDatabase {
 public:
  PostgresDatabase(const std::string& url, std::string_view schema)
      : url_(WithConnectionLimits(url)), password_(PasswordOf(url)), schema_(schema) {
    Need(Write([&](SqlConnection& sql) {
      // To make one that is there asks for a right that one need not have.
      if (!sql("SELECT 1 FROM pg_namespace WHERE nspname = $1", schema_).One())
        sql.Script("CREATE SCHEMA " + schema_);
    }));
  }

 private:
  void Transact(SqlTransaction kind, const std::function<void(SqlConnection&)>& work) override {
    const auto patience = Clock::now() + kPatience;
    int conflicts = 0;
    for (int tries = 1;; ++tries) {
      std::string why;
      try {
        return Try(kind, work);
      } catch (const pqxx::in_doubt_error&) {
        ForgetConnections();
        Refuse(ErrorCode::kStoreFailed,
               "the database went away during a commit; whether it was made is not known");
      } catch (const pqxx::statement_completion_unknown&) {
        Refuse(ErrorCode::kStoreFailed, "whether the database has done it is not known");
      } catch (const pqxx::transaction_rollback& lost) {  // to another one: 40001, 40P01
        why = lost.what();
      } catch (const pqxx::broken_connection& lost) {
        ForgetConnections();
        why = lost.what();
        if (WillNotPass(why)) Fail("", why);
      } catch (const pqxx::sql_error& failed) {
        const auto& state = failed.sqlstate();
        if (SaysItIsAway(state)) {
          ForgetConnections();
        } else if (!SaysItWasOvertaken(state) || ++conflicts >= kMostConflicts) {
          Fail(state, failed.what());
        }
        why = failed.what();
      } catch (const pqxx::failure& failed) {
        Fail("", failed.what());
      } catch (const pqxx::pqxx_exception& failed) {
        Fail("", failed.base().what());
      }
      if (Clock::now() > patience) Fail("", why);
      Wait(tries);
    }
  }

  void Try(SqlTransaction kind, const std::function<void(SqlConnection&)>& work) {
    Leased connection(*this);
    switch (kind) {
      case SqlTransaction::kRead:
        return Within<pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>>(connection, work);
      case SqlTransaction::kTake:
        return Within<pqxx::transaction<pqxx::read_committed>>(connection, work);
      case SqlTransaction::kWrite:
        return Within<pqxx::transaction<pqxx::serializable>>(connection, work);
    }
  }

  /// Undone by its destructor where the work throws.
  template <typename Transaction>
  static void Within(auto& connection, const std::function<void(SqlConnection&)>& work) {
    Transaction transaction(connection.get());
    PostgresConnection sql(transaction);
    work(sql);
    transaction.commit();
  }

  struct Connection {
    explicit Connection(const std::string& url) : server(url) {}
    ~Connection() { server.disconnect(); }  // in quiet, too: the server may have said farewell
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    pqxx::connection server;
    pqxx::quiet_errorhandler quiet{server};  // standard error is for our log
  };

  /// A connection of the pool, which takes it back where it is still of use.
  class Leased {
   public:
    explicit Leased(PostgresDatabase& database)
        : database_(database), connection_(database.TakeConnection()) {}
    ~Leased() { database_.GiveBack(std::move(connection_)); }
    Leased(const Leased&) = delete;
    Leased& operator=(const Leased&) = delete;
    pqxx::connection& get() { return connection_->server; }

   private:
    PostgresDatabase& database_;
    std::unique_ptr<Connection> connection_;
  };

  std::unique_ptr<Connection> TakeConnection() {
    {
      std::unique_lock lock(mutex_);
      given_back_.wait(lock, [&] { return !idle_.empty() || open_ < kMostConnections; });
      ++open_;
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    try {
      auto connection = std::make_unique<Connection>(url_);
      pqxx::nontransaction settings(connection->server);
      settings.exec(fmt::format(fmt::runtime(kSettings), schema_));
      return connection;
    } catch (...) {
      GiveBack(nullptr);
      throw;
    }
  }

  void GiveBack(std::unique_ptr<Connection> connection) {
    {
      const std::scoped_lock lock(mutex_);
      --open_;
      if (connection && connection->server.is_open()) idle_.push_back(std::move(connection));
    }
    given_back_.notify_one();
  }

  /// The others were on the same server.
  void ForgetConnections() {
    const std::scoped_lock lock(mutex_);
    idle_.clear();
  }

  /// The first time at once, then for longer and longer, each for a time of its own.
  static void Wait(int tries) {
    if (tries == 1) return;
    thread_local std::minstd_rand random(std::random_device{}());
    const int most_ms = std::min(1000, 4 << std::min(tries, 8));
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution(most_ms / 2, most_ms)(random)));
  }

  [[noreturn]] void Fail(std::string_view state, std::string message) const {
    // Further lines quote values.
    message.resize(std::min(message.find('\n'), message.size()));
    if (const auto at = message.find(password_); !password_.empty() && at != std::string::npos)
      message.replace(at, std::string::npos, "***");
    if (state == "23505") Refuse(ErrorCode::kConflict, "this is there already");
    if (state == "53100") Refuse(ErrorCode::kDiskFull, "the disk of the database is full");
    if (state == "22021") Refuse(ErrorCode::kInvalidArgument, "a text is not UTF-8");
    Refuse(ErrorCode::kStoreFailed, "the database: " + message);
  }

  const std::string url_;
  const std::string password_;
  const std::string schema_;
  std::mutex mutex_;  ///< of what follows
  std::condition_variable given_back_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;  ///< in use
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> OpenPostgres(const std::string& url, std::string_view schema) {
  if (!IsPostgresUrl(url)) {
    return plyo::Fail(ErrorCode::kInvalidArgument,
                      "the address of a database begins with postgres://");
  }
  if (schema.empty() || schema.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != schema.npos)
    return plyo::Fail(ErrorCode::kInvalidArgument, "a schema is named by lower-case letters");
  try {
    return std::make_unique<PostgresDatabase>(url, schema);
  } catch (const Refused& refused) {
    return tl::unexpected(refused.error());
  }
}

}  // namespace plyo::service
