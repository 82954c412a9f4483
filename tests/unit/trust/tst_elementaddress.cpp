// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/elementaddress.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

// Rule 4.
class tst_ElementAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void elements_data();
    void elements();
    void reasons_data();
    void reasons();
};

void tst_ElementAddress::elements_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("plain"); // empty: unusable
    QTest::addColumn<QByteArray>("node");
    const auto row = [](const char *text, const char *plain, const char *node) {
        QTest::addRow("\"%s\"", text) << QByteArray(text) << QByteArray(plain) << QByteArray(node);
    };
    const auto both = [row](const char *text, const char *address) { row(text, address, address); };
    both("203.0.113.7", "203.0.113.7");
    both("203.0.113.7:4711", "203.0.113.7");
    both("203.0.113.7:0", "203.0.113.7");
    both("203.0.113.7:00080", "203.0.113.7");
    both("203.0.113.7:65535", "203.0.113.7");
    both("[2001:db8::7]", "2001:db8::7");
    both("[2001:DB8::7]:443", "2001:db8::7");
    both("[::ffff:10.0.0.5]:1", "10.0.0.5");
    both("[fe80::7%eth0]", "fe80::7");
    both("[fe80::7%25eth0]:80", "fe80::7");
    both("[fe80::7%a.b_c~d-9]", "fe80::7");
    row("2001:db8::7", "2001:db8::7", "");
    row("2001:db8::7:8080", "2001:db8::7:8080", "");
    row("fe80::7%eth0", "fe80::7", "");
    row("::ffff:203.0.113.7", "203.0.113.7", "");
    row("::ffff:203.0.113.7%eth0", "203.0.113.7", "");
    row("::10.0.0.1", "::a00:1", "");
    row("203.0.113.7:_http", "", "203.0.113.7");
    row("[2001:db8::7]:_a.b-c_1", "", "2001:db8::7");
    for (const char *text : {"",
                             "0.0.0.0",
                             "0.0.0.0:80",
                             "::",
                             "[::]",
                             "[::]:80",
                             "::ffff:0.0.0.0",
                             "[::ffff:0:0]",
                             "unknown",
                             "UNKNOWN",
                             "_hidden",
                             "_hidden:80",
                             "unknown:80",
                             "203.0.113.7:",
                             "203.0.113.7:65536",
                             "203.0.113.7:100000",
                             "203.0.113.7:000080",
                             "203.0.113.7:+1",
                             "203.0.113.7: 1",
                             "203.0.113.7:80:80",
                             "203.0.113.7:_",
                             "203.0.113.7:_a/b",
                             "203.0.113.7%eth0",
                             "203.0.113.7/32",
                             "\"203.0.113.7\"",
                             "010.0.0.5",
                             "127.1",
                             "2130706433",
                             "0x7f.1",
                             "+1.2.3.4",
                             "10. 0.0.5",
                             "[203.0.113.7]",
                             "[2001:db8::7",
                             "2001:db8::7]",
                             "[2001:db8::7]x",
                             "[2001:db8::7]:",
                             "[2001:db8::7]:65536",
                             "[2001:db8::7]80",
                             "[]",
                             "[",
                             "[fe80::7%]",
                             "[fe80::7%a/b]",
                             "fe80::7%",
                             "fe80::7%a:b",
                             "fe80::7%a b",
                             "%eth0",
                             "[%eth0]",
                             "203.0.113.7\x01",
                             "localhost",
                             "host.example:80",
                             "(null)",
                             "1:2",
                             ":80",
                             "<script>",
                             "1.1.1.1, 2.2.2.2",
                             "[[::1]]",
                             "[::1]]"})
        both(text, "");
}

void tst_ElementAddress::elements()
{
    QFETCH(const QByteArray, text);
    const auto shown = [&text](ElementForm form) {
        const std::optional<IpAddress> address = elementAddress(text, form);
        return address ? address->toText() : QByteArray("");
    };
    QTEST(shown(ElementForm::Plain), "plain");
    QTEST(shown(ElementForm::Node), "node");
}

void tst_ElementAddress::reasons_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("reason");
    QTest::addRow("empty") << ""_ba << u"it is empty"_s;
    QTest::addRow("Apache") << "(null)"_ba << u"literal (null)"_s;
    QTest::addRow("unknown") << "Unknown"_ba << u"does not know"_s;
    QTest::addRow("unknown with a port") << "unknown:80"_ba << u"does not know"_s;
    QTest::addRow("obfuscated") << "_gazonk"_ba << u"hides the address"_s;
    QTest::addRow("nobody") << "0.0.0.0:80"_ba << u"0.0.0.0 is nobody's address"_s;
    QTest::addRow("garbage") << "<b>"_ba << u"it is no address"_s;
    QTest::addRow("IPv6 without brackets") << "2001:db8::7"_ba << u"in brackets"_s;
}

void tst_ElementAddress::reasons()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, reason);
    QVERIFY2(whyUnusable(text, ElementForm::Node).contains(reason),
             qPrintable(whyUnusable(text, ElementForm::Node)));
}

QTEST_APPLESS_MAIN(tst_ElementAddress)
#include "tst_elementaddress.moc"
