// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/case_row.h"
#include "core/result.h"

/// The rows and reports of a batch in a database: SQLite in one file, or PostgreSQL. Both carry one schema, versioned and migrated on
/// opening (docs/archive.md, "The store").
namespace seedaudit {

/// What a resumed batch must know of a finished case.
struct RowKey {
  std::string report_sha256, program, options_sha256, limits, cause;
};

/// Every call that touches the database returns store_unavailable with the database's own words when it cannot; nothing is then half
/// written: a row and its report come in one transaction. One thread at a time.
class Store {
 public:
  /// \param url a path, "sqlite://PATH" or "postgresql://..." (libpq's URL). A missing SQLite file is made. A schema of an older program is
  /// migrated, one of a newer program refused. Errors: store_unavailable; the password of a URL is not in the message.
  static Result<Store> open(const std::string& url);
  /// For readers: refuses where there is no database, and migrates nothing.
  static Result<Store> open_existing(const std::string& url);

  /// Ties the database to one batch: claims it, or refuses if another batch has claimed it already (invalid_option).
  Status claim(const std::string& batch_id);

  /// Adds or replaces the row of a case and its report. \param report_json empty: no report.
  Status put(const CaseRow& row, std::string_view report_json);
  /// Removes a row and its report; of a case that is no longer in the archive.
  Status remove(const std::string& case_id);

  Result<std::map<std::string, RowKey>> keys();
  /// In order of case_id, byte by byte.
  Result<std::vector<CaseRow>> rows();
  /// Rows with a report, one after the other in order of case_id, so that memory holds one report. An Error of the callback ends the walk.
  Status for_each_report(const std::function<Status(const CaseRow& row, std::string_view report_json)>& callback);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

 private:
  struct Connection;
  explicit Store(std::unique_ptr<Connection> connection);
  static Result<Store> connect(const std::string& url, bool may_create);
  std::unique_ptr<Connection> connection_;
};

/// The schema version that this program writes.
int store_schema_version();

}  // namespace seedaudit
