// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The mode of bench_load that edits the trust list: the range of the proxies is added and taken off
// again by a rollback, so that with each edit all clients are others.
#include "tests/bench/adminpeer.h"
#include "tests/bench/crowd.h"

#include <QJsonArray>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <thread>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto Period = 250ms; // between edits
constexpr int Rounds = 2;      // of echo alone and while editing
constexpr int PageSize = 500;

[[noreturn]] void giveUp(const char *what, qint64 is, size_t expected)
{
    std::fprintf(stderr, "bench_load: %s: %lld instead of %zu\n", what, static_cast<long long>(is),
                 expected);
    std::exit(1);
}

class Editor
{
public:
    Editor(const std::string &socket, size_t clients)
        : m_admin(socket)
        , m_clients(clients)
        , m_base(m_admin.result(u"trust.get"_s)["revision"_L1].toInteger())
    {
    }

    // Edits for this time, and once more if the proxies are trusted then.
    void work(double seconds);
    void setTrusted(bool trusted);
    // The times of those that change nothing: a preview, and an edit that is refused because it has
    // no confirmation. REQUIRES: the proxies are trusted.
    void ask();
    // Clients with the address that they claim.
    size_t countClaimed();

    size_t edits() const { return m_edits; }
    CallTimes &times() { return m_times; }

private:
    AdminPeer m_admin;
    const size_t m_clients;
    qint64 m_base; // the revision without the proxies
    bool m_trusted = false;
    size_t m_edits = 0;
    CallTimes m_times;
};

void Editor::work(double seconds)
{
    auto due = Clock::now();
    const auto end = after(due, seconds);
    while (due < end || m_trusted) {
        std::this_thread::sleep_until(due);
        due = std::max(due + Period, Clock::now());
        setTrusted(!m_trusted);
    }
}

void Editor::setTrusted(bool trusted)
{
    QJsonObject params{{u"confirm"_s, true}};
    if (trusted)
        params.insert("entry"_L1, QString::fromLatin1(Crowd::ProxyRange));
    else
        params.insert("revision"_L1, m_base);
    const QJsonObject result =
        m_admin.result(trusted ? u"trust.add"_s : u"trust.rollback"_s, params);
    m_times.add("edit", m_admin.lastMicros());
    m_times.add("took", result["took_ms"_L1].toDouble() * 1000);
    const qint64 changed = result["changed"_L1].toInteger();
    if (changed != qint64(m_clients))
        giveUp("clients changed", changed, m_clients);
    if (!trusted)
        m_base = result["revision"_L1].toInteger();
    m_trusted = trusted;
    ++m_edits;
}

void Editor::ask()
{
    const QJsonObject preview =
        m_admin.result(u"trust.preview"_s, {{u"mode"_s, u"none"_s}, {u"entries"_s, QJsonArray()}});
    m_times.add("preview", m_admin.lastMicros());
    const qint64 changed = preview["changed"_L1].toInteger();
    if (changed != qint64(m_clients))
        giveUp("clients that the preview sees change", changed, m_clients);
    const RpcResult answer = m_admin.call(u"trust.rollback"_s, {{u"revision"_s, m_base}});
    m_times.add("refusal", m_admin.lastMicros());
    const auto *error = std::get_if<RpcError>(&answer);
    if (!error || !error->is(RpcCode::NeedsConfirmation))
        giveUp("the answer to an edit without confirmation", error ? error->code : 0, 0);
}

size_t Editor::countClaimed()
{
    std::set<QString> missing;
    for (size_t i = 0; i < m_clients; ++i)
        missing.insert(QString::fromStdString(Crowd::claimedAddress(uint32_t(i))));
    const QString filter = u"ip:"_s + QString::fromLatin1(Crowd::ClaimedRange);
    for (size_t offset = 0; offset < m_clients; offset += PageSize) {
        const QJsonObject page = m_admin.result(
            u"clients.list"_s,
            {{u"filter"_s, filter}, {u"limit"_s, PageSize}, {u"offset"_s, qint64(offset)}});
        m_times.add("page", m_admin.lastMicros());
        for (const QJsonValue &item : page["items"_L1].toArray())
            missing.erase(item["client"_L1].toString());
    }
    return m_clients - missing.size();
}

} // namespace

int runEdits(const Job &job)
{
    Crowd crowd(job.port, job.count);
    Editor editor(job.adminSocket, crowd.size());
    Crowd::Echo alone;
    Crowd::Echo editing;
    for (int round = 0; round < Rounds; ++round) {
        alone.add(crowd.echo(job.seconds));
        editing.add(crowd.echoBeside([&] { editor.work(job.seconds); }));
    }
    const size_t edits = editor.edits();
    editor.setTrusted(true);
    const size_t claimed = editor.countClaimed();
    if (claimed != crowd.size())
        giveUp("clients with the claimed address", qint64(claimed), crowd.size());
    editor.ask();
    alone.print("alone");
    editing.print("editing");
    std::printf("edits=%zu changed=%zu claimed=%zu", edits, crowd.size(), claimed);
    editor.times().print();
    std::printf("\n");
    return 0;
}

} // namespace truepeer
