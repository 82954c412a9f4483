// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// http-vectors.json over real connections: http_vectors.py sends them and judges the answers.
#include "tests/support/serverprocess.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_WireHttpVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void allCases_data();
    void allCases();
};

void tst_WireHttpVectors::allCases_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::newRow("one thread") << "threads = 1\n"_ba;
    QTest::newRow("four threads") << "threads = 4\n"_ba;
}

void tst_WireHttpVectors::allCases()
{
    QFETCH(const QByteArray, config);
    ServerProcess server(config);
    QVERIFY2(server.isReady(), server.complaint().constData());
    QProcess runner;
    runner.setProcessChannelMode(QProcess::MergedChannels);
    runner.start(u"python3"_s,
                 {QStringLiteral(TRUEPEER_SOURCE_DIR "/tests/integration/http_vectors.py"),
                  u"127.0.0.1"_s, QString::number(server.port()), u"--path"_s, u"/health"_s,
                  u"--ws"_s, u"/"_s});
    QVERIFY2(runner.waitForFinished(90000), qPrintable(runner.errorString()));
    const QByteArray output = runner.readAll();
    QVERIFY2(runner.exitStatus() == QProcess::NormalExit && runner.exitCode() == 0,
             output.constData());
    QVERIFY2(output.contains("120 cases, 0 complaints"), output.constData());
}

QTEST_GUILESS_MAIN(tst_WireHttpVectors)
#include "tst_wirehttpvectors.moc"
