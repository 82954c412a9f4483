// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/discovery.h"

#include "server/ctl/exitstatus.h"
#include "server/ctl/table.h"
#include "shared/admin/socketpath.h"

#include <chrono>
#include <utility>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Found = std::variant<std::unique_ptr<Transport>, NoServer>;

std::chrono::milliseconds patienceOf(const Invocation &invocation)
{
    if (!invocation.isSet(u"timeout"_s))
        return std::chrono::seconds(30);
    return std::chrono::milliseconds(qRound64(invocation.value(u"timeout"_s).toDouble() * 1000));
}

NoServer unreachable(const QString &message)
{
    return {CtlExit::Unreachable, message};
}

class Search
{
public:
    Search(Connector &connector, std::chrono::milliseconds patience, QStringList directories)
        : m_connector(connector)
        , m_patience(patience)
        , m_directories(std::move(directories))
    {
    }

    Found open(const QString &path);
    Found openPort(const QString &port);
    Found openOnly();

private:
    struct Live
    {
        QString path;
        std::unique_ptr<Transport> session;
    };

    Found openAmong(const QStringList &paths, const QString &nothing);
    NoServer several(const std::vector<Live> &all) const;
    QString places() const { return m_directories.join(u" and "_s); }

    Connector &m_connector;
    const std::chrono::milliseconds m_patience;
    const QStringList m_directories;
};

Found Search::open(const QString &path)
{
    Connector::Outcome outcome = m_connector.connectTo(path, m_patience);
    if (const AdminFailure *failure = std::get_if<AdminFailure>(&outcome))
        return unreachable(failure->message);
    return std::get<0>(std::move(outcome));
}

Found Search::openPort(const QString &port)
{
    QStringList paths;
    for (const QString &path : m_connector.sockets()) {
        if (path.section(u'/', -1) == port + u".sock")
            paths.append(path);
    }
    if (paths.size() == 1)
        return open(paths.first());
    return openAmong(
        paths, u"no server with port %1 has an admin socket in %2; start one (systemctl "
               "start truepeerd, or truepeerd --port %1), or name its socket with --socket"_s.arg(
                   port, places()));
}

Found Search::openOnly()
{
    return openAmong(m_connector.sockets(),
                     u"no server is running: there is no live admin socket in %1; start one "
                     "(systemctl start truepeerd, or truepeerd --config FILE), or name its socket "
                     "with --socket"_s.arg(places()));
}

NoServer Search::several(const std::vector<Live> &all) const
{
    Table table({{u"SOCKET"_s}, {u"LISTENS ON"_s}, {u"PID"_s, true}, {u"VERSION"_s}});
    for (const Live &live : all) {
        const QJsonObject server = live.session->server();
        table.add({{printable(live.path)},
                   {valueText(server.value("listen"_L1))},
                   {valueText(server.value("pid"_L1))},
                   {valueText(server.value("version"_L1))}});
    }
    return {CtlExit::Usage, u"several servers are running; choose one with --port or --socket:\n"_s
                                + table.toText({}).trimmed()};
}

Found Search::openAmong(const QStringList &paths, const QString &nothing)
{
    std::vector<Live> all;
    QString refusal; // of a server that is there, but not for us
    for (const QString &path : paths) {
        Connector::Outcome outcome = m_connector.connectTo(path, m_patience);
        if (auto *session = std::get_if<std::unique_ptr<Transport>>(&outcome)) {
            all.push_back({path, std::move(*session)});
            continue;
        }
        const AdminFailure &failure = std::get<AdminFailure>(outcome);
        const bool isGone = failure.kind == AdminFailure::Kind::Stale
                            || failure.kind == AdminFailure::Kind::NoSocket;
        if (!isGone && refusal.isEmpty())
            refusal = failure.message;
    }
    if (all.size() == 1)
        return std::move(all.front().session);
    if (!all.empty())
        return several(all);
    return unreachable(refusal.isEmpty() ? nothing : refusal);
}

} // namespace

Found findServer(const Invocation &invocation, const QProcessEnvironment &environment,
                 Connector &connector)
{
    Search search(connector, patienceOf(invocation), adminSocketDirectories(environment));
    if (invocation.isSet(u"socket"_s) && invocation.isSet(u"port"_s))
        return NoServer{CtlExit::Usage, u"--socket and --port exclude each other"_s};
    if (invocation.isSet(u"socket"_s))
        return search.open(invocation.value(u"socket"_s));
    if (invocation.isSet(u"port"_s))
        return search.openPort(QString::number(invocation.value(u"port"_s).toInt()));
    const QString path = environment.value(u"TRUEPEER_ADMIN_SOCKET"_s);
    return path.isEmpty() ? search.openOnly() : search.open(path);
}

} // namespace truepeer
