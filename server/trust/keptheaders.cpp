// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/keptheaders.h"

#include "server/trust/elementaddress.h"
#include "server/trust/forwarded.h"
#include "shared/net/ascii.h"
#include "shared/net/hostport.h"

#include <QtEndian>

#include <algorithm>
#include <limits>
#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Longer than any host with its port, and than any address, scheme or port.
constexpr qsizetype LongestHost = 300;
constexpr qsizetype LongestWord = 100;

// A text that is too long to be valid, as a short one that is invalid as well: nothing that the
// resolver accepts begins with a quote.
QByteArray shortened(QByteArrayView text)
{
    return '"' + text.first(LongestWord - 1).toByteArray();
}

QByteArray compactPlain(QByteArrayView element, ForwardingHeader header)
{
    const bool isHost = header == ForwardingHeader::Host;
    if (element.size() <= (isHost ? LongestHost : LongestWord))
        return element.toByteArray();
    if (header == ForwardingHeader::For || header == ForwardingHeader::RealIp) {
        // A zone may have any length, and means nothing.
        if (const std::optional<IpAddress> address = elementAddress(element, ElementForm::Plain))
            return address->toText();
    }
    return shortened(element);
}

void appendParameter(QByteArray &out, const char *name, QByteArrayView quoted)
{
    if (!out.isEmpty())
        out.append(';');
    out.append(name).append("=\"").append(quoted.data(), quoted.size()).append('"');
}

// A host that is too long as it was sent, but not when its quoted pairs are undone, is kept in its
// one form; what is no host stays a statement of nothing.
QByteArray shortHost(const ForwardedValue &host)
{
    if (host.raw.size() <= LongestHost)
        return host.raw.toByteArray();
    const std::optional<HostPort> parsed = parseHostPort(host.text());
    if (!parsed)
        return {};
    return parsed->port ? parsed->host + ':' + QByteArray::number(*parsed->port) : parsed->host;
}

// An element of Forwarded without the parameters that nobody reads. An invalid value stays: it
// counts as a statement of nothing.
QByteArray compactForwarded(const ForwardedElement &element)
{
    if (element.source.size() <= LongestWord)
        return element.source.toByteArray();
    if (!element.usable)
        return shortened(element.source);
    QByteArray result;
    if (element.address) {
        QByteArrayView raw = element.address->raw;
        QByteArray text;
        if (raw.size() > LongestWord) {
            const std::optional<IpAddress> address =
                elementAddress(element.address->text(), ElementForm::Node);
            if (address)
                text = address->isIPv4() ? address->toText() : '[' + address->toText() + ']';
            raw = text;
        }
        appendParameter(result, "for", raw);
    }
    if (element.proto)
        appendParameter(result, "proto",
                        element.proto->raw.size() <= LongestWord ? element.proto->raw
                                                                 : QByteArrayView());
    if (element.host)
        appendParameter(result, "host", shortHost(*element.host));
    return result.isEmpty() ? ";"_ba : result;
}

// Takes the elements of one header, from the right.
class Trimmer
{
public:
    struct Element
    {
        QByteArray text;
        bool ownLine; // must not be joined with others
    };

    Trimmer(ForwardingHeader header, const HeaderValues &values)
        : m_header(header)
        , m_values(values)
        , m_elements(values)
        , m_forwarded(values)
    {
    }

    // Takes one more element, if there is one and it fits in *room.
    void takeOne(qsizetype nameSize, qsizetype &room);
    // True if something was left behind.
    bool isCut();
    const std::vector<Element> &taken() const { return m_taken; }

private:
    std::optional<Element> next();
    std::optional<Element> nextRealIp();

    ForwardingHeader m_header;
    const HeaderValues &m_values;
    ElementsFromRight m_elements;
    ForwardedList m_forwarded;
    qsizetype m_next = 0;
    QByteArrayView m_firstLine;   // of X-Real-IP, as it was sent
    std::vector<Element> m_taken; // right to left
    bool m_full = false;
};

void Trimmer::takeOne(qsizetype nameSize, qsizetype &room)
{
    constexpr qsizetype Overhead = 4; // of a line; more than that of a separator
    if (m_full)
        return;
    std::optional<Element> element = next();
    if (!element)
        return;
    const bool newLine = element->ownLine || m_taken.empty();
    const qsizetype size = element->text.size() + Overhead + (newLine ? nameSize : 0);
    m_full = size > room;
    if (m_full)
        return;
    room -= size;
    m_taken.push_back(*std::move(element));
}

bool Trimmer::isCut()
{
    return m_full || next().has_value();
}

std::optional<Trimmer::Element> Trimmer::next()
{
    if (m_header == ForwardingHeader::RealIp)
        return nextRealIp();
    if (m_header == ForwardingHeader::Forwarded) {
        const ForwardedElement *element = m_forwarded.at(m_next++);
        if (!element)
            return std::nullopt;
        return Element{compactForwarded(*element), !element->usable};
    }
    const std::optional<QByteArrayView> element = m_elements.next();
    if (!element)
        return std::nullopt;
    return Element{compactPlain(*element, m_header), false};
}

// The walk only asks whether all lines are equal, so the first one and one that differs will do.
std::optional<Trimmer::Element> Trimmer::nextRealIp()
{
    for (; m_next < m_values.size(); ++m_next) {
        const QByteArrayView line = ascii::trimBlanks(m_values[m_next]);
        if (line.isEmpty() || m_taken.size() == 2)
            continue;
        // Compared as they were sent: the compact form has lost the zone.
        if (m_taken.empty()) {
            m_firstLine = line;
            return Element{compactPlain(line, m_header), true};
        }
        if (line != m_firstLine) {
            QByteArray text = compactPlain(line, m_header);
            return Element{text == m_taken.front().text ? ","_ba : std::move(text), true};
        }
    }
    return std::nullopt;
}

constexpr qsizetype LineOverhead = 4;

qsizetype lineSize(QByteArrayView name, QByteArrayView value)
{
    return LineOverhead + name.size() + value.size();
}

// Returns where the next one goes.
char *writeLine(char *to, QByteArrayView name, QByteArrayView value)
{
    qToBigEndian(static_cast<quint16>(name.size()), to);
    qToBigEndian(static_cast<quint16>(value.size()), to + 2);
    to = std::copy_n(name.data(), name.size(), to + LineOverhead);
    return std::copy_n(value.data(), value.size(), to);
}

} // namespace

KeptHeaders::KeptHeaders(std::span<const HeaderLine> headers, const TrustPolicy &policy)
{
    assign(headers, policy);
    m_block.squeeze();
}

void KeptHeaders::assign(std::span<const HeaderLine> headers, const TrustPolicy &policy)
{
    m_cut = 0;
    std::array<HeaderValues, ForwardingHeaderCount> values;
    qsizetype total = 0;
    std::optional<QByteArrayView> host;
    for (const HeaderLine &line : headers) {
        if (const std::optional<ForwardingHeader> header = policy.forwardingHeader(line.name)) {
            values[static_cast<size_t>(*header)].append(line.value);
            total += lineSize(line.name, line.value);
        } else if (!host && ascii::equalsIgnoringCase(line.name, "Host")) {
            host = line.value.size() <= LongestHost ? line.value : QByteArrayView();
        }
    }
    const bool fits = total <= MaxBytes;
    const qsizetype size = (host ? lineSize("Host", *host) : 0) + (fits ? total : 0);
    if (m_block.size() != size)
        m_block.resize(size);
    char *to = m_block.data();
    if (host)
        to = writeLine(to, "Host", *host);
    if (!fits)
        return keepRightMost(values, policy);
    if (total == 0)
        return;
    for (const HeaderLine &line : headers) {
        if (policy.isForwardingHeader(line.name))
            to = writeLine(to, line.name, line.value);
    }
}

void KeptHeaders::keepRightMost(const std::array<HeaderValues, ForwardingHeaderCount> &values,
                                const TrustPolicy &policy)
{
    std::vector<Trimmer> trimmers;
    trimmers.reserve(ForwardingHeaderCount);
    for (size_t i = 0; i < ForwardingHeaderCount; ++i)
        trimmers.emplace_back(static_cast<ForwardingHeader>(i), values[i]);
    const auto nameOf = [&policy](size_t i) -> const QByteArray & {
        return policy.headerName(static_cast<ForwardingHeader>(i));
    };

    qsizetype room = MaxBytes;
    for (int round = 0; round <= policy.settings().maxHops; ++round) {
        for (size_t i = 0; i < trimmers.size(); ++i)
            trimmers[i].takeOne(nameOf(i).size(), room);
    }
    for (size_t i = 0; i < trimmers.size(); ++i) {
        const std::vector<Trimmer::Element> &taken = trimmers[i].taken();
        QByteArray line;
        for (auto element = taken.rbegin(); element != taken.rend(); ++element) {
            if (element->ownLine) {
                append(nameOf(i), element->text);
                continue;
            }
            if (!line.isEmpty())
                line.append(", ");
            line.append(element->text);
            if (std::next(element) == taken.rend() || std::next(element)->ownLine)
                append(nameOf(i), std::exchange(line, {}));
        }
        if (trimmers[i].isCut())
            m_cut = static_cast<quint8>(m_cut | 1 << i);
    }
}

void KeptHeaders::append(QByteArrayView name, QByteArrayView value)
{
    const qsizetype at = m_block.size();
    m_block.resize(at + lineSize(name, value));
    writeLine(m_block.data() + at, name, value);
}

std::vector<HeaderLine> KeptHeaders::lines() const
{
    std::vector<HeaderLine> result;
    const QByteArrayView block(m_block);
    for (qsizetype at = 0; at < block.size();) {
        const qsizetype nameSize = qFromBigEndian<quint16>(block.data() + at);
        const qsizetype valueSize = qFromBigEndian<quint16>(block.data() + at + 2);
        at += 4;
        result.push_back({block.sliced(at, nameSize), block.sliced(at + nameSize, valueSize)});
        at += nameSize + valueSize;
    }
    return result;
}

} // namespace truepeer
