// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/clients/clientfilter.h"

#include "shared/editdistance.h"
#include "shared/net/ascii.h"
#include "shared/trust/explanation.h"

#include <QLatin1StringView>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString quoted(QStringView text)
{
    return u'"' + escapedText(text.toUtf8(), 40) + u'"';
}

bool isBlank(QChar c)
{
    return c.isSpace();
}

bool containsIgnoringCase(const QByteArray &latin1, const QString &part)
{
    return QLatin1StringView(latin1).contains(part, Qt::CaseInsensitive);
}

// Letters before a colon are meant as a key; "_" and "-" for the names of columns.
bool looksLikeKey(QStringView word)
{
    return !word.isEmpty() && std::all_of(word.begin(), word.end(), [](QChar c) {
        return c.isLetter() || c == u'_' || c == u'-';
    });
}

// "dead:beef::1" and its beginnings, although "dead" is made of letters; and ranges of such.
bool looksLikeAddress(QStringView word)
{
    const auto isPart = [](QChar c) {
        return c == u':' || (c.unicode() < 0x80 && ascii::hexValue(c.toLatin1()) >= 0);
    };
    return std::all_of(word.begin(), word.end(), isPart) || Cidr::parse(word.toUtf8()).range;
}

// The key that somebody meant, or an empty text.
QString nearestKey(const QString &word)
{
    struct Alias
    {
        QLatin1StringView column;
        QLatin1StringView key;
    };
    static constexpr std::array Aliases{
        Alias{"client"_L1, "ip"_L1},         Alias{"namespace"_L1, "ns"_L1},
        Alias{"user_agent"_L1, "ua"_L1},     Alias{"user-agent"_L1, "ua"_L1},
        Alias{"queue_bytes"_L1, "queue"_L1}, Alias{"bytes_in"_L1, "in"_L1},
        Alias{"bytes_out"_L1, "out"_L1},     Alias{"connected_at"_L1, "age"_L1},
    };
    for (const Alias &alias : Aliases) {
        if (word == alias.column)
            return alias.key;
    }
    constexpr qsizetype MaxCharacters = 32; // bounds the work for a word from outside
    if (word.size() > MaxCharacters)
        return {};
    QString best;
    qsizetype bestDistance = std::max<qsizetype>(1, word.size() / 3) + 1;
    for (const QString &key : ClientFilter::keys()) {
        const qsizetype distance = editDistance(word, key);
        if (distance < bestDistance) {
            best = key;
            bestDistance = distance;
        }
    }
    return best;
}

QString unknownKeyMessage(QStringView key)
{
    const QString near = nearestKey(key.toString().toLower());
    const QString hint = near.isEmpty() ? QString() : u" Did you mean %1:?"_s.arg(near);
    return u"There is no key %1.%2 Allowed are %3:. Text with a colon in it stands in quotes."_s
        .arg(quoted(key), hint, ClientFilter::keys().join(u":, "));
}

struct Unit
{
    char16_t letter; // lower case
    qint64 factor;
};

constexpr std::array TimeUnits{Unit{u's', 1}, Unit{u'm', 60}, Unit{u'h', 3600}, Unit{u'd', 86'400}};
constexpr std::array SizeUnits{Unit{u'k', 1 << 10}, Unit{u'm', 1 << 20}, Unit{u'g', 1 << 30}};

struct Measure
{
    std::span<const Unit> units;
    QLatin1StringView expected;
};

constexpr Measure Time{
    TimeUnits, "Expected a time such as >5m: a whole number, behind it s, m, h, d or "
               "nothing (seconds), in front of it >, >=, <, <=, = or nothing (at least)."_L1};
constexpr Measure Size{SizeUnits,
                       "Expected a size such as >64k: a whole number, behind it k, M, G or nothing "
                       "(bytes), in front of it >, >=, <, <=, = or nothing (at least)."_L1};

} // namespace

struct ClientFilter::KeyName
{
    Key key;
    QLatin1StringView name;

    static constexpr auto all()
    {
        return std::array{
            KeyName{Key::Ip, "ip"_L1},       KeyName{Key::Peer, "peer"_L1},
            KeyName{Key::Via, "via"_L1},     KeyName{Key::Room, "room"_L1},
            KeyName{Key::Ns, "ns"_L1},       KeyName{Key::Host, "host"_L1},
            KeyName{Key::Ua, "ua"_L1},       KeyName{Key::Origin, "origin"_L1},
            KeyName{Key::Known, "known"_L1}, KeyName{Key::Conflict, "conflict"_L1},
            KeyName{Key::Idle, "idle"_L1},   KeyName{Key::Age, "age"_L1},
            KeyName{Key::Queue, "queue"_L1}, KeyName{Key::In, "in"_L1},
            KeyName{Key::Out, "out"_L1},
        };
    }
};

// Reads the text once, from left to right. A function that returns false has set the problem.
class ClientFilter::Parser
{
public:
    explicit Parser(QStringView text)
        : m_text(text)
    {
    }

    Parsed parse();

private:
    bool readTerm();
    bool readKey(Term &term);
    bool readText(Term &term);
    bool readQuoted(Term &term);
    bool judgeValue(Term &term, qsizetype position);
    bool judgeRange(Term &term, qsizetype position);
    bool judgeYesNo(Term &term, qsizetype position);
    bool judgeNumber(Term &term, qsizetype position, const Measure &measure);

    bool atEnd() const { return m_at == m_text.size(); }
    bool atBlank() const { return isBlank(m_text[m_at]); }
    bool fail(qsizetype position, QString message)
    {
        m_problem = {position, std::move(message)};
        return false;
    }

    QStringView m_text;
    qsizetype m_at = 0;
    ClientFilter m_filter;
    Problem m_problem;
};

ClientFilter::Parsed ClientFilter::Parser::parse()
{
    if (m_text.size() > MaxCharacters) {
        fail(MaxCharacters,
             u"The filter is too long: at most %1 characters are allowed."_s.arg(MaxCharacters));
        return {std::nullopt, m_problem};
    }
    while (true) {
        while (!atEnd() && atBlank())
            ++m_at;
        if (atEnd())
            return {std::move(m_filter), {}};
        if (!readTerm())
            return {std::nullopt, m_problem};
    }
}

bool ClientFilter::Parser::readTerm()
{
    const qsizetype start = m_at;
    if (m_filter.m_terms.size() == MaxTerms)
        return fail(start, u"Too many terms: at most %1 are allowed."_s.arg(MaxTerms));
    Term term;
    term.negated = m_text[m_at] == u'-';
    if (term.negated)
        ++m_at;
    if (!readKey(term))
        return false;
    const qsizetype valueStart = m_at;
    const bool isQuoted = !atEnd() && m_text[m_at] == u'"';
    if (!(isQuoted ? readQuoted(term) : readText(term)))
        return false;
    if (term.text.isEmpty()) {
        return fail(valueStart, u"A value is missing behind %1; it follows without a blank."_s.arg(
                                    quoted(m_text.sliced(start, valueStart - start))));
    }
    if (!judgeValue(term, valueStart))
        return false;
    m_filter.m_terms.push_back(std::move(term));
    return true;
}

// The key and its colon, if there is one.
bool ClientFilter::Parser::readKey(Term &term)
{
    const QStringView rest = m_text.sliced(m_at);
    const QStringView word(rest.begin(), std::find_if(rest.begin(), rest.end(), isBlank));
    const qsizetype colon = word.indexOf(u':');
    if (colon < 0 || !looksLikeKey(word.first(colon)) || looksLikeAddress(word))
        return true;
    const QStringView name = word.first(colon);
    for (const KeyName &known : KeyName::all()) {
        if (name.compare(known.name, Qt::CaseInsensitive) == 0) {
            term.key = known.key;
            m_at += colon + 1;
            return true;
        }
    }
    return fail(m_at, unknownKeyMessage(name));
}

bool ClientFilter::Parser::readText(Term &term)
{
    for (; !atEnd() && !atBlank(); ++m_at) {
        if (m_text[m_at] == u'"')
            return fail(m_at, uR"(A quote stands only at the start of a value; )"
                              uR"(inside quotes it is written \".)"_s);
        term.text += m_text[m_at];
    }
    return true;
}

bool ClientFilter::Parser::readQuoted(Term &term)
{
    const qsizetype opening = m_at++;
    for (; !atEnd() && m_text[m_at] != u'"'; ++m_at) {
        const QStringView rest = m_text.sliced(m_at);
        if (rest.startsWith(uR"(\")") || rest.startsWith(uR"(\\)"))
            ++m_at;
        term.text += m_text[m_at];
    }
    if (atEnd())
        return fail(opening, u"The quote is not closed."_s);
    ++m_at;
    if (!atEnd() && !atBlank())
        return fail(m_at, u"A blank must follow the closing quote."_s);
    return true;
}

bool ClientFilter::Parser::judgeValue(Term &term, qsizetype position)
{
    switch (term.key) {
    case Key::Any:
        term.range = Cidr::parse(term.text.toUtf8()).range;
        break;
    case Key::Ip:
    case Key::Peer:
    case Key::Via:
        return judgeRange(term, position);
    case Key::Known:
    case Key::Conflict:
        return judgeYesNo(term, position);
    case Key::Idle:
    case Key::Age:
        return judgeNumber(term, position, Time);
    case Key::Queue:
    case Key::In:
    case Key::Out:
        return judgeNumber(term, position, Size);
    case Key::Room:
    case Key::Ns:
    case Key::Host:
    case Key::Ua:
    case Key::Origin:
        break;
    }
    return true;
}

bool ClientFilter::Parser::judgeRange(Term &term, qsizetype position)
{
    const QByteArray text = term.text.toUtf8();
    Cidr::ParseResult result = Cidr::parse(text);
    // Everybody of one family is a mistake in a trust list, and a fair question here.
    if (result.problem == Cidr::Problem::PrefixZero)
        result.range = Cidr(*IpAddress::parse(text.first(text.indexOf('/'))), 0);
    if (!result.range) {
        return fail(position, u"%1 is no address or range. Expected an address, or an address and "
                              "the length of its prefix, such as 203.0.113.0/24 or "
                              "2001:db8::/32."_s.arg(quoted(term.text)));
    }
    term.range = std::move(result.range);
    return true;
}

bool ClientFilter::Parser::judgeYesNo(Term &term, qsizetype position)
{
    term.yes = term.text.compare("yes"_L1, Qt::CaseInsensitive) == 0;
    if (term.yes || term.text.compare("no"_L1, Qt::CaseInsensitive) == 0)
        return true;
    return fail(position, u"%1 is not allowed here. Expected yes or no."_s.arg(quoted(term.text)));
}

bool ClientFilter::Parser::judgeNumber(Term &term, qsizetype position, const Measure &measure)
{
    struct Sign
    {
        QLatin1StringView text;
        Comparison comparison;
    };
    // The longer ones first.
    static constexpr std::array Signs{
        Sign{">="_L1, Comparison::AtLeast}, Sign{"<="_L1, Comparison::AtMost},
        Sign{">"_L1, Comparison::Greater},  Sign{"<"_L1, Comparison::Less},
        Sign{"="_L1, Comparison::Equal},    Sign{""_L1, Comparison::AtLeast},
    };
    QStringView rest = term.text;
    const auto sign = std::find_if(Signs.begin(), Signs.end(),
                                   [rest](const Sign &s) { return rest.startsWith(s.text); });
    term.comparison = sign->comparison;
    rest = rest.sliced(sign->text.size());

    qint64 factor = 1;
    if (!rest.isEmpty()) {
        for (const Unit &unit : measure.units) {
            if (rest.back().toLower() == unit.letter) {
                factor = unit.factor;
                rest.chop(1);
                break;
            }
        }
    }
    const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
    if (rest.isEmpty() || !std::all_of(rest.begin(), rest.end(), isDigit))
        return fail(position,
                    u"%1 is not allowed here. %2"_s.arg(quoted(term.text), measure.expected));
    constexpr qint64 Max = std::numeric_limits<qint64>::max();
    for (const QChar c : rest) {
        const qint64 digit = c.unicode() - u'0';
        if (term.number > (Max / factor - digit) / 10)
            return fail(position, u"The number %1 is too large. %2"_s.arg(quoted(term.text),
                                                                          measure.expected));
        term.number = term.number * 10 + digit;
    }
    term.number *= factor;
    return true;
}

ClientFilter::Parsed ClientFilter::parse(QStringView text)
{
    return Parser(text).parse();
}

QStringList ClientFilter::keys()
{
    QStringList names;
    for (const KeyName &known : KeyName::all())
        names.append(known.name);
    return names;
}

bool ClientFilter::matches(const ClientInfo &info, qint64 now) const
{
    return std::all_of(m_terms.begin(), m_terms.end(),
                       [&](const Term &term) { return term.matches(info, now) != term.negated; });
}

bool ClientFilter::needsVia() const
{
    return std::any_of(m_terms.begin(), m_terms.end(),
                       [](const Term &term) { return term.key == Key::Via; });
}

bool ClientFilter::needsTexts() const
{
    return std::any_of(m_terms.begin(), m_terms.end(), [](const Term &term) {
        return term.key == Key::Any || term.key == Key::Room || term.key == Key::Ns
               || term.key == Key::Ua || term.key == Key::Origin;
    });
}

bool ClientFilter::Term::matches(const ClientInfo &info, qint64 now) const
{
    switch (key) {
    case Key::Any:
        return isPartOf(info);
    case Key::Ip:
        return isInRange(info.client);
    case Key::Peer:
        return isInRange(info.peer);
    case Key::Via:
        return std::any_of(info.via.begin(), info.via.end(),
                           [this](const IpAddress &hop) { return isInRange(hop); });
    case Key::Room:
        return std::any_of(info.rooms.begin(), info.rooms.end(), [this](const RoomName &room) {
            return room.name == text || QString(room.nameSpace + u':' + room.name) == text;
        });
    case Key::Ns:
        return info.nameSpace == text;
    case Key::Host:
        return containsIgnoringCase(info.host, text);
    case Key::Ua:
        return info.userAgent.contains(text, Qt::CaseInsensitive);
    case Key::Origin:
        return info.origin.contains(text, Qt::CaseInsensitive);
    case Key::Known:
        return info.known == yes;
    case Key::Conflict:
        return info.conflict == yes;
    case Key::Idle:
        return compares(info.idle);
    case Key::Age:
        return compares((info.closed ? info.closed->closedAt : now) - info.connectedAt);
    case Key::Queue:
        return compares(info.queueBytes);
    case Key::In:
        return compares(info.bytesIn);
    case Key::Out:
        break;
    }
    return compares(info.bytesOut);
}

bool ClientFilter::Term::isInRange(const IpAddress &address) const
{
    return range && range->contains(address);
}

bool ClientFilter::Term::isPartOf(const ClientInfo &info) const
{
    return QString::number(info.id) == text || isInRange(info.client) || isInRange(info.peer)
           || containsIgnoringCase(info.client.toText(), text)
           || containsIgnoringCase(info.peer.toText(), text)
           || containsIgnoringCase(info.host, text)
           || info.userAgent.contains(text, Qt::CaseInsensitive);
}

bool ClientFilter::Term::compares(qint64 value) const
{
    switch (comparison) {
    case Comparison::Less:
        return value < number;
    case Comparison::AtMost:
        return value <= number;
    case Comparison::Equal:
        return value == number;
    case Comparison::AtLeast:
        return value >= number;
    case Comparison::Greater:
        break;
    }
    return value > number;
}

} // namespace truepeer
