// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/store.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "pipeline/store_schema.h"

namespace seedaudit {
namespace {

/// Whether a file that exists can be an SQLite database: empty, or with its first bytes (https://www.sqlite.org/fileformat.html, 1.3).
/// Asked before SOCI is, which loses its connection where SQLite refuses the file.
bool may_be_sqlite(const std::string& path) {
  constexpr std::string_view kMagic{"SQLite format 3\0", 16};
  std::ifstream in(path, std::ios::binary);
  std::string head(kMagic.size(), ' ');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return in.gcount() == 0 || (in && head == kMagic);
}

/// The part of a URL that may be shown: without user and password.
std::string shown(const std::string& url) {
  const auto scheme = url.find("://");
  const auto at = url.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos || at < scheme) return url;
  return url.substr(0, scheme + 3) + url.substr(at + 1);
}

bool is_postgresql(const std::string& url) { return url.rfind("postgresql://", 0) == 0 || url.rfind("postgres://", 0) == 0; }

/// The URL as libpq's key=value pairs, the one form that SOCI hands on unharmed: postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE.
std::string connection_pairs(const std::string& url) {
  std::string rest = url.substr(url.find("://") + 3);
  std::string pairs;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) pairs += std::string(pairs.empty() ? "" : " ") + key + "=" + value;
  };
  if (const auto slash = rest.find('/'); slash != std::string::npos) {
    add("dbname", rest.substr(slash + 1));
    rest.resize(slash);
  }
  if (const auto at = rest.rfind('@'); at != std::string::npos) {
    const std::string user = rest.substr(0, at);
    const auto colon = user.find(':');
    add("user", user.substr(0, colon));
    if (colon != std::string::npos) add("password", user.substr(colon + 1));
    rest.erase(0, at + 1);
  }
  const auto colon = rest.rfind(':');
  add("host", rest.substr(0, colon));
  if (colon != std::string::npos) add("port", rest.substr(colon + 1));
  return pairs;
}

std::string first_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\t') c = ' ';
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

/// A column's value between the row and the database: an absent one is NULL.
struct Cell {
  std::string text;
  int integer = 0;
  double real = 0.0;
  soci::indicator state = soci::i_ok;
};

template <class T>
inline constexpr bool kIsText = std::is_same_v<std::remove_const_t<T>, std::string>;
template <class T>
inline constexpr bool kIsInteger = std::is_same_v<std::remove_const_t<T>, std::optional<int>>;

std::string column_list(const std::string& prefix) {
  CaseRow row;
  std::string list;
  visit_columns(row, [&](const char* name, auto&, bool) { list += (list.empty() ? "" : ", ") + prefix + name; });
  return list;
}

/// Columns to be read into cells, and the cells into a row.
void bind_into(soci::statement& statement, std::vector<Cell>& cells) {
  CaseRow row;
  std::size_t n = 0;
  visit_columns(row, [&](const char*, auto&, bool) { ++n; });
  cells.resize(n);
  std::size_t i = 0;
  visit_columns(row, [&](const char*, auto& value, bool) {
    Cell& c = cells[i++];
    using T = std::remove_reference_t<decltype(value)>;
    if constexpr (kIsText<T>)
      statement.exchange(soci::into(c.text, c.state));
    else if constexpr (kIsInteger<T>)
      statement.exchange(soci::into(c.integer, c.state));
    else
      statement.exchange(soci::into(c.real, c.state));
  });
}

CaseRow row_of(const std::vector<Cell>& cells) {
  CaseRow row;
  std::size_t i = 0;
  visit_columns(row, [&](const char*, auto& value, bool) {
    const Cell& c = cells[i++];
    using T = std::remove_reference_t<decltype(value)>;
    if (c.state != soci::i_ok) return;
    if constexpr (kIsText<T>)
      value = c.text;
    else if constexpr (kIsInteger<T>)
      value = c.integer;
    else
      value = c.real;
  });
  return row;
}

void insert_row(soci::session& session, const CaseRow& row) {
  std::vector<Cell> cells;
  cells.reserve(64);
  std::string places;
  soci::statement statement(session);
  visit_columns(row, [&](const char* name, const auto& value, bool) {
    Cell& c = cells.emplace_back();
    using T = std::remove_reference_t<decltype(value)>;
    if constexpr (kIsText<T>) {
      c.text = value;
    } else {
      c.state = value ? soci::i_ok : soci::i_null;
      if constexpr (kIsInteger<T>)
        c.integer = value.value_or(0);
      else
        c.real = value.value_or(0.0);
    }
    if constexpr (kIsText<T>)
      statement.exchange(soci::use(c.text, c.state, name));
    else if constexpr (kIsInteger<T>)
      statement.exchange(soci::use(c.integer, c.state, name));
    else
      statement.exchange(soci::use(c.real, c.state, name));
    places += (places.empty() ? ":" : ", :") + std::string(name);
  });
  statement.alloc();
  statement.prepare("INSERT INTO audited_case (" + column_list("") + ") VALUES (" + places + ")");
  statement.define_and_bind();
  statement.execute(true);
}

}  // namespace

struct Store::Connection {
  std::string url;  ///< as it may be shown
  bool postgresql = false;
  soci::session session;

  /// Runs the work in one transaction, or says what the database said.
  template <class Work>
  Status transact(const char* action, Work&& work) {
    try {
      soci::transaction transaction(session);
      Status done = work();
      if (!done) return done;
      transaction.commit();
      return ok_status();
    } catch (const std::exception& e) {
      return unavailable(action, e.what());
    }
  }

  Error unavailable(const char* action, const std::string& words) const {
    return Error{ErrorCode::store_unavailable, std::string("the database cannot ") + action + ": " + first_line(words), url,
                 "Check the database and its disk, then run again with --resume; finished cases are kept."};
  }

  Result<int> schema_version() {
    try {
      int tables = 0;
      session << (postgresql ? "SELECT count(*) FROM information_schema.tables WHERE table_name = 'schema_version' AND table_schema = "
                               "current_schema()"
                             : "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"),
          soci::into(tables);
      if (tables == 0) return 0;
      int version = 0;
      soci::indicator state = soci::i_ok;
      session << "SELECT max(version) FROM schema_version", soci::into(version, state);
      return state == soci::i_ok ? version : 0;
    } catch (const std::exception& e) {
      return unavailable("be read", e.what());
    }
  }

  /// All or nothing, and one writer at a time: a second one waits and then finds nothing left to do.
  Status migrate() {
    return transact("be brought to this program's schema", [&]() -> Status {
      if (postgresql) session << "SELECT pg_advisory_xact_lock(1936024932)";
      const auto found = schema_version();
      if (!found) return found.error();
      if (*found > store_schema_version())
        return Error{
            ErrorCode::store_unavailable,
            "the database has schema " + std::to_string(*found) + ", this program knows up to " + std::to_string(store_schema_version()),
            url, "Use the program that wrote it, or a newer one, or another database."};
      for (int v = *found; v < store_schema_version(); ++v) {
        for (const std::string& sql : store_migrations()[static_cast<std::size_t>(v)]) session << sql;
        session << "INSERT INTO schema_version (version) VALUES (" + std::to_string(v + 1) + ")";
      }
      return ok_status();
    });
  }
};

Store::Store(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

int store_schema_version() { return static_cast<int>(store_migrations().size()); }

Result<Store> Store::connect(const std::string& url, bool may_create) {
  auto c = std::make_unique<Connection>();
  c->url = shown(url);
  c->postgresql = is_postgresql(url);
  std::string path = url.rfind("sqlite://", 0) == 0 ? url.substr(9) : url;
  if (!c->postgresql) {
    if (path.empty() || path.find("://") != std::string::npos)
      return Error{ErrorCode::invalid_option, "is no database that this program knows", c->url,
                   "Give a file, sqlite://FILE or postgresql://HOST/DATABASE."};
    std::error_code ec;
    if (!may_create && !std::filesystem::is_regular_file(path, ec))
      return Error{ErrorCode::store_unavailable, "there is no such database", c->url, "Name the database of a batch."};
    if (std::filesystem::is_regular_file(path, ec) && !may_be_sqlite(path))
      return Error{ErrorCode::store_unavailable, "the file is no SQLite database", c->url,
                   "Name the database of a batch, or a file that is not there yet."};
  }
  try {
    if (c->postgresql) {
      c->session.open(soci::postgresql, connection_pairs(url));
      c->session << "SET client_min_messages = warning";
    } else {
      // SOCI reads key=value pairs; quotes keep blanks of a path together.
      c->session.open(soci::sqlite3, "dbname=\"" + path + "\" timeout=60 synchronous=full");
      c->session << "PRAGMA foreign_keys = ON";
    }
  } catch (const std::exception& e) {
    return c->unavailable("be opened", e.what());
  }
  return Store(std::move(c));
}

Result<Store> Store::open(const std::string& url) {
  auto store = connect(url, true);
  if (!store) return store;
  if (Status s = store->connection_->migrate(); !s) return s.error();
  return store;
}

Result<Store> Store::open_existing(const std::string& url) {
  auto store = connect(url, false);
  if (!store) return store;
  const auto version = store->connection_->schema_version();
  if (!version) return version.error();
  if (*version != store_schema_version())
    return Error{ErrorCode::store_unavailable,
                 "the database has schema " + std::to_string(*version) + ", this program reads " + std::to_string(store_schema_version()),
                 store->connection_->url, "Run `batch --resume` of this program once: it brings an older schema up to date."};
  return store;
}

Status Store::claim(const std::string& batch_id) {
  Connection& c = *connection_;
  return c.transact("be written", [&]() -> Status {
    if (c.postgresql) c.session << "SELECT pg_advisory_xact_lock(1936024932)";
    std::string owner;
    c.session << "SELECT value FROM batch_info WHERE name = 'batch_id'", soci::into(owner);
    if (!c.session.got_data()) {
      c.session << "INSERT INTO batch_info (name, value) VALUES ('batch_id', :id)", soci::use(batch_id, "id");
      return ok_status();
    }
    if (owner == batch_id) return ok_status();
    return Error{ErrorCode::invalid_option, "the database belongs to the batch of another output folder", c.url,
                 "Give each output folder a database of its own."};
  });
}

Status Store::put(const CaseRow& row, std::string_view report_json) {
  Connection& c = *connection_;
  return c.transact("be written", [&]() -> Status {
    // Nobody reads the last report's pages again; they would stay until SQLite's cache is full.
    if (!c.postgresql) c.session << "PRAGMA shrink_memory";
    c.session << "DELETE FROM audit_report WHERE case_id = :id", soci::use(row.case_id, "id");
    c.session << "DELETE FROM audited_case WHERE case_id = :id", soci::use(row.case_id, "id");
    insert_row(c.session, row);
    if (!report_json.empty()) {
      const std::string json(report_json);
      c.session << "INSERT INTO audit_report (case_id, report_json) VALUES (:id, :json)", soci::use(row.case_id, "id"),
          soci::use(json, "json");
    }
    return ok_status();
  });
}

Status Store::remove(const std::string& case_id) {
  Connection& c = *connection_;
  return c.transact("be written", [&]() -> Status {
    c.session << "DELETE FROM audit_report WHERE case_id = :id", soci::use(case_id, "id");
    c.session << "DELETE FROM audited_case WHERE case_id = :id", soci::use(case_id, "id");
    return ok_status();
  });
}

Result<std::map<std::string, RowKey>> Store::keys() {
  const auto all = rows();
  if (!all) return all.error();
  std::map<std::string, RowKey> keys;
  for (const CaseRow& r : *all) keys[r.case_id] = {r.report_sha256, r.program, r.options_sha256, r.limits, r.cause};
  return keys;
}

Result<std::vector<CaseRow>> Store::rows() {
  Connection& c = *connection_;
  std::vector<CaseRow> rows;
  const Status read = c.transact("be read", [&]() -> Status {
    std::vector<Cell> cells;
    soci::statement statement(c.session);
    bind_into(statement, cells);
    statement.alloc();
    // Byte order on both systems, whatever the language of a PostgreSQL server.
    statement.prepare("SELECT " + column_list("") + " FROM audited_case ORDER BY case_id" + (c.postgresql ? " COLLATE \"C\"" : ""));
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) rows.push_back(row_of(cells));
    return ok_status();
  });
  if (!read) return read.error();
  return rows;
}

Status Store::for_each_report(const std::function<Status(const CaseRow& row, std::string_view report_json)>& callback) {
  Connection& c = *connection_;
  auto all = rows();
  if (!all) return all.error();
  for (const CaseRow& row : *all) {
    std::string json;
    bool found = false;
    const Status read = c.transact("be read", [&]() -> Status {
      c.session << "SELECT report_json FROM audit_report WHERE case_id = :id", soci::use(row.case_id, "id"), soci::into(json);
      found = c.session.got_data();
      return ok_status();
    });
    if (!read) return read;
    if (!found) continue;
    if (Status s = callback(row, json); !s) return s;
  }
  return ok_status();
}

}  // namespace seedaudit
