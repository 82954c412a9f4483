// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commands.h"
#include "server/ctl/session.h"

#include <QHash>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int PlainRows = 20; // where there is no screen to fill

class TopScreen
{
public:
    explicit TopScreen(Session &session)
        : m_session(session)
    {
    }

    // The next picture; nothing when the server gave none.
    std::optional<QString> draw();

private:
    struct Counts
    {
        double in = 0;
        double out = 0;
    };

    QString headText(const QJsonObject &status) const;
    QString clientTable(const QJsonArray &rows);
    int rowLimit() const;

    Session &m_session;
    QHash<QString, Counts> m_before; // by client: what it had in the last picture
};

QString TopScreen::headText(const QJsonObject &status) const
{
    const QJsonObject rates = status.value("rates"_L1).toObject();
    const QString word =
        status.value("draining"_L1).toBool() ? u"draining"_s : valueText(status.value("status"_L1));
    const auto rate = [&rates](QLatin1StringView name) -> QString {
        return memberText(name, rates.value(name)) + u"/s"_s;
    };
    QString first = valueText(m_session.server().server().value("listen"_L1)) + u"  "_s + word;
    first += u"  up %1  clients %2 of %3  trust revision %4"_s.arg(
        memberText(u"uptime"_s, status.value("uptime"_L1)), valueText(status.value("clients"_L1)),
        valueText(status.value("clients_max"_L1)), valueText(status.value("trust_revision"_L1)));
    QString second = u"messages in %1  out %2  bytes in %3  out %4  connects %5  lag %6 ms"_s.arg(
        rate("messages_in"_L1), rate("messages_out"_L1), rate("bytes_in"_L1), rate("bytes_out"_L1),
        rate("connects"_L1), valueText(status.value("loop_lag_ms"_L1)));
    const int width = m_session.layout().width;
    if (width > 0) {
        first = elided(first, width);
        second = elided(second, width);
    }
    return m_session.paint(first, word == "healthy"_L1 ? Colour::Strong : Colour::Notice) + u'\n'
           + second + u'\n';
}

QString TopScreen::clientTable(const QJsonArray &rows)
{
    Table table({{u"ID"_s, false, 20},
                 {u"CLIENT"_s, false, 39},
                 {u"NAMESPACE"_s, false, 6, 3},
                 {u"IN/S"_s, true},
                 {u"OUT/S"_s, true},
                 {u"IN"_s, true, 0, 2},
                 {u"OUT"_s, true, 0, 1},
                 {u"QUEUE"_s, true},
                 {u"IDLE"_s, true},
                 {u"USER AGENT"_s}});
    QHash<QString, Counts> now;
    for (const QJsonValue &value : rows) {
        const QJsonObject row = value.toObject();
        const QString id = valueText(row.value("id"_L1));
        const Counts counts{row.value("messages_in"_L1).toDouble(),
                            row.value("messages_out"_L1).toDouble()};
        now.insert(id, counts);
        // A round takes a second; who was not in the last one has no rate yet.
        const bool isOld = m_before.contains(id);
        const Counts before = m_before.value(id);
        table.add({{id},
                   {valueText(row.value("client"_L1))},
                   {valueText(row.value("namespace"_L1))},
                   {isOld ? numberText(counts.in - before.in) : u"-"_s},
                   {isOld ? numberText(counts.out - before.out) : u"-"_s},
                   {numberText(counts.in)},
                   {numberText(counts.out)},
                   {memberText(u"queue_bytes"_s, row.value("queue_bytes"_L1))},
                   {memberText(u"idle_s"_s, row.value("idle_s"_L1))},
                   {valueText(row.value("user_agent"_L1)), Colour::Faint}});
    }
    m_before = std::move(now);
    return table.isEmpty() ? u"no clients\n"_s : table.toText(m_session.layout());
}

int TopScreen::rowLimit() const
{
    Console &console = m_session.console();
    if (!console.isTerminal())
        return static_cast<int>(m_session.number(u"limit"_s, PlainRows));
    // Two lines of state, an empty one, and the titles; the cursor stands in the last line.
    const int room = std::clamp(console.height() - 5, 1, 500);
    return static_cast<int>(std::min<qint64>(room, m_session.number(u"limit"_s, room)));
}

std::optional<QString> TopScreen::draw()
{
    const std::optional<QJsonObject> status = m_session.call(u"status"_s);
    if (!status)
        return std::nullopt;
    QJsonObject params{
        {u"sort"_s, u"messages_in"_s}, {u"order"_s, u"desc"_s}, {u"limit"_s, rowLimit()}};
    m_session.copyText(u"filter"_s, params);
    m_session.copyText(u"sort"_s, params);
    const std::optional<QJsonObject> clients = m_session.call(u"clients.list"_s, params);
    if (!clients)
        return std::nullopt;
    if (m_session.wantsJson())
        return jsonLine({{u"status"_s, *status}, {u"clients"_s, *clients}});
    return headText(*status) + u'\n' + clientTable(rowsOf(*clients));
}

// Gives the terminal back on every way out.
class ScreenGuard
{
    Q_DISABLE_COPY_MOVE(ScreenGuard)

public:
    ScreenGuard(Console &console, bool isOn)
        : m_console(console)
        , m_isOn(isOn)
    {
        if (m_isOn)
            m_console.enterScreen();
    }
    ~ScreenGuard() { leave(); }
    void leave()
    {
        if (m_isOn)
            m_console.leaveScreen();
        m_isOn = false;
    }

private:
    Console &m_console;
    bool m_isOn;
};

} // namespace

int runTop(Session &session)
{
    Console &console = session.console();
    const bool isScreen = console.isTerminal() && !session.wantsJson();
    const qint64 rounds = session.number(u"iterations"_s, 0); // 0: until somebody ends it
    TopScreen screen(session);
    std::optional<QString> picture = screen.draw();
    if (!picture)
        return session.status();
    ScreenGuard guard(console, isScreen);
    for (qint64 round = 1;; ++round) {
        // Home, then each line over the old one, then what is left below: without flicker.
        console.write(isScreen
                          ? u"\x1b[H"_s + picture->replace(u"\n"_s, u"\x1b[K\n"_s) + u"\x1b[J"_s
                          : (round > 1 && !session.wantsJson() ? u'\n' + *picture : *picture));
        if (round == rounds || !console.pause(std::chrono::seconds(1)))
            break;
        picture = screen.draw();
        if (!picture)
            break;
    }
    guard.leave();
    // The last picture stays on the terminal; the reason of a failure was already printed.
    if (picture && isScreen)
        console.write(picture->remove(u"\x1b[K"_s));
    return picture ? CtlExit::Ok : session.status();
}

} // namespace truepeer
