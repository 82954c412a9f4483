// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/forwarded.h"

#include "shared/net/ascii.h"

#include <algorithm>

namespace truepeer {

namespace {

// qdtext of RFC 9110 5.6.4: HTAB, SP, VCHAR without `"` and `\`, obs-text.
bool isQuotedText(char c)
{
    return c == '\t' || (ascii::isPrintable(c) && c != '"' && c != '\\')
           || static_cast<quint8>(c) >= 0x80;
}

// What may follow the backslash of a quoted-pair.
bool isEscapable(char c)
{
    return c == '\t' || ascii::isPrintable(c) || static_cast<quint8>(c) >= 0x80;
}

enum class Parameter { For, Proto, Host, By, Other };

Parameter parameterOf(QByteArrayView name)
{
    if (ascii::equalsIgnoringCase(name, "for"))
        return Parameter::For;
    if (ascii::equalsIgnoringCase(name, "proto"))
        return Parameter::Proto;
    if (ascii::equalsIgnoringCase(name, "host"))
        return Parameter::Host;
    if (ascii::equalsIgnoringCase(name, "by"))
        return Parameter::By;
    return Parameter::Other;
}

class LineParser
{
public:
    explicit LineParser(QByteArrayView line)
        : m_line(line)
    {
    }

    bool run(ForwardedElements &elements);

private:
    bool atEnd() const { return m_at == m_line.size(); }
    bool atSeparator(char separator) const { return !atEnd() && m_line[m_at] == separator; }
    void skipBlanks();
    bool readElement(ForwardedElement &element);
    bool readPair(ForwardedElement &element);
    std::optional<ForwardedValue> readValue(Parameter parameter);
    std::optional<ForwardedValue> readQuoted();

    QByteArrayView m_line;
    qsizetype m_at = 0;
    bool m_sawBy = false; // in the element that is being read
};

void LineParser::skipBlanks()
{
    while (!atEnd() && ascii::isBlank(m_line[m_at]))
        ++m_at;
}

// 1#forwarded-element with the list rule of RFC 9110 5.6.1.2: empty elements are skipped.
bool LineParser::run(ForwardedElements &elements)
{
    for (;;) {
        skipBlanks();
        if (atEnd())
            return true;
        if (atSeparator(',')) {
            ++m_at;
            continue;
        }
        ForwardedElement element;
        const qsizetype start = m_at;
        if (!readElement(element))
            return false;
        element.source = ascii::trimBlanks(m_line.sliced(start, m_at - start));
        elements.append(element);
    }
}

// [ forwarded-pair ] *( ";" [ forwarded-pair ] ), up to the comma or the end.
bool LineParser::readElement(ForwardedElement &element)
{
    m_sawBy = false;
    for (;;) {
        skipBlanks();
        if (!atEnd() && !atSeparator(';') && !atSeparator(',')) {
            if (!readPair(element))
                return false;
            skipBlanks();
        }
        if (!atSeparator(';'))
            return atEnd() || atSeparator(',');
        ++m_at;
    }
}

bool LineParser::readPair(ForwardedElement &element)
{
    const qsizetype start = m_at;
    while (!atEnd() && ascii::isTokenChar(m_line[m_at]))
        ++m_at;
    const QByteArrayView name = m_line.sliced(start, m_at - start);
    if (name.isEmpty() || !atSeparator('='))
        return false;
    ++m_at;
    const Parameter parameter = parameterOf(name);
    const std::optional<ForwardedValue> value = readValue(parameter);
    if (!value)
        return false;

    std::optional<ForwardedValue> *slot = nullptr;
    switch (parameter) {
    case Parameter::For:
        slot = &element.address;
        break;
    case Parameter::Proto:
        slot = &element.proto;
        break;
    case Parameter::Host:
        slot = &element.host;
        break;
    case Parameter::By:
        return !std::exchange(m_sawBy, true);
    case Parameter::Other:
        return true;
    }
    if (slot->has_value())
        return false;
    *slot = value;
    return true;
}

std::optional<ForwardedValue> LineParser::readValue(Parameter parameter)
{
    if (atSeparator('"'))
        return readQuoted();
    const bool isNode = parameter == Parameter::For || parameter == Parameter::Host;
    const qsizetype start = m_at;
    while (!atEnd()) {
        const char c = m_line[m_at];
        if (!ascii::isTokenChar(c) && !(isNode && (c == ':' || c == '[' || c == ']')))
            break;
        ++m_at;
    }
    if (m_at == start)
        return std::nullopt;
    return ForwardedValue{m_line.sliced(start, m_at - start), false};
}

std::optional<ForwardedValue> LineParser::readQuoted()
{
    const qsizetype start = ++m_at;
    bool escaped = false;
    while (!atEnd()) {
        const char c = m_line[m_at];
        if (c == '"') {
            const QByteArrayView raw = m_line.sliced(start, m_at - start);
            ++m_at;
            return ForwardedValue{raw, escaped};
        }
        if (c == '\\') {
            escaped = true;
            ++m_at;
            if (atEnd() || !isEscapable(m_line[m_at]))
                return std::nullopt;
        } else if (!isQuotedText(c)) {
            return std::nullopt;
        }
        ++m_at;
    }
    return std::nullopt;
}

} // namespace

QByteArray ForwardedValue::text() const
{
    if (!escaped)
        return QByteArray::fromRawData(raw.data(), raw.size());
    QByteArray result;
    result.reserve(raw.size());
    for (qsizetype i = 0; i < raw.size(); ++i) {
        if (raw[i] == '\\')
            ++i;
        result.append(raw[i]);
    }
    return result;
}

bool parseForwardedLine(QByteArrayView line, ForwardedElements &elements)
{
    const qsizetype before = elements.size();
    if (LineParser(line).run(elements))
        return true;
    elements.resize(before);
    return false;
}

const ForwardedElement *ForwardedList::at(qsizetype index)
{
    while (index >= m_elements.size() && !m_values.empty()) {
        const QByteArrayView line = m_values.back();
        m_values = m_values.first(m_values.size() - 1);
        const qsizetype before = m_elements.size();
        if (parseForwardedLine(line, m_elements)) {
            std::reverse(m_elements.begin() + before, m_elements.end());
        } else {
            ForwardedElement unusable;
            unusable.source = ascii::trimBlanks(line);
            unusable.usable = false;
            m_elements.append(unusable);
        }
    }
    return index < m_elements.size() ? &m_elements[index] : nullptr;
}

} // namespace truepeer
