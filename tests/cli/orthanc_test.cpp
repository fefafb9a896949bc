// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// With a real archive (Orthanc) on loopback, both directions: what is pushed is fetched back the same, by C-GET and by C-MOVE; what it
// sends is received, audited, and the results are in it.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "io/dicom_dose.h"
#include "io/dicom_plan.h"
#include "io/dicom_structures.h"
#include "tests/cli/orthanc_server.h"
#include "tests/cli/receive_server.h"
#include "tests/support/free_ports.h"
#include "tests/support/says.h"

namespace fs = std::filesystem;
using namespace seedaudit;
using namespace seedaudit::test;

namespace {

/// The data set of a DICOM file in one encoding: every sender chooses how it writes lengths, and the meta header names the last one.
std::string dataset_of(const fs::path& path) {
  DcmFileFormat file;
  REQUIRE(file.loadFile(path.c_str()).good());
  DcmDataset& dataset = *file.getDataset();
  std::string bytes(dataset.calcElementLength(EXS_LittleEndianImplicit, EET_ExplicitLength) + 65536, '\0');
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  dataset.transferInit();
  REQUIRE(dataset.write(stream, EXS_LittleEndianImplicit, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_withoutPadding).good());
  dataset.transferEnd();
  void* start = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(start, length);
  REQUIRE(length > 0);
  return {static_cast<const char*>(start), static_cast<std::size_t>(length)};
}

/// Data sets below a folder, by SOP Instance UID, which names the file.
std::map<std::string, std::string> fetched(const fs::path& folder) {
  std::map<std::string, std::string> objects;
  for (const auto& e : fs::recursive_directory_iterator(folder))
    if (e.is_regular_file()) objects[e.path().stem().string()] = dataset_of(e.path());
  return objects;
}

std::set<std::string> datasets_in(const fs::path& folder) {
  std::set<std::string> all;
  for (const auto& e : fs::recursive_directory_iterator(folder))
    if (e.is_regular_file()) all.insert(dataset_of(e.path()));
  return all;
}

std::set<std::string> values_of(const std::map<std::string, std::string>& objects) {
  std::set<std::string> all;
  for (const auto& [uid, dataset] : objects) all.insert(dataset);
  return all;
}

std::string pull(const std::string& peer, const std::string& what, const fs::path& out, const std::string& more = "") {
  return "pull --peer " + peer + " " + what + " -o " + quoted(out) + " --no-progress " + more;
}

/// Asks the archive to send studies of a patient, or of all where `*`, to SEEDAUDIT, as another program of the hospital would.
int move_to_receiver(const OrthancServer& orthanc, const std::string& patient) {
  const std::string command =
      "TCP_NODELAY=1 movescu -S -aet OTHER -aec ORTHANC -aem SEEDAUDIT -k QueryRetrieveLevel=PATIENT -k PatientID=" + patient +
      " -P 127.0.0.1 " + std::to_string(orthanc.port()) + " >/dev/null 2>&1";
  return std::system(command.c_str());
}

/// Until something is so, a minute at the longest.
template <class Is>
bool wait_until(const Is& is) {
  for (int i = 0; i < 3000; ++i) {
    if (is()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

std::string the_state(const fs::path& out) {
  std::error_code ec;
  for (const auto& e : fs::directory_iterator(out / "state", ec))
    if (e.path().extension() == ".json") return content_of(e.path());
  return "";
}

fs::path the_audit(const fs::path& out) {
  for (const auto& e : fs::directory_iterator(out / "audits")) return e.path();
  return {};
}

/// Between two reports, as a JSON Patch, apart from what tells when, where and how fast, and from what hashes the files: they come in
/// another encoding.
std::string differences(const fs::path& one, const fs::path& other) {
  const auto figures = [](const fs::path& report) {
    nlohmann::json j = nlohmann::json::parse(content_of(report));
    j.erase("case_id");
    j.erase("provenance");
    j.erase("timing_s");
    return j;
  };
  return nlohmann::json::diff(figures(one), figures(other)).dump();
}

#define SEEDAUDIT_NEEDS_ORTHANC                                          \
  if (const std::string why = OrthancServer::obstacle(); !why.empty()) { \
    WARN(why);                                                           \
    return;                                                              \
  }

}  // namespace

TEST_CASE("archive: what is pushed comes back the same by C-GET and by C-MOVE, and only what is asked for") {
  SEEDAUDIT_NEEDS_ORTHANC
  const TemporaryFolder folder;
  const int port = free_ports(1).front();
  const OrthancServer orthanc({{"SEEDAUDIT", port}});
  INFO(orthanc.log());
  write_case(folder / "from");
  for (int p = 1; p <= 3; ++p) write_study(folder / "others", p);
  REQUIRE(run_program(push(folder / "from", orthanc.peer())).status == 0);
  REQUIRE(run_program(push(folder / "others", orthanc.peer())).status == 0);
  const auto sent = datasets_in(folder / "from");
  REQUIRE(sent.size() == 50);  // 48 slices, contours, plan

  const std::string by_move = "--move-port " + std::to_string(port);
  for (const std::string& how : {std::string(), by_move}) {
    CAPTURE(how);
    const fs::path out = folder / ("case" + std::to_string(how.size()));
    const CommandResult got = run_program(pull(orthanc.peer(), "--patient PAT-4711", out, how));
    INFO(got.err);
    CHECK(got.status == 0);
    CHECK(says(got.out, " 50 objects"));
    CHECK((values_of(fetched(out)) == sent));

    const CommandResult one =
        run_program(pull(orthanc.peer(), "--patient PAT-2 --date 20260302", folder / ("one" + out.filename().string()), how));
    CHECK(says(one.out, "1 studies, 3 objects"));
    const CommandResult none = run_program(pull(orthanc.peer(), "--patient PAT-9", folder / "none", how));
    CHECK(none.status == 0);
    CHECK_FALSE(fs::exists(folder / "none"));
    const CommandResult other_day = run_program(pull(orthanc.peer(), "--patient PAT-2 --date 20260303-", folder / "none", how));
    CHECK(says(other_day.out, "0 studies"));
  }
  // The archive sends to titles it knows, at the port it knows, and this side takes it from the archive alone.
  const CommandResult unknown = run_program(pull(orthanc.peer(), "--patient PAT-2", folder / "none", by_move + " --aet NOBODY"));
  CHECK(unknown.status == 4);
  CHECK(says(unknown.err, "not fetched whole"));
  const int elsewhere = free_ports(1).front();
  CHECK(run_program(pull(orthanc.peer(), "--patient PAT-2", folder / "none", "--move-port " + std::to_string(elsewhere))).status == 4);
  const CommandResult stranger =
      run_program(pull(orthanc.peer(), "--patient PAT-2", folder / "none", by_move + " --allow SOMEBODY@127.0.0.1"));
  CHECK(stranger.status == 4);
  CHECK(says(stranger.err, "ORTHANC@127.0.0.1"));  // whom it refused
  CHECK_FALSE(fs::exists(folder / "none"));
  CHECK(run_program(pull(orthanc.peer(), "--patient PAT-2", folder / "none", "--allow ORTHANC@127.0.0.1")).status == 2);
}

TEST_CASE("archive: it sends a case, which is received and audited, and the results that come back from it have the same numbers",
          "[heavy]") {
  SEEDAUDIT_NEEDS_ORTHANC
  const TemporaryFolder folder;
  const int port = free_ports(1).front();
  const OrthancServer orthanc({{"SEEDAUDIT", port}});
  write_case(folder / "case");
  REQUIRE(run_program(push(folder / "case", orthanc.peer())).status == 0);
  const CommandResult direct = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "direct") + " --no-progress");
  INFO(direct.err);
  REQUIRE(direct.status == 0);

  ReceiveServer server(folder / "in", "--quiet-seconds 1 --allow ORTHANC@127.0.0.1 --send-to " + orthanc.peer(), port);
  REQUIRE(move_to_receiver(orthanc, "PAT-4711") == 0);
  REQUIRE(wait_until([&] { return says(the_state(folder / "in"), "\"sent\": true"); }));
  const fs::path audit = the_audit(folder / "in");
  CHECK(differences(audit / "report.json", folder / "direct" / "report.json") == "[]");

  const CommandResult got = run_program(pull(orthanc.peer(), "--patient PAT-4711", folder / "back"));
  INFO(got.err);
  CHECK(got.status == 0);
  const auto back = values_of(fetched(folder / "back"));
  const auto sent = datasets_in(folder / "case");
  const auto results = datasets_in(audit / "dicom");
  CHECK(results.size() == 5);  // dose, structures, plan, measurements, report
  CHECK(back.size() == sent.size() + results.size());
  for (const auto& object : sent) CHECK(back.count(object) == 1);
  for (const auto& object : results) CHECK(back.count(object) == 1);

  // Read back: the objects of the direct audit, number by number.
  const auto mine = [&](const char* name) { return folder / ("direct/dicom/" + std::string(name)); };
  const auto theirs = [&](const std::string& uid) {
    for (const auto& e : fs::recursive_directory_iterator(folder / "back"))
      if (e.path().stem() == uid) return e.path();
    return fs::path();
  };
  const auto dose = read_dose<CtFrame>(mine("dose.dcm"));
  REQUIRE(dose.ok());
  const auto dose_back = read_dose<CtFrame>(theirs(dose->sop_instance_uid));
  REQUIRE(dose_back.ok());
  CHECK(dose->dose_gy == dose_back->dose_gy);
  const auto plan = read_plan(mine("plan.dcm"));
  REQUIRE(plan.ok());
  const auto plan_back = read_plan(theirs(plan->sop_instance_uid));
  REQUIRE(plan_back.ok());
  REQUIRE(plan_back->seeds.size() == plan->seeds.size());
  for (std::size_t n = 0; n < plan->seeds.size(); ++n) CHECK(plan->seeds[n].center.mm == plan_back->seeds[n].center.mm);

  // A patient who comes from the archive once more brings the results along: the audit is that of the implant, not of its audit.
  const CommandResult again = run_program("run " + quoted(folder / "back") + " -o " + quoted(folder / "again") + " --no-progress");
  INFO(again.err);
  CHECK(again.status == 0);
  CHECK(differences(folder / "again" / "report.json", folder / "direct" / "report.json") == "[]");
  CHECK(server.end(SIGTERM) == 0);
}

TEST_CASE(
    "archive: fifty studies by four senders, sent on four ways at once to a receiver that is killed in the middle, none lost, none mixed") {
  SEEDAUDIT_NEEDS_ORTHANC
  const TemporaryFolder folder;
  const int port = free_ports(1).front();
  const OrthancServer orthanc({{"SEEDAUDIT", port}});
  for (int p = 0; p < 50; ++p) write_study(folder / ("from" + std::to_string(p % 4)), p);
  const auto four = [](const auto& work) {
    std::vector<std::thread> threads;
    for (int s = 0; s < 4; ++s) threads.emplace_back([&work, s] { work(s); });
    for (auto& t : threads) t.join();
  };
  CommandResult pushed[4];
  four([&](int s) { pushed[s] = run_program(push(folder / ("from" + std::to_string(s)), orthanc.peer())); });
  for (const auto& r : pushed) {
    INFO(r.err);
    CHECK(r.status == 0);
  }

  const std::string only = "--no-audit --allow ORTHANC@127.0.0.1";
  const auto send_all = [&] {
    four([&](int s) {
      for (int p = s; p < 50; p += 4) move_to_receiver(orthanc, "PAT-" + std::to_string(p));
    });
  };
  std::map<fs::path, std::string> before;
  {
    ReceiveServer server(folder / "in", only, port);
    std::thread senders(send_all);
    CHECK(wait_until([&] { return kept(folder / "in").size() >= 20; }));
    CHECK(server.end(SIGKILL) == 128 + SIGKILL);
    senders.join();
    for (const auto& file : kept(folder / "in")) before[file] = content_of(file);
    CHECK(before.size() < 150);
  }
  ReceiveServer again(folder / "in", only, port);
  send_all();
  const auto files = kept(folder / "in");
  CHECK(files.size() == 150);
  CHECK(check_unmixed(files) == 50);
  for (const auto& [file, content] : before) CHECK(content_of(file) == content);
  std::set<std::string> sent;
  for (int s = 0; s < 4; ++s) sent.merge(datasets_in(folder / ("from" + std::to_string(s))));
  std::set<std::string> got;
  for (const auto& file : files) got.insert(dataset_of(file));
  CHECK((got == sent));
  CHECK(again.end(SIGTERM) == 0);
}

TEST_CASE("archive: over TLS all goes both ways, by C-STORE, C-GET and C-MOVE, and without it or with another authority nothing does",
          "[heavy]") {
  SEEDAUDIT_NEEDS_ORTHANC
  const TemporaryFolder folder;
  const TlsCertificates ours(folder.path(), "ca"), other(folder.path(), "other");
  const int port = free_ports(1).front();
  const OrthancServer orthanc({{"SEEDAUDIT", port}}, &ours);
  INFO(orthanc.log());
  write_case(folder / "case");
  CHECK(run_program(push(folder / "case", orthanc.peer())).status == 4);
  CHECK(run_program(push(folder / "case", orthanc.peer(), other.options(ours))).status == 4);  // the archive refuses the caller
  CHECK(run_program(push(folder / "case", orthanc.peer(), ours.options(other))).status == 4);  // the caller refuses the archive
  const std::string patient = "--patient PAT-4711";
  CHECK(says(run_program(pull(orthanc.peer(), patient, folder / "none", ours.options())).out, "0 studies"));
  const CommandResult sent = run_program(push(folder / "case", orthanc.peer(), ours.options()));
  INFO(sent.err);
  REQUIRE(sent.status == 0);
  const auto objects = datasets_in(folder / "case");

  const std::string by_move = " --move-port " + std::to_string(port);
  for (const std::string& how : {std::string(), by_move}) {
    CAPTURE(how);
    const fs::path out = folder / ("pulled" + std::to_string(how.size()));
    const CommandResult got = run_program(pull(orthanc.peer(), patient, out, ours.options() + how));
    INFO(got.err);
    CHECK(got.status == 0);
    CHECK((values_of(fetched(out)) == objects));
    CHECK(run_program(pull(orthanc.peer(), patient, folder / "none", how)).status == 4);
    CHECK(run_program(pull(orthanc.peer(), patient, folder / "none", other.options(ours) + how)).status == 4);
  }
  CHECK_FALSE(fs::exists(folder / "none"));

  // DCMTK's movescu speaks no TLS: a pull that waits at another port makes the archive send to the receiver, and says that it got nothing.
  const auto send = [&] {
    const std::string elsewhere = " --move-port " + std::to_string(free_ports(1).front());
    CHECK(run_program(pull(orthanc.peer(), patient, folder / "none", ours.options() + elsewhere)).status == 4);
  };
  {
    // A receiver without TLS, and one that trusts another authority: the archive cannot send to either.
    for (const std::string& tls : {std::string(), " " + ours.options(other)}) {
      ReceiveServer deaf(folder / ("deaf" + std::to_string(tls.size())), "--no-audit --idle-seconds 5 --allow ORTHANC@127.0.0.1" + tls,
                         port);
      send();
      CHECK(kept(folder / ("deaf" + std::to_string(tls.size()))).empty());
    }
  }
  ReceiveServer server(folder / "in", "--quiet-seconds 1 --allow ORTHANC@127.0.0.1 --send-to " + orthanc.peer() + " " + ours.options(),
                       port);
  send();
  REQUIRE(wait_until([&] { return says(the_state(folder / "in"), "\"sent\": true"); }));
  std::set<std::string> received;
  for (const auto& file : kept(folder / "in")) received.insert(dataset_of(file));
  CHECK((received == objects));
  const CommandResult back = run_program(pull(orthanc.peer(), patient, folder / "back", ours.options()));
  INFO(back.err);
  const auto all = values_of(fetched(folder / "back"));
  const auto results = datasets_in(the_audit(folder / "in") / "dicom");
  CHECK(results.size() == 5);
  CHECK(all.size() == objects.size() + results.size());
  for (const auto& result : results) CHECK(all.count(result) == 1);
  CHECK(server.end(SIGTERM) == 0);
}
