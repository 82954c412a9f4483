// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trusttester.h"

#include "gui/models/serverlink.h"
#include "gui/models/trustdraft.h"
#include "shared/net/ascii.h"

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto TesterDelay = std::chrono::milliseconds(300);
constexpr qsizetype ShownByServer = 200; // characters of a header's value

// What escapedText() made of printable text. Other bytes stay as they are written.
QString unescaped(const QString &text)
{
    QString out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'\\' && i + 1 < text.size() && text[i + 1] == u'\\')
            ++i;
        out += text[i];
    }
    return out;
}

// The address that the PROXY protocol announced; empty when there was none.
QString announcedBy(const QJsonObject &resolution)
{
    for (const QJsonValue &value : resolution.value("trail"_L1).toArray()) {
        const QJsonObject step = value.toObject();
        if (step.value("header"_L1).toString() == "PROXY"_L1)
            return step.value("address"_L1).toString();
    }
    return {};
}

QString hostLine(const QJsonObject &client)
{
    const QString host = client.value("host"_L1).toString();
    const int port = client.value("port"_L1).toInt();
    const QString shown =
        host.contains(u':') && !host.startsWith(u'[') ? QString(u'[' + host + u']') : host;
    return u"Host: "_s + shown
           + (port == 0 || port == 80 || port == 443 ? QString()
                                                     : QString(u':' + QString::number(port)));
}

} // namespace

HeaderText parseHeaderText(const QString &text)
{
    HeaderText result;
    int number = 0;
    for (QString line : text.split(u'\n')) {
        ++number;
        line = line.trimmed();
        if (line.startsWith(u"> "_s)) // as curl -v prints requests
            line = line.sliced(2).trimmed();
        const bool isRequestLine = number == 1 && line.contains(u" HTTP/"_s);
        if (line.isEmpty() || line == ">"_L1 || isRequestLine)
            continue;
        const qsizetype colon = line.indexOf(u':');
        const QString name = line.left(std::max(colon, qsizetype{0})).trimmed();
        if (colon <= 0 || !ascii::isToken(name.toUtf8()))
            result.problems.append(u"line %1 is no header; write Name: value"_s.arg(number));
        else
            result.headers.append(QJsonArray{name, line.sliced(colon + 1).trimmed()});
    }
    return result;
}

TrustTester::TrustTester(const ModelContext &context, TrustDraft &draft, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_draft(draft)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(TesterDelay);
    connect(&m_timer, &QTimer::timeout, this, &TrustTester::run);
    const auto again = [this] {
        if (m_isTested)
            m_timer.start();
    };
    connect(&draft, &TrustDraft::edited, this, again);
    connect(&context.link, &ServerLink::up, this, again);
}

TrustTester::~TrustTester() = default;

void TrustTester::forget()
{
    ++m_run; // answers that are under way are about something else
    m_now = {};
    m_withDraft = {};
    m_problem.clear();
    m_remarks.clear();
    m_clientId.clear();
    m_isTested = false;
    m_timer.stop();
}

void TrustTester::clear()
{
    forget();
    m_peer.clear();
    m_headers.clear();
    Q_EMIT requestChanged();
    Q_EMIT changed();
}

void TrustTester::test(const QString &peer, const QString &headers)
{
    const bool isSame = peer == m_peer && headers == m_headers;
    const QString client = isSame ? m_clientId : QString();
    const QStringList remarks = isSame ? m_remarks : QStringList();
    forget();
    m_clientId = client;
    m_remarks = remarks;
    m_peer = peer.trimmed();
    m_headers = headers;
    m_isTested = true;
    run();
}

void TrustTester::testClient(const QString &id)
{
    forget();
    m_clientId = id.trimmed();
    const quint64 number = m_run;
    m_context.link.call(u"clients.get"_s, {{u"id"_s, m_clientId}}, this,
                        [this, number](const RpcResult &result) {
                            if (number != m_run)
                                return;
                            if (const auto *error = std::get_if<RpcError>(&result)) {
                                m_problem = error->message;
                                m_clientId.clear();
                                Q_EMIT changed();
                            } else {
                                fill(resultObject(result));
                            }
                        });
    Q_EMIT changed();
}

void TrustTester::fill(const QJsonObject &client)
{
    const QJsonObject resolution = client.value("resolution"_L1).toObject();
    const QString announced = announcedBy(resolution);
    m_peer = announced.isEmpty() ? client.value("peer"_L1).toString() : announced;
    if (!announced.isEmpty())
        m_remarks.append(u"It came with the PROXY protocol; the test starts at the address that "
                         "it announced."_s);
    QStringList lines;
    for (const QJsonValue &value : resolution.value("headers"_L1).toArray()) {
        const QString name = value.toObject().value("name"_L1).toString();
        const QString text = value.toObject().value("value"_L1).toString();
        if (text.size() >= ShownByServer && text.endsWith("..."_L1))
            m_remarks.append(name
                             + u" is longer than what the server shows of it, so the test may come "
                               "to something else."_s);
        lines.append(name + u": "_s + unescaped(text));
    }
    if (resolution.value("from"_L1).toObject().value("host"_L1).isNull()
        && !client.value("host"_L1).toString().isEmpty())
        lines.append(hostLine(client));
    m_headers = lines.join(u'\n');
    m_isTested = true;
    Q_EMIT requestChanged();
    run();
}

void TrustTester::run()
{
    m_timer.stop();
    ++m_run;
    m_problem.clear();
    m_hasDraft = m_draft.hasEdits();
    const HeaderText parsed = parseHeaderText(m_headers);
    if (m_peer.isEmpty())
        m_problem = u"Write the address of the peer: who connects to the server."_s;
    else if (!parsed.problems.isEmpty())
        m_problem = parsed.problems.join(u"; "_s);
    else if (!m_context.link.isUp())
        m_problem = u"There is no connection to the server."_s;
    if (!m_problem.isEmpty()) {
        m_now = {};
        m_withDraft = {};
        Q_EMIT changed();
        return;
    }
    if (!m_hasDraft)
        m_withDraft = {};
    ask(false);
    if (m_hasDraft)
        ask(true);
}

void TrustTester::ask(bool withDraft)
{
    QJsonObject params{{u"peer"_s, m_peer}, {u"headers"_s, parseHeaderText(m_headers).headers}};
    if (withDraft) {
        params.insert("mode"_L1, trustModeName(m_draft.wanted().mode));
        params.insert("entries"_L1, trustEntriesToJson(m_draft.wanted(), false));
    }
    const quint64 number = m_run;
    m_context.link.call(u"trust.test"_s, params, this,
                        [this, number, withDraft](const RpcResult &result) {
                            if (number != m_run)
                                return;
                            Outcome &outcome = withDraft ? m_withDraft : m_now;
                            const auto *error = std::get_if<RpcError>(&result);
                            outcome.resolution = resultObject(result);
                            outcome.problem = error ? error->message : QString();
                            Q_EMIT changed();
                        });
}

bool TrustTester::differs() const
{
    if (m_now.resolution.isEmpty() || m_withDraft.resolution.isEmpty())
        return false;
    for (const QLatin1StringView member : {"client"_L1, "scheme"_L1, "host"_L1, "port"_L1}) {
        if (m_now.resolution.value(member) != m_withDraft.resolution.value(member))
            return true;
    }
    return false;
}

} // namespace truepeer
