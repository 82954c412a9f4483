// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/admin/adminclient.h"

#include "shared/admin/socketpath.h"
#include "shared/trust/explanation.h"

#include <QFile>
#include <QPointer>
#include <QRandomGenerator>

#include <algorithm>
#include <utility>
#include <vector>

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Kind = AdminFailure::Kind;

namespace {

// Beyond it an answer is taken for nonsense.
constexpr qsizetype MaxServerLine = 64 * 1024 * 1024;
constexpr qsizetype ReadBuffer = 1024 * 1024;
// Until the next try when the server has too many connections that it did not accept yet.
constexpr std::chrono::milliseconds BacklogDelay = 50ms;

// The descriptor, or -errno. A unix socket connects or refuses at once.
int connectUnixSocket(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (name.size() > MaxSocketPath)
        return -ENAMETOOLONG;
    if (name.isEmpty()) // not the abstract socket that the system would take it for
        return -ENOENT;
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    if (::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return fd;
    const int error = errno;
    ::close(fd);
    return -error;
}

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000) + " s"_L1;
}

} // namespace

AdminClient::AdminClient(const Options &options, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_decoder(MaxServerLine)
{
    for (QTimer *timer : {&m_helloTimer, &m_retryTimer, &m_callTimer})
        timer->setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &AdminClient::open);
    connect(&m_callTimer, &QTimer::timeout, this, &AdminClient::expireCalls);
    connect(&m_helloTimer, &QTimer::timeout, this, [this] {
        fail(Kind::TimedOut, u"the server at %1 did not answer within %2"_s.arg(
                                 m_path, seconds(m_options.helloTimeout)));
    });
}

AdminClient::~AdminClient() = default;

void AdminClient::connectTo(const QString &path)
{
    m_path = path;
    m_server = {};
    m_failures = 0;
    const QPointer<AdminClient> guard(this);
    const quint64 attempt = m_attempt + 1;
    close();
    if (guard && attempt == m_attempt)
        begin();
}

void AdminClient::retry()
{
    if (!m_path.isEmpty() && (m_state == State::Idle || m_state == State::Waiting))
        begin();
}

void AdminClient::begin()
{
    ++m_attempt;
    m_state = State::Connecting;
    m_helloTimer.start(m_options.helloTimeout);
    m_retryTimer.start(0ms);
}

void AdminClient::close()
{
    ++m_attempt;
    disconnectSocket();
    m_state = State::Idle;
    dropCalls();
}

std::chrono::milliseconds AdminClient::untilRetry() const
{
    return m_state == State::Waiting ? m_retryTimer.remainingTimeAsDuration() : 0ms;
}

void AdminClient::call(const QString &method, const QJsonObject &params, Answer answer)
{
    if (m_state != State::Ready)
        return answerLater(std::move(answer), {RpcCode::InternalError, u"not connected"_s});
    const qint64 id = m_nextId++;
    const QByteArray line = encodeRequest({id, method, params});
    if (line.size() > MaxAdminLine + 1) {
        return answerLater(
            std::move(answer),
            {RpcCode::InvalidRequest,
             u"the call is longer than the %1 bytes that a server takes"_s.arg(MaxAdminLine)});
    }
    m_socket->write(line);
    const bool isFirst = m_calls.empty();
    const auto due = std::chrono::steady_clock::now() + m_options.callTimeout;
    m_calls.emplace(id, Pending{method, std::move(answer), due});
    if (isFirst && m_options.callTimeout > 0ms)
        m_callTimer.start(m_options.callTimeout);
}

void AdminClient::answerLater(Answer answer, RpcError error)
{
    QMetaObject::invokeMethod(
        this,
        [given = std::move(answer), result = RpcResult(std::move(error))] {
            if (given)
                given(result);
        },
        Qt::QueuedConnection);
}

void AdminClient::open()
{
    m_state = State::Connecting;
    if (!m_helloTimer.isActive())
        m_helloTimer.start(m_options.helloTimeout);
    const int error = connectSocket();
    if (error == 0) {
        sayHello();
    } else if (error == EAGAIN) {
        m_retryTimer.start(BacklogDelay);
    } else {
        const AdminFailure failure = connectFailure(error, m_path);
        fail(failure.kind, failure.message);
    }
}

// Returns 0 or an errno. Not with QLocalSocket, which tells few errors apart and seeks names that
// are relative in the folder for temporary files.
int AdminClient::connectSocket()
{
    const int fd = connectUnixSocket(m_path);
    if (fd < 0)
        return -fd;
    m_decoder = LineDecoder(MaxServerLine);
    m_socket = std::make_unique<QLocalSocket>();
    m_socket->setReadBufferSize(ReadBuffer);
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &AdminClient::readLines,
            Qt::QueuedConnection);
    connect(m_socket.get(), &QLocalSocket::disconnected, this, &AdminClient::leaveIfEnded,
            Qt::QueuedConnection);
    connect(m_socket.get(), &QLocalSocket::errorOccurred, this, &AdminClient::leaveIfEnded,
            Qt::QueuedConnection);
    if (m_socket->setSocketDescriptor(fd))
        return 0;
    ::close(fd);
    return EBADF;
}

void AdminClient::sayHello()
{
    m_helloId = m_nextId++;
    m_socket->write(
        encodeRequest({m_helloId,
                       u"hello"_s,
                       {{u"protocol"_s, AdminProtocolVersion}, {u"name"_s, m_options.name}}}));
}

QString AdminClient::refusal(const RpcError &error) const
{
    return u"the server at %1 refused the session: %2"_s.arg(m_path,
                                                             escapedText(error.message.toUtf8()));
}

void AdminClient::takeHello(const RpcResult &result)
{
    if (const auto *error = std::get_if<RpcError>(&result))
        return fail(Kind::Incompatible, refusal(*error));
    const QJsonObject server = resultObject(result);
    const qint64 protocol = server.value("protocol"_L1).toInteger();
    if (protocol != AdminProtocolVersion) {
        const QString version = escapedText(server.value("version"_L1).toString().toUtf8(), 40);
        return fail(
            Kind::Incompatible,
            u"the server at %1 speaks version %2 of the protocol, and this program %3: use "
            "the program that belongs to the server (its version is \"%4\")"_s.arg(
                m_path, QString::number(protocol), QString::number(AdminProtocolVersion), version));
    }
    m_helloTimer.stop();
    m_server = server;
    m_failures = 0;
    m_state = State::Ready;
    Q_EMIT ready();
}

void AdminClient::readLines()
{
    if (!m_socket)
        return;
    m_decoder.append(m_socket->readAll());
    const QPointer<AdminClient> guard(this);
    const quint64 attempt = m_attempt;
    while (const std::optional<QByteArray> line = m_decoder.next()) {
        takeLine(*line);
        if (!guard || attempt != m_attempt)
            return;
    }
    if (m_decoder.overflowed()) {
        fail(Kind::Incompatible, u"the server at %1 sent a line of more than %2 bytes"_s.arg(
                                     m_path, QString::number(MaxServerLine)));
    }
}

void AdminClient::takeLine(QByteArrayView line)
{
    const Expected<RpcMessage> message = decodeMessage(line);
    if (!message) {
        return fail(Kind::Incompatible,
                    u"what listens at %1 is no server of Truepeer, or a damaged one: %2"_s.arg(
                        m_path, message.error().message));
    }
    if (const auto *answer = std::get_if<RpcAnswer>(&*message))
        return takeAnswer(*answer);
    const auto &notification = std::get<RpcNotification>(*message);
    if (m_state == State::Ready)
        Q_EMIT notified(notification.method, notification.params);
}

void AdminClient::takeAnswer(const RpcAnswer &answer)
{
    const qint64 id = answer.id.toInteger();
    if (m_state == State::Connecting && (id == m_helloId || answer.id.isNull()))
        return takeHello(answer.result);
    if (answer.id.isNull())
        return fail(Kind::Incompatible, refusal(std::get<RpcError>(answer.result)));
    if (id <= m_helloId || id >= m_nextId) {
        return fail(Kind::Incompatible,
                    u"the server at %1 answered a call that was not made"_s.arg(m_path));
    }
    // Without its entry the call was answered by a time-out.
    const auto node = m_calls.extract(id);
    if (!node.empty() && node.mapped().answer)
        node.mapped().answer(answer.result);
}

void AdminClient::leaveIfEnded()
{
    if (!m_socket || m_socket->state() == QLocalSocket::ConnectedState)
        return;
    const QPointer<AdminClient> guard(this);
    const quint64 attempt = m_attempt;
    readLines();
    if (!guard || attempt != m_attempt)
        return;
    fail(Kind::Lost,
         m_state == State::Ready
             ? u"the connection to the server at %1 ended"_s.arg(m_path)
             : u"the server at %1 ended the connection before it said hello"_s.arg(m_path));
}

void AdminClient::fail(Kind kind, const QString &message)
{
    const QPointer<AdminClient> guard(this);
    const quint64 attempt = ++m_attempt;
    disconnectSocket();
    m_state = State::Idle;
    if (m_options.reconnect) {
        m_state = State::Waiting;
        m_retryTimer.start(nextDelay());
    }
    ++m_failures;
    dropCalls();
    if (guard && attempt == m_attempt)
        Q_EMIT failed({kind, message});
}

void AdminClient::disconnectSocket()
{
    m_socket.reset();
    m_helloTimer.stop();
    m_retryTimer.stop();
}

std::chrono::milliseconds AdminClient::nextDelay() const
{
    const auto doublings = std::min(m_failures, 20);
    const auto delay = std::min(m_options.firstDelay * (1 << doublings), m_options.longestDelay);
    // Clients that lost the same server do not come back all at once.
    const double jitter = 0.75 + QRandomGenerator::global()->generateDouble() / 2;
    const auto count = static_cast<double>(delay.count()) * jitter;
    return std::min(std::chrono::milliseconds(static_cast<qint64>(count)), m_options.longestDelay);
}

void AdminClient::dropCalls()
{
    m_callTimer.stop();
    const QPointer<AdminClient> guard(this);
    const auto calls = std::exchange(m_calls, {});
    const RpcResult result = RpcError(RpcCode::InternalError, u"connection lost"_s);
    for (const auto &[id, call] : calls) {
        if (!guard)
            return;
        if (call.answer)
            call.answer(result);
    }
}

void AdminClient::expireCalls()
{
    const auto now = std::chrono::steady_clock::now();
    std::vector<Pending> expired;
    while (!m_calls.empty() && m_calls.begin()->second.due <= now)
        expired.push_back(std::move(m_calls.extract(m_calls.begin()).mapped()));
    if (!m_calls.empty()) {
        m_callTimer.start(
            std::chrono::ceil<std::chrono::milliseconds>(m_calls.begin()->second.due - now));
    }
    const QPointer<AdminClient> guard(this);
    const QString limit = seconds(m_options.callTimeout);
    for (const Pending &call : expired) {
        if (!guard)
            return;
        if (call.answer) {
            call.answer(RpcError(RpcCode::InternalError,
                                 u"no answer to %1 within %2"_s.arg(call.method, limit)));
        }
    }
}

} // namespace truepeer
