// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// An admin session of bench_load, and what it measures. Calls wait for their answers, so it belongs
// into a thread of its own, beside the one of the connections.
#pragma once

#include "shared/admin/linecodec.h"
#include "shared/admin/protocol.h"
#include "tests/bench/loadclient.h"

#include <map>
#include <string>
#include <vector>

namespace truepeer {

class AdminPeer
{
    Q_DISABLE_COPY_MOVE(AdminPeer)

public:
    // Connects and says hello; what fails ends the program.
    explicit AdminPeer(const std::string &path);
    ~AdminPeer();

    // Notifications that come before the answer are counted and dropped. The time ends when the
    // whole answer is there, and is without reading it.
    RpcResult call(const QString &method, const QJsonObject &params = {});
    // The same; an error ends the program.
    QJsonObject result(const QString &method, const QJsonObject &params = {});
    // Does not wait, and nobody will read the answer. False when the server has ended the session,
    // or the system takes no more.
    bool tell(const QString &method, const QJsonObject &params = {});

    double lastMicros() const { return m_lastMicros; }
    size_t notifications() const { return m_notifications; }

private:
    QByteArray nextLine();

    int m_socket = -1;
    LineDecoder m_decoder;
    qint64 m_nextId = 1;
    double m_lastMicros = 0;
    size_t m_notifications = 0;
};

// Times by the name of what took them.
class CallTimes
{
public:
    void add(const std::string &name, double micros) { m_micros[name].push_back(micros); }
    // PREFIXNAME_p50_us=… PREFIXNAME_max_us=… for each.
    void print(const std::string &prefix = {});

private:
    std::map<std::string, std::vector<double>> m_micros;
};

} // namespace truepeer
