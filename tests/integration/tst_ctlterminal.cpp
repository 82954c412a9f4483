// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// truepeerctl as an operator sees it, on a terminal.
#include "tests/support/ctlprocess.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

using Run = CtlProcess::Run;

class tst_CtlTerminal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void asksOnATerminal();
    void fitsTheTerminal_data();
    void fitsTheTerminal();
};

void tst_CtlTerminal::asksOnATerminal()
{
    ServerProcess server(QByteArray{});
    QVERIFY2(server.isReady(), server.complaint().constData());
    const auto onTerminal = [&server](const QString &line, const QByteArray &typed) {
        return CtlProcess::run(
            {.arguments = QStringList{u"--socket"_s, server.adminSocket()} + line.split(u' '),
             .input = typed,
             .columns = 80});
    };
    const auto edit = [&onTerminal](const QByteArray &typed) {
        return onTerminal(u"trust set --mode all"_s, typed);
    };
    const auto mode = [&server] {
        return CtlProcess::run(server, {u"trust"_s, u"list"_s, u"--json"_s})
            .json()["mode"_L1]
            .toString();
    };
    Run run = edit("n\n");
    VERIFY_RUN(run, run.exitCode == 5 && run.out.contains("[y/N]"));
    VERIFY_RUN(run, run.out.endsWith("nothing was done\n"));
    run = edit("\n");
    VERIFY_RUN(run, run.exitCode == 5 && run.out.contains("[y/N]"));
    QCOMPARE(mode(), u"none"_s);
    run = edit("y\n");
    VERIFY_RUN(run, run.exitCode == 0 && run.out.contains("[y/N]"));
    QCOMPARE(mode(), u"all"_s);

    EventClient client(server.port(), "127.0.0.3"_ba);
    QVERIFY(client.openAs("asked for"_ba));
    run = onTerminal(u"kick --filter ip:127.0.0.3"_s, "n\n");
    VERIFY_RUN(run, run.exitCode == 5 && run.out.contains("Kick 1 client? [y/N]"));
    QVERIFY(client.isResponsive());
}

void tst_CtlTerminal::fitsTheTerminal_data()
{
    QTest::addColumn<int>("columns");
    QTest::newRow("a usual one") << 80;
    QTest::newRow("a wide one") << 120;
    QTest::newRow("a very wide one") << 200;
}

void tst_CtlTerminal::fitsTheTerminal()
{
    QFETCH(const int, columns);
    ServerProcess server("host = [\"127.0.0.1\", \"::1\"]\ntrust_proxy = [\"127.0.0.2\"]\n"_ba);
    QVERIFY2(server.isReady(), server.complaint().constData());
    const QByteArray address = "2001:db8:1234:5678:9abc:def0:1234:5678"_ba;
    EventClient first(server.port(), "127.0.0.2"_ba);
    QVERIFY(first.openAs(QByteArray(150, 'u'), "X-Forwarded-For: " + address + "\r\n"));
    QVERIFY(first.join(QString(100, u'r')));
    EventClient second(server.port(), "::1"_ba);
    QVERIFY(second.openAs("Mozilla/5.0 (X11; Linux x86_64)"_ba, "Forwarded: for=192.0.2.1\r\n"));
    static const QRegularExpression colour(u"\x1b\\[[0-9;]*m"_s);
    for (const QString &line :
         {u"clients"_s, u"requests"_s, u"rooms"_s, u"trust list"_s, u"trust history"_s,
          u"trust suggest"_s, u"trust preview --add ::1"_s, u"config --changed"_s}) {
        const QStringList arguments =
            QStringList{u"--socket"_s, server.adminSocket()} + line.split(u' ');
        const Run plain = CtlProcess::run(
            {.arguments = arguments, .environment = {{u"NO_COLOR"_s, u"1"_s}}, .columns = columns});
        VERIFY_RUN(plain, plain.exitCode == 0 && !plain.out.contains('\x1b'));
        const QString text = QString::fromUtf8(plain.out);
        for (const QString &part : text.split(u'\n'))
            VERIFY_RUN(plain, part.size() <= columns);
        const Run painted = CtlProcess::run({.arguments = arguments, .columns = columns});
        VERIFY_RUN(painted, painted.out.contains('\x1b'));
        if (line == u"clients"_s) {
            // Whom it is about is never cut.
            VERIFY_RUN(plain, plain.out.contains(address) && plain.out.contains("\u2026"));
            VERIFY_RUN(plain, plain.out.contains(" 127.0.0.2 "));
            QCOMPARE(plain.out.contains("too narrow for "), columns < 200);
        }
    }
}

QTEST_GUILESS_MAIN(tst_CtlTerminal)
#include "tst_ctlterminal.moc"
