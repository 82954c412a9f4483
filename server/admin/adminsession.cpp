// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminsession.h"

#include "server/admin/params.h"

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto HelloPatience = 10s;
constexpr qint64 ReadBuffer = 1024 * 1024;
constexpr qsizetype MaxName = 100;

} // namespace

AdminSession::AdminSession(std::unique_ptr<QLocalSocket> socket, AdminCaller caller,
                           const Links &links)
    : m_caller(std::move(caller))
    , m_links(links)
    , m_socket(std::move(socket))
    , m_self(std::make_shared<AdminSession *>(this))
    , m_decoder(MaxAdminLine)
    , m_subscription(links.sources, [this](const QString &method, const QJsonObject &params) {
        return notify(method, params);
    })
{
    m_socket->setParent(nullptr);
    m_socket->setReadBufferSize(ReadBuffer);
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &AdminSession::readLines);
    connect(m_socket.get(), &QLocalSocket::disconnected, this,
            [this] { end(u"the client closed it"_s); });
    m_helloTimer.setSingleShot(true);
    connect(&m_helloTimer, &QTimer::timeout, this, [this] { end(u"no hello came"_s); });
    m_helloTimer.start(HelloPatience);
    // What came with the connection.
    QMetaObject::invokeMethod(this, &AdminSession::readLines, Qt::QueuedConnection);
}

AdminSession::~AdminSession()
{
    *m_self = nullptr;
    m_socket->disconnect(this);
}

void AdminSession::end(const QString &reason)
{
    if (std::exchange(m_ended, true))
        return;
    m_subscription.stop();
    m_helloTimer.stop();
    m_socket->disconnect(this);
    m_socket->flush();
    m_socket->disconnectFromServer();
    Q_EMIT ended(reason);
}

void AdminSession::readLines()
{
    while (!m_ended && m_socket->bytesAvailable() > 0) {
        m_decoder.append(m_socket->readAll());
        while (const std::optional<QByteArray> line = m_decoder.next()) {
            takeLine(*line);
            if (m_ended)
                return;
        }
        if (m_decoder.overflowed()) {
            const QString reason =
                u"a line has more than %1 bytes"_s.arg(QString::number(MaxAdminLine));
            write(encodeAnswer(QJsonValue(), RpcError(RpcCode::InvalidRequest, reason)));
            end(reason);
        }
    }
}

void AdminSession::takeLine(QByteArrayView line)
{
    const auto decoded = decodeRequest(line);
    if (const auto *fault = std::get_if<RpcFault>(&decoded)) {
        write(encodeAnswer(fault->id, fault->error));
        return;
    }
    dispatch(std::get<RpcRequest>(decoded));
}

void AdminSession::dispatch(const RpcRequest &request)
{
    const QJsonValue &id = request.id;
    if (request.method == "hello"_L1)
        return answer(id, sayHello(request.params));
    if (!m_greeted)
        return answer(id, RpcError(RpcCode::InvalidRequest, u"the first call must be hello"_s));
    if (request.method == "subscribe"_L1)
        return answer(id, subscribe(request.params));
    if (m_openCalls >= MaxOpenCalls) {
        return answer(id,
                      RpcError(RpcCode::Busy, u"%1 calls are open; wait for their answers"_s.arg(
                                                  QString::number(MaxOpenCalls))));
    }
    ++m_openCalls;
    // Encoded where the answer is made, which for long ones is not the main thread.
    const AdminReply reply = [self = m_self, home = &m_links.home, id](const RpcResult &result) {
        const QByteArray line = id.isUndefined() ? QByteArray() : encodeAnswer(id, result);
        home->post([self, line] {
            if (*self)
                (*self)->finish(line);
        });
    };
    m_links.methods.call(request.method, {request.params, m_caller, reply});
}

void AdminSession::finish(const QByteArray &line)
{
    --m_openCalls;
    if (!line.isEmpty())
        write(line);
}

RpcResult AdminSession::sayHello(const QJsonObject &params)
{
    ParamReader reader(params);
    const qint64 protocol = reader.integer(u"protocol"_s, 0, 0, 1'000'000);
    const QString name = reader.optionalText(u"name"_s, MaxName).value_or(QString());
    if (std::optional<RpcError> error = reader.error())
        return *error;
    if (protocol != AdminProtocolVersion) {
        return RpcError(
            RpcCode::InvalidParams,
            u"protocol: this server speaks version %1; use the tools that came with it"_s.arg(
                AdminProtocolVersion),
            {{u"protocol"_s, AdminProtocolVersion}});
    }
    m_helloTimer.stop();
    m_greeted = true;
    m_name = name;
    return m_links.greeting(m_caller);
}

RpcResult AdminSession::subscribe(const QJsonObject &params)
{
    ParamReader reader(params);
    const QStringList topics = reader.texts(u"topics"_s, 10, 20);
    const qint64 interval = reader.integer(u"interval_ms"_s, 1000, 250, 3'600'000);
    for (const QString &topic : topics) {
        if (!Subscription::topics().contains(topic))
            reader.fail(u"topics: allowed are "_s + Subscription::topics().join(u", "_s));
    }
    if (std::optional<RpcError> error = reader.error())
        return *error;
    m_subscription.start(topics, std::chrono::milliseconds(interval));
    return QJsonObject{{u"topics"_s, QJsonArray::fromStringList(topics)},
                       {u"interval_ms"_s, interval}};
}

void AdminSession::answer(const QJsonValue &id, const RpcResult &result)
{
    if (!id.isUndefined())
        write(encodeAnswer(id, result));
}

// A dashboard that does not read is only interested in the present.
bool AdminSession::notify(const QString &method, const QJsonObject &params)
{
    if (m_ended || m_socket->bytesToWrite() >= CalmQueue)
        return false;
    write(encodeNotification(method, params));
    return true;
}

void AdminSession::write(const QByteArray &line)
{
    if (m_ended)
        return;
    if (m_socket->bytesToWrite() + line.size() > MaxQueue)
        return end(u"it does not read its answers"_s);
    m_socket->write(line);
}

} // namespace truepeer
