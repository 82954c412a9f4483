// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trusttext.h"

#include "gui/models/trustmerge.h"

#include <QSet>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxShown = 100;

bool isBetweenEntries(QChar c)
{
    return c.isSpace() || c == u',' || c == u';' || c == QChar(QChar::ByteOrderMark);
}

QString unquoted(QStringView part)
{
    const auto isQuote = [](QChar c) { return c == u'"' || c == u'\''; };
    while (!part.isEmpty() && isQuote(part.front()))
        part = part.sliced(1);
    while (!part.isEmpty() && isQuote(part.back()))
        part.chop(1);
    return part.toString();
}

class Reader
{
public:
    void readLine(QStringView line, int number);
    TrustText take() { return std::move(m_text); }

private:
    void add(const QString &entry, const QString &note, int line);

    TrustText m_text;
    QSet<QString> m_known;
};

void Reader::readLine(QStringView line, int number)
{
    const qsizetype mark = line.indexOf(u'#');
    const QString note = mark < 0 ? QString() : line.sliced(mark + 1).trimmed().toString();
    const QStringView content = mark < 0 ? line : line.first(mark);
    qsizetype start = 0;
    for (qsizetype i = 0; i <= content.size(); ++i) {
        if (i < content.size() && !isBetweenEntries(content[i]))
            continue;
        const QString entry = unquoted(content.sliced(start, i - start));
        if (!entry.isEmpty())
            add(entry, note, number);
        start = i + 1;
    }
}

void Reader::add(const QString &entry, const QString &note, int line)
{
    const TrustMeaning meaning = trustMeaning(entry);
    const auto problem = [&](const QString &message) {
        m_text.problems.push_back({line, entry.left(MaxShown), message});
    };
    if (!meaning.problem.isEmpty())
        problem(meaning.problem);
    else if (m_known.contains(meaning.key))
        ++m_text.repeated;
    else if (note.size() > MaxTrustNoteLength)
        problem(u"the note is too long; allowed are %1 characters"_s.arg(MaxTrustNoteLength));
    else
        m_text.entries.push_back({entry, note});
    m_known.insert(meaning.key);
}

} // namespace

TrustText parseTrustText(const QString &text)
{
    Reader reader;
    int number = 0;
    for (const QStringView line : QStringView(text).split(u'\n'))
        reader.readLine(line, ++number);
    return reader.take();
}

} // namespace truepeer
