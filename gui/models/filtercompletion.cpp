// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/filtercompletion.h"

#include "shared/clients/clientfilter.h"

#include <algorithm>
#include <array>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct KeyHint
{
    QLatin1StringView key;
    QLatin1StringView hint;
};

constexpr QLatin1StringView AddressHint = "an address or a range: 203.0.113.0/24"_L1;
constexpr QLatin1StringView PartHint = "a part of the text, in any case"_L1;
constexpr QLatin1StringView TimeHint =
    "a time: >5m, <1h, 30s; units s m h d; without > < = at least"_L1;
constexpr QLatin1StringView SizeHint =
    "a size: >64k, 1M; units k M G of 1024 bytes; without > < = at least"_L1;
constexpr QLatin1StringView YesNoHint = "yes or no"_L1;

constexpr std::array KeyHints{
    KeyHint{"ip"_L1, AddressHint},
    KeyHint{"peer"_L1, AddressHint},
    KeyHint{"via"_L1, AddressHint},
    KeyHint{"host"_L1, PartHint},
    KeyHint{"ua"_L1, PartHint},
    KeyHint{"origin"_L1, PartHint},
    KeyHint{"known"_L1, YesNoHint},
    KeyHint{"conflict"_L1, YesNoHint},
    KeyHint{"idle"_L1, TimeHint},
    KeyHint{"age"_L1, TimeHint},
    KeyHint{"queue"_L1, SizeHint},
    KeyHint{"in"_L1, SizeHint},
    KeyHint{"out"_L1, SizeHint},
    KeyHint{"ns"_L1, "the exact name of a namespace: /game"_L1},
    KeyHint{"room"_L1, "the exact name of a room, or namespace:name"_L1},
};

QStringList startingWith(const QStringList &words, const QString &begin)
{
    QStringList found;
    for (const QString &word : words) {
        if (word.startsWith(begin, Qt::CaseInsensitive) && word != begin)
            found.append(word);
    }
    return found;
}

bool isInQuotes(const QString &text, qsizetype cursor)
{
    bool inside = false;
    for (qsizetype i = 0; i < cursor; ++i) {
        if (inside && text[i] == u'\\')
            ++i;
        else if (text[i] == u'"')
            inside = !inside;
    }
    return inside;
}

} // namespace

FilterCompletion completeFilter(const QString &text, qsizetype cursor)
{
    FilterCompletion completion{cursor, 0, {}, {}};
    if (isInQuotes(text, cursor))
        return completion;
    qsizetype start = cursor;
    while (start > 0 && text[start - 1] != u' ')
        --start;
    if (start < cursor && text[start] == u'-')
        ++start;
    const QString word = text.sliced(start, cursor - start);
    const qsizetype colon = word.indexOf(u':');
    if (colon < 0) {
        QStringList keys;
        const QStringList names = ClientFilter::keys();
        for (const QString &name : names)
            keys.append(name + u':');
        completion.from = start;
        completion.length = word.size();
        completion.words = startingWith(keys, word);
        return completion;
    }
    const QString key = word.first(colon).toLower();
    const auto hint = std::find_if(KeyHints.begin(), KeyHints.end(),
                                   [&key](const KeyHint &h) { return h.key == key; });
    if (hint == KeyHints.end())
        return completion;
    completion.hint = hint->hint;
    if (hint->hint == YesNoHint) {
        const QString value = word.sliced(colon + 1);
        completion.from = start + colon + 1;
        completion.length = value.size();
        completion.words = startingWith({u"yes"_s, u"no"_s}, value);
    }
    return completion;
}

qsizetype problemLength(const QString &text, qsizetype position)
{
    const qsizetype blank = text.indexOf(u' ', position + 1);
    return std::max<qsizetype>(0, (blank < 0 ? text.size() : blank) - position);
}

} // namespace truepeer
