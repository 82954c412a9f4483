// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the preview says about one client, and which edits need a confirmation, case by case. Lists
// and clients are written as in trustclients.h.
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QString>
#include <QStringList>
#include <QTest>

namespace truepeer {

using namespace Qt::StringLiterals;

inline void addReasonRows()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QByteArray>("was");
    QTest::addColumn<QByteArray>("is");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char *what, const QString &before, const QString &after,
                        const QByteArray &client, const QByteArray &was, const QByteArray &is,
                        const QString &reason) {
        QTest::newRow(what) << before << after << client << was << is << reason;
    };
    const QString proxy = u"10.0.0.5"_s;
    const QString both = u"10.0.0.5 198.51.100.20"_s;

    row("a proxy is removed", proxy, u"10.9.9.9"_s, "10.0.0.5 < 203.0.113.7", "203.0.113.7",
        "10.0.0.5", u"10.0.0.5 is no longer trusted, so its headers are ignored"_s);
    row("the list is switched off", proxy, u"none"_s, "10.0.0.5 < 203.0.113.7", "203.0.113.7",
        "10.0.0.5", u"10.0.0.5 is no longer trusted, so its headers are ignored"_s);
    row("an announced proxy is removed", proxy, u"none"_s, "+10.0.0.5 < 203.0.113.7", "203.0.113.7",
        "10.0.0.5", u"10.0.0.5 is no longer trusted, so its headers are ignored"_s);

    row("a proxy is added", u"none"_s, u"10.0.0.0/8"_s, "10.0.0.5 < 203.0.113.9, 203.0.113.7",
        "10.0.0.5", "203.0.113.7",
        u"10.0.0.5 is now trusted by 10.0.0.0/8; X-Forwarded-For names the client"_s);
    row("everybody is", u"none"_s, u"all"_s, "10.0.0.5 < 203.0.113.7", "10.0.0.5", "203.0.113.7",
        u"10.0.0.5 is now trusted, as everybody is; X-Forwarded-For names the client"_s);
    row("one that writes Forwarded", u"none"_s, proxy, "10.0.0.5 < Forwarded: for=203.0.113.7",
        "10.0.0.5", "203.0.113.7",
        u"10.0.0.5 is now trusted by 10.0.0.5; Forwarded names the client"_s);
    row("one that writes X-Real-IP", u"none"_s, proxy, "10.0.0.5 < X-Real-IP: 203.0.113.7",
        "10.0.0.5", "203.0.113.7",
        u"10.0.0.5 is now trusted by 10.0.0.5; X-Real-IP names the client"_s);
    row("one that was announced", u"none"_s, proxy, "+10.0.0.5 < 203.0.113.7", "10.0.0.5",
        "203.0.113.7", u"10.0.0.5 is now trusted by 10.0.0.5; X-Forwarded-For names the client"_s);
    row("one that states the scheme only", u"none"_s, proxy, "10.0.0.5 < X-Forwarded-Proto: https",
        "10.0.0.5", "10.0.0.5",
        u"10.0.0.5 is now trusted by 10.0.0.5; its headers state the scheme"_s);
    row("one that states host and port only", u"none"_s, proxy,
        "10.0.0.5 < X-Forwarded-Host: a.example\nX-Forwarded-Port: 81", "10.0.0.5", "10.0.0.5",
        u"10.0.0.5 is now trusted by 10.0.0.5; its headers state the host and the port"_s);
    row("one that was announced and states the scheme", u"none"_s, proxy,
        "+10.0.0.5 < X-Forwarded-Proto: https", "10.0.0.5", "10.0.0.5",
        u"10.0.0.5 is now trusted by 10.0.0.5; its headers state the scheme"_s);
    row("one that contradicts itself", u"none"_s, proxy,
        "10.0.0.5 < X-Forwarded-For: 203.0.113.7\nForwarded: for=203.0.113.8", "10.0.0.5",
        "10.0.0.5",
        u"10.0.0.5 is now trusted by 10.0.0.5; its headers contradict each other, so the client is "
        "not known"_s);
    row("one that does not know its client", u"none"_s, proxy, "10.0.0.5 < unknown", "10.0.0.5",
        "10.0.0.5",
        u"10.0.0.5 is now trusted by 10.0.0.5; its headers do not tell who is behind 10.0.0.5"_s);

    row("a hop is added", proxy, both, "10.0.0.5 < 203.0.113.7, 198.51.100.20", "198.51.100.20",
        "203.0.113.7", u"198.51.100.20 is now a trusted hop, so the walk goes on to 203.0.113.7"_s);
    row("a hop is added behind an announced source", proxy, both,
        "+10.0.0.5 < 203.0.113.7, 198.51.100.20", "198.51.100.20", "203.0.113.7",
        u"198.51.100.20 is now a trusted hop, so the walk goes on to 203.0.113.7"_s);
    row("two hops are added", proxy, u"10.0.0.5 198.51.100.0/24"_s,
        "10.0.0.5 < 203.0.113.7, 198.51.100.21, 198.51.100.20", "198.51.100.20", "203.0.113.7",
        u"198.51.100.20 is now a trusted hop, so the walk goes on to 203.0.113.7"_s);
    row("a hop is added, with nothing usable behind it", proxy, both,
        "10.0.0.5 < unknown, 198.51.100.20", "198.51.100.20", "198.51.100.20",
        u"198.51.100.20 is now a trusted hop, but who is behind it cannot be told"_s);
    row("two hops are added, with nothing usable behind them", proxy, u"10.0.0.5 198.51.100.0/24"_s,
        "10.0.0.5 < unknown, 198.51.100.21, 198.51.100.20", "198.51.100.20", "198.51.100.21",
        u"198.51.100.20 is now a trusted hop, but who is behind 198.51.100.21 cannot be told"_s);
    row("a hop is removed", both, proxy, "10.0.0.5 < 203.0.113.7, 198.51.100.20", "203.0.113.7",
        "198.51.100.20", u"198.51.100.20 is no longer a trusted hop, so the walk ends there"_s);
    row("a hop is removed, with nothing usable behind it", both, proxy,
        "10.0.0.5 < unknown, 198.51.100.20", "198.51.100.20", "198.51.100.20",
        u"198.51.100.20 is no longer a trusted hop, so the walk ends there"_s);
    row("a hop is removed that X-Real-IP was behind", both, proxy,
        "10.0.0.5 < X-Forwarded-For: 203.0.113.7, 198.51.100.20\nX-Real-IP: 203.0.113.7",
        "203.0.113.7", "10.0.0.5",
        u"198.51.100.20 is no longer a trusted hop, and the headers contradict each other then"_s);
    row("a hop is added that X-Real-IP was behind", proxy, both,
        "10.0.0.5 < X-Forwarded-For: 203.0.113.7, 198.51.100.20\nX-Real-IP: 203.0.113.7",
        "10.0.0.5", "203.0.113.7",
        u"198.51.100.20 is now a trusted hop, and the headers no longer contradict each other: the "
        "client is 203.0.113.7"_s);
    row("a hop is added that only the second header has", proxy, both,
        "10.0.0.5 < X-Forwarded-For: 203.0.113.7\nForwarded: for=203.0.113.7, for=198.51.100.20",
        "10.0.0.5", "203.0.113.7",
        u"198.51.100.20 is now a trusted hop, and the headers no longer contradict each other: the "
        "client is 203.0.113.7"_s);

    row("from a list to everybody", both, u"all"_s, "10.0.0.5 < 203.0.113.7, 198.51.100.20",
        "203.0.113.7", "198.51.100.20",
        u"only one hop is believed now, so the walk ends at 198.51.100.20"_s);
    row("from everybody to a list", u"all"_s, both, "10.0.0.5 < 203.0.113.7, 198.51.100.20",
        "198.51.100.20", "203.0.113.7",
        u"more than one hop is believed now, so the walk goes on to 203.0.113.7"_s);
}

inline void addConfirmationRows()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QByteArrayList>("clients");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *what, const QString &before, const QString &after,
                        const QByteArrayList &clients, const QStringList &expected) {
        QTest::newRow(what) << before << after << clients << expected;
    };
    const auto broad = [](const QString &entry) -> QString {
        return entry
               + u" is a very broad range of public addresses: anyone inside it could pretend to "
                 "be any client"_s;
    };
    const QString everybody =
        u"whoever connects would be believed for one hop; that is for development only"_s;

    row("everybody", u"10.0.0.0/8"_s, u"all"_s, {}, {everybody});
    row("everybody, as before", u"all"_s, u"all"_s, {}, {});
    row("a proxy", u"none"_s, u"10.0.0.5"_s, {}, {});
    row("internal ranges", u"none"_s, u"private 10.0.0.0/8 100.64.0.0/10 fc00::/7 fe80::/10"_s, {},
        {});
    row("ranges of delivery networks", u"none"_s,
        u"104.16.0.0/12 172.64.0.0/13 2a06:98c0::/29 2400:cb00::/28"_s, {}, {});
    row("broader than those", u"none"_s, u"104.0.0.0/11 2400:cb00::/27"_s, {},
        {broad(u"104.0.0.0/11"_s), broad(u"2400:cb00::/27"_s)});
    row("an internal range and what is beside it", u"none"_s, u"10.0.0.0/7 fc00::/6"_s, {},
        {broad(u"10.0.0.0/7"_s), broad(u"fc00::/6"_s)});
    row("what was trusted", u"104.0.0.0/8"_s, u"104.0.0.0/8 10.0.0.5"_s, {}, {});
    row("what was trusted, written in another way", u"104.0.0.0/8"_s, u"104.1.2.3/8"_s, {}, {});
    row("a part of what was trusted", u"104.0.0.0/8"_s, u"104.128.0.0/9"_s, {}, {});
    row("more than was trusted", u"104.128.0.0/9"_s, u"104.0.0.0/8"_s, {},
        {broad(u"104.0.0.0/8"_s)});
    row("beside what was trusted", u"104.0.0.0/8"_s, u"105.0.0.0/8"_s, {},
        {broad(u"105.0.0.0/8"_s)});
    row("from everybody", u"all"_s, u"104.0.0.0/8"_s, {}, {broad(u"104.0.0.0/8"_s)});

    const QByteArray five = "10.0.0.5 < 203.0.113.7"_ba;
    const QByteArray six = "10.0.0.6 < 203.0.113.7"_ba;
    const QByteArray announced = "+10.0.0.5 < 203.0.113.7"_ba;
    const QByteArray far = "10.0.0.5 < 203.0.113.7, 198.51.100.20"_ba;
    const auto lost = [](const QString &share, const QString &entries) -> QString {
        return share + u" through "_s + entries + u", which would no longer be trusted"_s;
    };
    row("without clients", u"10.0.0.5"_s, u"none"_s, {}, {});
    row("the only client", u"10.0.0.5"_s, u"none"_s, {five},
        {lost(u"1 of 1 client comes"_s, u"10.0.0.5"_s)});
    row("a client that was announced", u"10.0.0.5"_s, u"none"_s, {announced},
        {lost(u"1 of 1 client comes"_s, u"10.0.0.5"_s)});
    row("most clients", u"10.0.0.5 10.0.0.6"_s, u"10.0.0.6"_s, {five, five, five, six},
        {lost(u"3 of 4 clients come"_s, u"10.0.0.5"_s)});
    row("half of the clients", u"10.0.0.5 10.0.0.6"_s, u"10.0.0.6"_s, {five, five, six, six}, {});
    row("clients of nobody do not help", u"10.0.0.5 10.0.0.6"_s, u"10.0.0.6"_s,
        {"203.0.113.9", "203.0.113.9 < 203.0.113.7", five},
        {lost(u"1 of 3 clients comes"_s, u"10.0.0.5"_s)});
    row("clients in the range that nobody forwards", u"10.0.0.0/8"_s, u"10.0.0.6"_s,
        {"10.1.1.1", "10.1.1.2", six}, {});
    row("a broad entry gives way to one for the proxy", u"10.0.0.0/8"_s, u"10.0.0.5"_s, {five}, {});
    row("a broad entry gives way to one for another", u"10.0.0.0/8"_s, u"10.0.0.6"_s,
        {five, six, five}, {lost(u"2 of 3 clients come"_s, u"10.0.0.0/8"_s)});
    row("several entries, the most important one first",
        u"10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5"_s, u"none"_s,
        {"10.0.0.1 < 203.0.113.7", "10.0.0.2 < 203.0.113.7", "10.0.0.3 < 203.0.113.7",
         "10.0.0.4 < 203.0.113.7", "10.0.0.4 < 203.0.113.7"},
        {lost(u"5 of 5 clients come"_s, u"10.0.0.4, 10.0.0.1, 10.0.0.2 and 1 more"_s)});
    row("two entries", u"10.0.0.5 10.0.0.6"_s, u"none"_s, {five, six},
        {lost(u"2 of 2 clients come"_s, u"10.0.0.5 and 10.0.0.6"_s)});
    row("a hop behind the peer", u"10.0.0.5 198.51.100.0/24"_s, u"10.0.0.5"_s, {far},
        {lost(u"1 of 1 client comes"_s, u"198.51.100.0/24"_s)});
    row("a hop behind the peer that X-Real-IP passes", u"10.0.0.5 198.51.100.0/24"_s, u"10.0.0.5"_s,
        {"10.0.0.5 < X-Forwarded-For: 203.0.113.7, 198.51.100.20\nX-Real-IP: 203.0.113.7"},
        {lost(u"1 of 1 client comes"_s, u"198.51.100.0/24"_s)});
    row("a hop that was the client", u"10.0.0.5 203.0.113.7"_s, u"10.0.0.5"_s, {five}, {});
    row("a hop more", u"10.0.0.5"_s, u"10.0.0.5 198.51.100.20"_s, {far}, {});
    row("everybody was trusted", u"all"_s, u"10.0.0.6"_s, {five, five, six},
        {u"2 of 3 clients come through peers that would no longer be trusted"_s});
    row("two reasons", u"10.0.0.5"_s, u"104.0.0.0/8"_s, {five},
        {broad(u"104.0.0.0/8"_s), lost(u"1 of 1 client comes"_s, u"10.0.0.5"_s)});
}

} // namespace truepeer
