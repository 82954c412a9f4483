// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/clients/clientfilter.h"

#include <QRegularExpression>
#include <QTest>

#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Now = 1'700'000'000;

ClientInfo lobbyClient()
{
    ClientInfo info(17, *IpAddress::parse("10.0.0.7"));
    info.client = *IpAddress::parse("203.0.113.9");
    info.via = {*IpAddress::parse("10.0.0.7"), *IpAddress::parse("2001:db8:5::1")};
    info.host = "chat.example.org"_ba;
    info.url = u"https://chat.example.org/secret"_s;
    info.userAgent = u"Some \"Bot\" 1.0 \\o/ \u00c9t\u00e9"_s;
    info.origin = u"https://Example.com"_s;
    info.nameSpace = u"/game"_s;
    info.rooms = {
        {u"/"_s, u"lobby"_s}, {u"/game"_s, u"red"_s}, {u"/"_s, u"Tea Room"_s}, {u"/"_s, u"a:b"_s}};
    info.connectedAt = Now - 3600;
    info.idle = 300;
    info.queueBytes = 65'536;
    info.bytesIn = 3 << 20;
    info.bytesOut = qint64{2} << 30;
    return info;
}

bool matchesLobbyClient(const QString &text)
{
    return ClientFilter::parse(text).filter.value().matches(lobbyClient(), Now);
}

} // namespace

class tst_ClientFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void terms_data();
    void terms();
    void numbers_data();
    void numbers();
    void ipv6Words_data();
    void ipv6Words();
    void errors_data();
    void errors();
    void unknownKeysSuggestTheNearest_data();
    void unknownKeysSuggestTheNearest();
    void lengthIsCapped();
    void termsAreCapped();
    void anEmptyFilterMatchesEverybody_data();
    void anEmptyFilterMatchesEverybody();
    void flags();
    void anIdIsMatchedAsAWhole();
    void ageOfAClosedClientIsItsDuration();
    void saysWhetherViaIsNeeded();
    void saysWhetherTextsAreNeeded();
    void everyKeyIsKnownToTheParser();
    void anyPrefixOfAFilterIsSafe();
};

void tst_ClientFilter::terms_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("expected");
    const auto yes = [](const char *name, const QString &text) {
        QTest::newRow(name) << text << true;
    };
    const auto no = [](const char *name, const QString &text) {
        QTest::newRow(name) << text << false;
    };
    yes("the client's address", u"ip:203.0.113.9"_s);
    yes("the client's range", u"ip:203.0.113.0/24"_s);
    yes("a range with bits behind the prefix", u"ip:203.0.113.77/24"_s);
    yes("an IPv4-mapped range", u"ip:::ffff:203.0.113.0/120"_s);
    yes("all of IPv4", u"ip:0.0.0.0/0"_s);
    no("all of IPv6", u"ip:::/0"_s);
    no("another client's address", u"ip:203.0.113.8"_s);
    no("the peer's address is not the client's", u"ip:10.0.0.7"_s);
    yes("the peer's range", u"peer:10.0.0.0/8"_s);
    no("the client's address is not the peer's", u"peer:203.0.113.9"_s);
    yes("the peer as a trusted hop", u"via:10.0.0.7"_s);
    yes("another trusted hop", u"via:2001:db8::/32"_s);
    yes("a hop in quotes", u"via:\"2001:DB8:5:0::1\""_s);
    no("the client is no hop", u"via:203.0.113.9"_s);

    yes("a room of the root namespace", u"room:lobby"_s);
    yes("a room of another namespace by its name", u"room:red"_s);
    yes("a room with its namespace", u"room:/game:red"_s);
    yes("a room with the root namespace", u"room:/:lobby"_s);
    yes("a room with a colon in its name", u"room:a:b"_s);
    yes("a room with a blank in its name", u"room:\"Tea Room\""_s);
    no("a room in the wrong namespace", u"room:/game:lobby"_s);
    no("a part of a room's name", u"room:lob"_s);
    no("a room's name in another case", u"room:Lobby"_s);
    yes("the namespace", u"ns:/game"_s);
    no("the namespace of a room only", u"ns:/"_s);
    no("a part of the namespace", u"ns:game"_s);

    yes("a part of the host in another case", u"host:EXAMPLE.org"_s);
    no("another host", u"host:example.com"_s);
    yes("a part of the user agent in another case", u"ua:bot"_s);
    yes("beyond ASCII in another case", u"ua:\u00e9T\u00c9"_s);
    yes("a quote and a blank in quotes", uR"(ua:"Some \"Bot")"_s);
    yes("a backslash in quotes, doubled", uR"(ua:"1.0 \\o/")"_s);
    yes("a backslash in quotes, single", uR"(ua:"1.0 \o/")"_s);
    yes("a backslash without quotes", uR"(ua:\o/)"_s);
    no("the host is no user agent", u"ua:chat"_s);
    yes("a part of the origin", u"origin:example.COM"_s);
    yes("an origin with its colon", u"origin:https://example.com"_s);
    no("the host is no origin", u"origin:chat"_s);

    yes("a word: the id", u"17"_s);
    yes("a word: a part of the client", u"113.9"_s);
    yes("a word: a part of the peer", u"10.0.0"_s);
    yes("a word: a part of the host", u"CHAT"_s);
    yes("a word: a part of the user agent", u"some"_s);
    yes("a word: a range with the client", u"203.0.112.0/23"_s);
    yes("a word: a range with the peer", u"10.0.0.0/29"_s);
    yes("a word in quotes", u"\"bot\\\" 1.0\""_s);
    no("a word: a room", u"lobby"_s);
    no("a word: the origin", u"example.com"_s);
    no("a word: the path", u"secret"_s);
    no("a word: a range without both", u"198.51.100.0/24"_s);
    no("a word in quotes may look like a key", u"\"room:lobby\""_s);
    no("a word: a number and a colon are no key", u"a1:b"_s);

    yes("two terms that match", u"room:lobby bot"_s);
    no("the second one does not", u"room:lobby ip:10.0.0.0/8"_s);
    no("the first one does not", u"ip:10.0.0.0/8 room:lobby"_s);
    yes("blanks around and between", u" \t room:lobby \n  bot  "_s);
    yes("keys and values in upper case", u"ROOM:lobby Known:YES IDLE:>4M"_s);
    yes("negated", u"-ip:10.0.0.0/8"_s);
    no("a negated match", u"-ip:203.0.113.0/24"_s);
    yes("a negated word", u"-firefox"_s);
    no("a negated match of a word", u"-bot"_s);
    yes("negated quotes", u"-\"no such\""_s);
    no("a negated match of quotes", u"-ua:\"some \""_s);
    yes("a negated key and a plain one", u"-room:blue room:red"_s);
    yes("a dash within a value", u"-room:-lobby"_s);
    no("a dash in quotes is text", u"\"-firefox\""_s);
    yes("the example of the manual", u"ip:203.0.113.0/24 room:lobby ns:/game idle:>4m queue:>63k "
                                     "via:10.0.0.7 -ip:10.0.0.0/8 bot"_s);
}

void tst_ClientFilter::terms()
{
    QFETCH(const QString, text);
    QFETCH(const bool, expected);
    QCOMPARE(matchesLobbyClient(text), expected);
    // The same as one term among others.
    QCOMPARE(matchesLobbyClient(u"known:yes "_s + text + u" conflict:no"), expected);
}

void tst_ClientFilter::numbers_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("same");    // the row's value
    QTest::addColumn<QString>("less");    // one unit below
    QTest::addColumn<QString>("greater"); // one unit above
    const auto row = [](const char *name, const QString &key, const QString &same,
                        const QString &less, const QString &greater) {
        QTest::newRow(name) << key << same << less << greater;
    };
    row("idle in seconds without a unit", u"idle"_s, u"300"_s, u"299"_s, u"301"_s);
    row("idle in seconds", u"idle"_s, u"300s"_s, u"299s"_s, u"301s"_s);
    row("idle in minutes", u"idle"_s, u"5m"_s, u"4m"_s, u"6m"_s);
    row("idle in minutes, upper case", u"idle"_s, u"5M"_s, u"4M"_s, u"6M"_s);
    row("idle with leading zeros", u"idle"_s, u"005m"_s, u"004m"_s, u"006m"_s);
    row("idle against other units", u"idle"_s, u"5m"_s, u"0"_s, u"1d"_s);
    row("age in minutes", u"age"_s, u"60m"_s, u"59m"_s, u"61m"_s);
    row("age in hours", u"age"_s, u"1h"_s, u"0h"_s, u"2h"_s);
    row("age against days", u"age"_s, u"3600"_s, u"0d"_s, u"1d"_s);
    row("queue in bytes", u"queue"_s, u"65536"_s, u"65535"_s, u"65537"_s);
    row("queue in kibibytes", u"queue"_s, u"64k"_s, u"63k"_s, u"65k"_s);
    row("queue in kibibytes, upper case", u"queue"_s, u"64K"_s, u"63K"_s, u"65K"_s);
    row("bytes in, in mebibytes", u"in"_s, u"3M"_s, u"2M"_s, u"4M"_s);
    row("bytes in, lower case", u"in"_s, u"3m"_s, u"2m"_s, u"4m"_s);
    row("bytes out, in gibibytes", u"out"_s, u"2G"_s, u"1G"_s, u"3G"_s);
    row("the largest numbers", u"in"_s, u"3145728"_s, u"0"_s, u"9223372036854775807"_s);
    row("the largest number with a unit", u"in"_s, u"3072k"_s, u"0k"_s, u"8589934591G"_s);
}

void tst_ClientFilter::numbers()
{
    QFETCH(const QString, key);
    QFETCH(const QString, same);
    QFETCH(const QString, less);
    QFETCH(const QString, greater);
    struct Sign
    {
        QString text;
        bool same;
        bool less; // the answer for a bound below the row's value
        bool greater;
    };
    const QList<Sign> signs{{u""_s, true, true, false},   {u">="_s, true, true, false},
                            {u">"_s, false, true, false}, {u"<"_s, false, false, true},
                            {u"<="_s, true, false, true}, {u"="_s, true, false, false}};
    for (const Sign &sign : signs) {
        const QString start = key + u':' + sign.text;
        QVERIFY2(matchesLobbyClient(start + same) == sign.same, qPrintable(start + same));
        QVERIFY2(matchesLobbyClient(start + less) == sign.less, qPrintable(start + less));
        QVERIFY2(matchesLobbyClient(start + greater) == sign.greater, qPrintable(start + greater));
        const QString inQuotes = u"-%1:\"%2%3\""_s.arg(key, sign.text, same);
        QVERIFY2(matchesLobbyClient(inQuotes) != sign.same, qPrintable(inQuotes));
    }
}

void tst_ClientFilter::ipv6Words_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("expected");
    QTest::newRow("the whole address") << u"dead:beef::17"_s << true;
    QTest::newRow("another form of it") << u"DEAD:beef:0:0::17"_s << true;
    QTest::newRow("its beginning, letters and a colon") << u"dead:"_s << true;
    QTest::newRow("its beginning, two groups") << u"DEAD:beef"_s << true;
    QTest::newRow("its end") << u"::17"_s << true;
    QTest::newRow("a range around it") << u"dead::/16"_s << true;
    QTest::newRow("negated") << u"-dead:beef::17"_s << false;
    QTest::newRow("an address within a longer one") << u"::1"_s << true;
    QTest::newRow("another address") << u"dead:beef::18"_s << false;
    QTest::newRow("another beginning") << u"beef:"_s << true;
    QTest::newRow("a beginning that is nowhere") << u"cafe:"_s << false;
    QTest::newRow("another range") << u"dead:bee0::/32"_s << false;
    QTest::newRow("mapped, the peer") << u"::ffff:10.0.0.7"_s << true;
    QTest::newRow("mapped, somebody else") << u"::ffff:10.0.0.8"_s << false;
}

void tst_ClientFilter::ipv6Words()
{
    QFETCH(const QString, text);
    ClientInfo info = lobbyClient();
    info.client = *IpAddress::parse("dead:beef::17");
    const ClientFilter::Parsed parsed = ClientFilter::parse(text);
    QVERIFY2(parsed.filter, qPrintable(parsed.problem.message));
    QTEST(parsed.filter->matches(info, Now), "expected");
}

void tst_ClientFilter::errors_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qsizetype>("position");
    QTest::addColumn<QString>("message"); // how it begins
    const auto row = [](const char *name, const QString &text, qsizetype position,
                        const QString &message) {
        QTest::newRow(name) << text << position << message;
    };
    const QString expectedRange =
        u" is no address or range. Expected an address, or an address and the length of its "
        "prefix, such as 203.0.113.0/24 or 2001:db8::/32."_s;
    row("no address", u"ip:example"_s, 3, u"\"example\""_s + expectedRange);
    row("no address, behind other terms", u"bot -peer:10.0.0"_s, 10,
        u"\"10.0.0\""_s + expectedRange);
    row("a legacy address", u"ip:010.0.0.1"_s, 3, u"\"010.0.0.1\""_s + expectedRange);
    row("a prefix that is too long", u"via:10.0.0.0/33"_s, 4, u"\"10.0.0.0/33\""_s + expectedRange);
    row("no prefix behind the slash", u"ip:10.0.0.0/"_s, 3, u"\"10.0.0.0/\""_s + expectedRange);
    row("a zone", u"ip:fe80::1%eth0"_s, 3, u"\"fe80::1%eth0\""_s + expectedRange);
    row("strange characters are escaped", u"ip:\u00e9\x1b"_s, 3,
        uR"("\xc3\xa9\x1b")"_s + expectedRange);
    row("long values are cut", u"ip:"_s + QString(100, u'x'), 3,
        u"\"%1...\""_s.arg(QString(37, u'x')) + expectedRange);

    row("neither yes nor no", u"known:maybe"_s, 6,
        u"\"maybe\" is not allowed here. Expected yes or no."_s);
    row("neither yes nor no, in quotes", u"-conflict:\"yes \""_s, 10,
        u"\"yes \" is not allowed here. Expected yes or no."_s);

    const QString noTime =
        u" is not allowed here. Expected a time such as >5m: a whole number, behind it s, m, h, d "
        "or nothing (seconds), in front of it >, >=, <, <=, = or nothing (at least)."_s;
    row("no number", u"idle:long"_s, 5, u"\"long\""_s + noTime);
    row("a unit without a number", u"idle:>m"_s, 5, u"\">m\""_s + noTime);
    row("a sign without a number", u"age:>="_s, 4, u"\">=\""_s + noTime);
    row("an unknown sign", u"age:=>5"_s, 4, u"\"=>5\""_s + noTime);
    row("below zero", u"age:>-5"_s, 4, u"\">-5\""_s + noTime);
    row("a fraction", u"age:1.5h"_s, 4, u"\"1.5h\""_s + noTime);
    row("two units", u"age:1h30m"_s, 4, u"\"1h30m\""_s + noTime);
    row("a unit of sizes for a time", u"idle:5k"_s, 5, u"\"5k\""_s + noTime);
    row("digits that are not ASCII", u"idle:\u0665"_s, 5, u"\"\\xd9\\xa5\""_s + noTime);
    const QString noSize =
        u" is not allowed here. Expected a size such as >64k: a whole number, behind it k, M, G or "
        "nothing (bytes), in front of it >, >=, <, <=, = or nothing (at least)."_s;
    row("a unit of times for a size", u"queue:>5s"_s, 6, u"\">5s\""_s + noSize);
    row("a unit of two letters", u"in:5kB"_s, 3, u"\"5kB\""_s + noSize);
    row("a blank within a size", u"out:\"5 k\""_s, 4, u"\"5 k\""_s + noSize);

    row("a number too large by one", u"in:9223372036854775808"_s, 3,
        u"The number \"9223372036854775808\" is too large."_s);
    row("a number too large with its unit", u"out:>8589934592G"_s, 4,
        u"The number \">8589934592G\" is too large."_s);
    row("a time too large with its unit", u"age:<106751991167301d"_s, 4,
        u"The number \"<106751991167301d\" is too large."_s);
    row("far too large a number", u"idle:"_s + QString(30, u'9'), 5,
        u"The number \"%1\" is too large."_s.arg(QString(30, u'9')));

    row("a value is missing at the end", u"bot room:"_s, 9,
        u"A value is missing behind \"room:\"; it follows without a blank."_s);
    row("a value is missing before a blank", u"-room: lobby"_s, 6,
        u"A value is missing behind \"-room:\"; it follows without a blank."_s);
    row("a value of nothing in quotes", u"ua:\"\""_s, 3,
        u"A value is missing behind \"ua:\"; it follows without a blank."_s);
    row("a dash alone", u"bot - x"_s, 5,
        u"A value is missing behind \"-\"; it follows without a blank."_s);

    row("a quote that is not closed", u"bot ua:\"Some Bot"_s, 7, u"The quote is not closed."_s);
    row("a closing quote that is escaped", uR"(ua:"Bot\")"_s, 3, u"The quote is not closed."_s);
    row("text behind the closing quote", u"ua:\"Bot\"x"_s, 8,
        u"A blank must follow the closing quote."_s);
    row("a colon behind the closing quote", u"\"ua\":Bot"_s, 4,
        u"A blank must follow the closing quote."_s);
    row("a quote within a word", u"bot So\"me"_s, 6,
        uR"(A quote stands only at the start of a value; inside quotes it is written \".)"_s);
}

void tst_ClientFilter::errors()
{
    QFETCH(const QString, text);
    QFETCH(const QString, message);
    const ClientFilter::Parsed parsed = ClientFilter::parse(text);
    QVERIFY(!parsed.filter);
    QTEST(parsed.problem.position, "position");
    QCOMPARE(parsed.problem.message.left(message.size()), message);
}

void tst_ClientFilter::unknownKeysSuggestTheNearest_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qsizetype>("position");
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("nearest");
    const auto row = [](const char *name, const QString &text, qsizetype position,
                        const QString &word, const QString &nearest) {
        QTest::newRow(name) << text << position << word << nearest;
    };
    row("a letter too many", u"rooms:lobby"_s, 0, u"rooms"_s, u"room"_s);
    row("a letter missing", u"bot pee:10.0.0.1"_s, 4, u"pee"_s, u"peer"_s);
    row("two letters swapped", u"-hots:x"_s, 1, u"hots"_s, u"host"_s);
    row("another letter, upper case", u"QUEUR:5"_s, 0, u"QUEUR"_s, u"queue"_s);
    row("two letters of a long one", u"conflikts:yes"_s, 0, u"conflikts"_s, u"conflict"_s);
    row("the column of the client", u"client:10.0.0.1"_s, 0, u"client"_s, u"ip"_s);
    row("the column of the user agent", u"user_agent:x"_s, 0, u"user_agent"_s, u"ua"_s);
    row("the header of the user agent", u"User-Agent:x"_s, 0, u"User-Agent"_s, u"ua"_s);
    row("the column of the namespace", u"namespace:/"_s, 0, u"namespace"_s, u"ns"_s);
    row("nothing near", u"http://example.org"_s, 0, u"http"_s, {});
    row("letters that are not ASCII", u"gr\u00f6\u00dfe:5"_s, 0, uR"(gr\xc3\xb6\xc3\x9fe)"_s, {});
    row("a very long word", QString(900, u'x') + u":5"_s, 0, QString(37, u'x') + u"..."_s, {});
    row("an address with a letter that is no digit", u"fg:5"_s, 0, u"fg"_s, {});
}

void tst_ClientFilter::unknownKeysSuggestTheNearest()
{
    QFETCH(const QString, text);
    QFETCH(const QString, word);
    QFETCH(const QString, nearest);
    const ClientFilter::Parsed parsed = ClientFilter::parse(text);
    QVERIFY(!parsed.filter);
    QTEST(parsed.problem.position, "position");
    const QString hint = nearest.isEmpty() ? QString() : u" Did you mean %1:?"_s.arg(nearest);
    QCOMPARE(parsed.problem.message,
             u"There is no key \"%1\".%2 Allowed are ip:, peer:, via:, room:, ns:, host:, ua:, "
             "origin:, known:, conflict:, idle:, age:, queue:, in:, out:. Text with a colon in it "
             "stands in quotes."_s.arg(word, hint));
}

void tst_ClientFilter::lengthIsCapped()
{
    QVERIFY(ClientFilter::parse(QString(1000, u'x')).filter);
    const ClientFilter::Parsed parsed = ClientFilter::parse(QString(1001, u' '));
    QVERIFY(!parsed.filter);
    QCOMPARE(parsed.problem.position, 1000);
    QCOMPARE(parsed.problem.message,
             u"The filter is too long: at most 1000 characters are allowed."_s);
}

void tst_ClientFilter::termsAreCapped()
{
    const QString fifty = u"ua:x "_s.repeated(50);
    QVERIFY(ClientFilter::parse(fifty).filter);
    const ClientFilter::Parsed parsed = ClientFilter::parse(QString(fifty + u" -x"));
    QVERIFY(!parsed.filter);
    QCOMPARE(parsed.problem.position, 251);
    QCOMPARE(parsed.problem.message, u"Too many terms: at most 50 are allowed."_s);
}

void tst_ClientFilter::anEmptyFilterMatchesEverybody_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("no text") << QString();
    QTest::newRow("an empty text") << u""_s;
    QTest::newRow("blanks only") << u" \t\n"_s;
}

void tst_ClientFilter::anEmptyFilterMatchesEverybody()
{
    QFETCH(const QString, text);
    const ClientFilter::Parsed parsed = ClientFilter::parse(text);
    QVERIFY(parsed.filter);
    QVERIFY(parsed.filter->isEmpty());
    QVERIFY(parsed.filter->matches(lobbyClient(), Now));
    QVERIFY(!ClientFilter::parse(u"-x").filter->isEmpty());
}

void tst_ClientFilter::flags()
{
    for (const bool known : {false, true}) {
        for (const bool conflict : {false, true}) {
            ClientInfo info = lobbyClient();
            info.known = known;
            info.conflict = conflict;
            const auto matches = [&info](QStringView text) {
                return ClientFilter::parse(text).filter->matches(info, Now);
            };
            QCOMPARE(matches(u"known:yes"), known);
            QCOMPARE(matches(u"known:no"), !known);
            QCOMPARE(matches(u"-known:yes"), !known);
            QCOMPARE(matches(u"conflict:yes"), conflict);
            QCOMPARE(matches(u"conflict:no"), !conflict);
            QCOMPARE(matches(u"-conflict:no"), conflict);
        }
    }
}

void tst_ClientFilter::anIdIsMatchedAsAWhole()
{
    ClientInfo info = lobbyClient();
    info.id = std::numeric_limits<quint64>::max();
    QVERIFY(ClientFilter::parse(u"18446744073709551615").filter->matches(info, Now));
    QVERIFY(!ClientFilter::parse(u"1844674407370955161").filter->matches(info, Now));
    QVERIFY(!ClientFilter::parse(u"018446744073709551615").filter->matches(info, Now));
}

void tst_ClientFilter::ageOfAClosedClientIsItsDuration()
{
    ClientInfo info = lobbyClient();
    const ClientFilter filter = ClientFilter::parse(u"age:=60").filter.value();
    QVERIFY(!filter.matches(info, Now));
    QVERIFY(filter.matches(info, info.connectedAt + 60));
    info.closed.emplace().closedAt = info.connectedAt + 60;
    QVERIFY(filter.matches(info, Now));
    QVERIFY(filter.matches(info, Now + 60));
}

void tst_ClientFilter::saysWhetherViaIsNeeded()
{
    QVERIFY(!ClientFilter().needsVia());
    QVERIFY(!ClientFilter::parse(u"ip:10.0.0.1 peer:10.0.0.1 \"via:10.0.0.1\"").filter->needsVia());
    QVERIFY(ClientFilter::parse(u"bot -via:10.0.0.1").filter->needsVia());
}

void tst_ClientFilter::saysWhetherTextsAreNeeded()
{
    QVERIFY(!ClientFilter().needsTexts());
    const QString without = u"ip:10.0.0.1 peer:10.0.0.1 -via:10.0.0.1 host:a known:yes "
                            "conflict:no idle:5 age:5 queue:1 in:1 out:1"_s;
    QVERIFY(!ClientFilter::parse(without).filter->needsTexts());
    for (const QString &term : {u"bot"_s, u"-room:a"_s, u"ns:/"_s, u"ua:a"_s, u"origin:a"_s})
        QVERIFY2(ClientFilter::parse(QString(u"known:yes "_s + term)).filter->needsTexts(),
                 qPrintable(term));
}

void tst_ClientFilter::everyKeyIsKnownToTheParser()
{
    QCOMPARE(ClientFilter::keys().size(), 15);
    for (const QString &key : ClientFilter::keys()) {
        const ClientFilter::Parsed parsed = ClientFilter::parse(QString(key + u':'));
        QVERIFY(!parsed.filter);
        QCOMPARE(parsed.problem.message,
                 u"A value is missing behind \"%1:\"; it follows without a blank."_s.arg(key));
    }
}

// While somebody types, each beginning is parsed: a filter, or a problem that lies within the text.
void tst_ClientFilter::anyPrefixOfAFilterIsSafe()
{
    const QString text = uR"(ip:203.0.113.0/24 -ua:"Some \"Bot\" \\" idle:>=5m -dead:beef::1 x)"_s;
    QVERIFY(ClientFilter::parse(text).filter);
    for (qsizetype length = 0; length < text.size(); ++length) {
        for (qsizetype start = 0; start <= length; ++start) {
            const QStringView part = QStringView(text).sliced(start, length - start);
            const ClientFilter::Parsed parsed = ClientFilter::parse(part);
            QCOMPARE(parsed.filter.has_value(), parsed.problem.message.isEmpty());
            QVERIFY(parsed.problem.position >= 0 && parsed.problem.position <= part.size());
        }
    }
}

QTEST_APPLESS_MAIN(tst_ClientFilter)
#include "tst_clientfilter.moc"
