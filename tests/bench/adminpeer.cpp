// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/bench/adminpeer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype LongestLine = 64 * 1024 * 1024;

} // namespace

AdminPeer::AdminPeer(const std::string &path)
    : m_socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    , m_decoder(LongestLine)
{
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        fail(path.c_str());
    result(u"hello"_s, {{u"protocol"_s, AdminProtocolVersion}, {u"name"_s, u"bench_load"_s}});
}

AdminPeer::~AdminPeer()
{
    ::close(m_socket);
}

QByteArray AdminPeer::nextLine()
{
    std::array<char, 65536> buffer;
    while (true) {
        if (std::optional<QByteArray> line = m_decoder.next())
            return *std::move(line);
        const ssize_t count = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (count <= 0)
            fail("the admin session ended");
        m_decoder.append(QByteArrayView(buffer.data(), count));
    }
}

RpcResult AdminPeer::call(const QString &method, const QJsonObject &params)
{
    const auto start = Clock::now();
    if (!tell(method, params))
        fail("the admin session ended");
    while (true) {
        const QByteArray line = nextLine();
        m_lastMicros = microsSince(start);
        Expected<RpcMessage> message = decodeMessage(line);
        if (!message)
            fail("an answer of the admin session cannot be read");
        if (const auto *answer = std::get_if<RpcAnswer>(&*message))
            return answer->result;
        ++m_notifications;
    }
}

QJsonObject AdminPeer::result(const QString &method, const QJsonObject &params)
{
    const RpcResult answer = call(method, params);
    if (const auto *error = std::get_if<RpcError>(&answer)) {
        std::fprintf(stderr, "bench_load: %s: %s\n", qPrintable(method),
                     qPrintable(error->message));
        std::exit(1);
    }
    return resultObject(answer);
}

bool AdminPeer::tell(const QString &method, const QJsonObject &params)
{
    const QByteArray line = encodeRequest({QJsonValue(m_nextId++), method, params});
    return ::send(m_socket, line.data(), size_t(line.size()), MSG_NOSIGNAL) == line.size();
}

void CallTimes::print(const std::string &prefix)
{
    for (auto &[name, micros] : m_micros) {
        std::sort(micros.begin(), micros.end());
        const std::string key = prefix + name;
        std::printf(" %s_p50_us=%.0f %s_max_us=%.0f", key.c_str(), percentile(micros, 0.5),
                    key.c_str(), percentile(micros, 1.0));
    }
}

} // namespace truepeer
