// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/forwarded.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

void appendValue(QByteArray &out, const char *name, const std::optional<ForwardedValue> &value)
{
    if (value)
        out += QByteArray(name) + '<' + value->text() + '>';
}

// "for<…>proto<…>host<…>" for each element, joined with "|"; "unusable" for a bad line.
QByteArray parsed(const QByteArray &line)
{
    ForwardedElements elements;
    if (!parseForwardedLine(line, elements))
        return elements.isEmpty() ? "unusable" : "unusable, but something was appended";
    QByteArray out;
    for (const ForwardedElement &element : elements) {
        if (&element != elements.data())
            out += '|';
        appendValue(out, "for", element.address);
        appendValue(out, "proto", element.proto);
        appendValue(out, "host", element.host);
    }
    return out;
}

} // namespace

class tst_Forwarded : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void lines_data();
    void lines();
    void everyByteInAToken();
    void everyByteInAQuotedString();
    void cutAnywhere();
    void elementsKeepTheirText();
    void listFromTheRight();
    void linesAreParsedWhenReached();
};

void tst_Forwarded::lines_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *what, const char *line, const char *expected) {
        QTest::addRow("%s", what) << QByteArray(line) << QByteArray(expected);
    };
    row("one pair", "for=1.2.3.4", "for<1.2.3.4>");
    row("RFC 7239 4, first example", "for=\"_gazonk\"", "for<_gazonk>");
    row("RFC 7239 4, second example", "For=\"[2001:db8:cafe::17]:4711\"",
        "for<[2001:db8:cafe::17]:4711>");
    row("RFC 7239 4, third example", "for=192.0.2.60;proto=http;by=203.0.113.43",
        "for<192.0.2.60>proto<http>");
    row("RFC 7239 4, fourth example", "for=192.0.2.43, for=198.51.100.17",
        "for<192.0.2.43>|for<198.51.100.17>");
    row("names ignore case", "FOR=a;PrOtO=b;HOST=c", "for<a>proto<b>host<c>");
    row("order does not matter", "host=c;for=a;proto=b", "for<a>proto<b>host<c>");
    row("blanks around separators", " for=a \t; proto=b ,\thost=c ", "for<a>proto<b>|host<c>");
    row("empty elements", ",, for=a,,for=b, ,", "for<a>|for<b>");
    row("empty pairs", ";;for=a;;proto=b;", "for<a>proto<b>");
    row("only pair separators is an element without parameters", "for=a, ;", "for<a>|");
    row("empty line", "", "");
    row("blank line", " \t", "");
    row("token characters", "for=a!#$%&'*+-.^_`|~9", "for<a!#$%&'*+-.^_`|~9>");
    row("unquoted brackets and colon in for", "for=[::1]:80", "for<[::1]:80>");
    row("unquoted brackets and colon in host", "host=[::1]:80", "host<[::1]:80>");
    row("unquoted colon in proto", "proto=a:b", "unusable");
    row("unquoted colon in by", "by=[::1]", "unusable");
    row("unquoted colon in an extension", "x=a:b", "unusable");
    row("quoted brackets in by", "by=\"[::1]\"", "");
    row("quoted-pair", "for=\"a\\b\\\"c\\\\d\"", "for<ab\"c\\d>");
    row("separators within quotes", "for=\"a;b=c, d\";proto=e", "for<a;b=c, d>proto<e>");
    row("empty quoted-string", "for=\"\"", "for<>");
    row("extension parameter", "secret=\"a\\\"b;c,d\";for=a", "for<a>");
    row("repeated extension parameter", "x=1;x=2;for=a", "for<a>");
    row("repeated for", "for=a;for=b", "unusable");
    row("repeated for, other case", "for=a;FOR=b", "unusable");
    row("repeated proto", "proto=a;proto=a", "unusable");
    row("repeated host", "host=a;host=a", "unusable");
    row("repeated by", "by=a;by=a", "unusable");
    row("by once in each element", "by=a, by=b, for=c", "||for<c>");
    row("repetition in a later element", "for=a, for=b;for=c", "unusable");
    row("no value", "for=", "unusable");
    row("no value before a separator", "for=;proto=a", "unusable");
    row("no name", "=a", "unusable");
    row("no equals sign", "for", "unusable");
    row("no equals sign in a later element", "for=a, secure", "unusable");
    row("blank before the equals sign", "for =a", "unusable");
    row("blank after the equals sign", "for= a", "unusable");
    row("blank instead of a separator", "for=a proto=b", "unusable");
    row("text behind a quoted-string", "for=\"a\"b", "unusable");
    row("quote within a token", "for=a\"b\"", "unusable");
    row("unterminated quote", "for=\"a", "unusable");
    row("unterminated quote over elements", "for=\"a, for=b", "unusable");
    row("backslash at the end", "for=\"a\\", "unusable");
    row("single quotes are token characters", "for='a'", "for<'a'>");
    row("slash", "for=a/b", "unusable");
    row("at sign", "host=u@h", "unusable");
    row("obs-text outside quotes", "for=\xc3\xbc", "unusable");
    row("obs-text within quotes", "for=\"\xc3\xbc\"", "for<\xc3\xbc>");
    row("control character within quotes", "for=\"a\x01\"", "unusable");
    row("escaped control character", "for=\"a\\\x01\"", "unusable");
    row("tab within quotes", "for=\"a\tb\"", "for<a\tb>");
}

void tst_Forwarded::lines()
{
    QFETCH(const QByteArray, line);
    QTEST(parsed(line), "expected");
}

void tst_Forwarded::everyByteInAToken()
{
    const QByteArray token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz";
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool isToken = token.contains(c);
        const bool isTolerated = c == ':' || c == '[' || c == ']';
        const auto line = [c](const char *name) -> QByteArray {
            return QByteArray(name) + "=a" + c + 'b';
        };
        QCOMPARE(parsed(line("proto")) != "unusable", isToken);
        QCOMPARE(parsed(line("for")) != "unusable", isToken || isTolerated);
        QCOMPARE(parsed(QByteArray("a") + c + "b=c") != "unusable", isToken);
    }
}

void tst_Forwarded::everyByteInAQuotedString()
{
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool isText = c == '\t' || (byte >= 0x20 && byte != 0x7f);
        QCOMPARE(parsed(QByteArray("for=\"a") + c + "b\"") != "unusable", isText && c != '"');
        QCOMPARE(parsed(QByteArray("for=\"a\\") + c + "b\"") != "unusable", isText);
    }
}

// However a line is cut, each part is judged for itself and nothing is read behind its end.
void tst_Forwarded::cutAnywhere()
{
    const QByteArray line =
        "for=\"[2001:db8::7]:_x\";proto=https; host=\"a\\b:80\" , , for=b;by=\"c\"";
    QCOMPARE(parsed(line), "for<[2001:db8::7]:_x>proto<https>host<ab:80>|for<b>"_ba);
    for (qsizetype size = 0; size <= line.size(); ++size) {
        const QByteArray copy = line.first(size); // its own memory, so that ASan sees its end
        ForwardedElements elements;
        const bool good = parseForwardedLine(copy, elements);
        ForwardedElements from;
        const bool goodInPlace = parseForwardedLine(QByteArrayView(line).first(size), from);
        QCOMPARE(good, goodInPlace);
        QCOMPARE(elements.size(), from.size());
        int quotes = 0;
        for (const char c : copy)
            quotes += c == '"' ? 1 : 0;
        if (quotes % 2 == 1)
            QVERIFY(!good);
    }
}

void tst_Forwarded::elementsKeepTheirText()
{
    ForwardedElements elements;
    QVERIFY(parseForwardedLine("for=a ;proto=b , ; , by=\"x,y\" ", elements));
    QCOMPARE(elements.size(), 3);
    QCOMPARE(elements[0].source, QByteArrayView("for=a ;proto=b"));
    QCOMPARE(elements[1].source, QByteArrayView(";"));
    QCOMPARE(elements[2].source, QByteArrayView("by=\"x,y\""));
}

void tst_Forwarded::listFromTheRight()
{
    const HeaderValues values{"for=a, for=b", " for=\"c ", "", "for=d,for=e"};
    ForwardedList list(values);
    const QList<QByteArray> expected = {"e", "d", "", "b", "a"};
    for (const qsizetype i : {4, 0, 3, 1, 2}) {
        const ForwardedElement *element = list.at(i);
        QVERIFY(element);
        QCOMPARE(element->usable, i != 2);
        if (element->usable)
            QCOMPARE(element->address->text(), expected[i]);
        else
            QCOMPARE(element->source, QByteArrayView("for=\"c"));
    }
    QVERIFY(!list.at(5));
    QVERIFY(!ForwardedList().at(0));
}

void tst_Forwarded::linesAreParsedWhenReached()
{
    // Were the left line looked at, its memory would be read; it has none.
    const HeaderValues values{QByteArrayView(), "for=a"};
    ForwardedList list(values);
    QVERIFY(list.at(0));
    QVERIFY(!list.at(1));
}

QTEST_APPLESS_MAIN(tst_Forwarded)
#include "tst_forwarded.moc"
