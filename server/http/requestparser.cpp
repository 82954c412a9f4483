// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requestparser.h"

#include "server/http/grammar.h"
#include "server/http/headgrammar.h"
#include "server/http/requestrules.h"

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// RFC 9112 2.2 asks servers to ignore at least one empty line before a request.
constexpr qsizetype MaxEmptyLines = 2;
// No registered method is longer (RFC 9110 16.1: UPDATEREDIRECTREF has 17).
constexpr qsizetype MaxMethodBytes = 32;

HttpRefusal controlRefusal(char c)
{
    if (c == '\r')
        return {400, "There is a CR without LF."_ba};
    if (c == '\n')
        return {400, "There is a LF without CR."_ba};
    return {400, "There is a control character in the head."_ba};
}

// Judges what there is of the method, up to the blank after it.
std::optional<HttpRefusal> methodRefusal(QByteArrayView text)
{
    const qsizetype looked = std::min(text.size(), MaxMethodBytes + 1);
    for (qsizetype i = 0; i < looked; ++i) {
        if (text[i] == ' ' && i > 0)
            return std::nullopt;
        if (!ascii::isTokenChar(text[i]))
            return HttpRefusal{400, "The request does not begin with a method."_ba};
    }
    if (looked > MaxMethodBytes)
        return HttpRefusal{501, "The method is longer than any that is known."_ba};
    return std::nullopt;
}

} // namespace

RequestParser::RequestParser(const HttpLimits &limits, QByteArrayList forwardingNames)
    : m_limits(limits)
    , m_forwardingNames(std::move(forwardingNames))
{
}

ParseStatus RequestParser::parse(QByteArrayView bytes, RequestHead &out)
{
    // What is beyond the cap is not looked at, so that the answer does not depend on the cut.
    const ParseStatus status = scan(bytes.first(std::min(bytes.size(), m_limits.headerBytes)), out);
    return status == ParseStatus::Complete ? finish(bytes, out) : status;
}

void RequestParser::reset()
{
    m_start = m_fields = m_line = m_scanned = 0;
    m_fieldCount = 0;
    m_step = Step::Leading;
}

ParseStatus RequestParser::scan(QByteArrayView bytes, RequestHead &out)
{
    ParseStatus status = ParseStatus::Complete;
    if (m_step == Step::Leading)
        status = skipLeading(bytes);
    if (status == ParseStatus::Complete && m_step == Step::RequestLine)
        status = scanRequestLine(bytes, out);
    if (status == ParseStatus::Complete)
        status = scanFields(bytes);
    return status;
}

ParseStatus RequestParser::skipLeading(QByteArrayView bytes)
{
    while (m_start < bytes.size() && (bytes[m_start] == '\r' || bytes[m_start] == '\n')) {
        if (bytes[m_start] == '\n')
            return refuse(controlRefusal('\n'));
        if (m_start >= 2 * MaxEmptyLines)
            return refuse({400, "There are empty lines where a request should begin."_ba});
        if (m_start + 1 == bytes.size())
            return needMore(bytes);
        if (bytes[m_start + 1] != '\n')
            return refuse(controlRefusal('\r'));
        m_start += 2;
    }
    if (m_start >= bytes.size())
        return needMore(bytes);
    m_line = m_scanned = m_start;
    m_step = Step::RequestLine;
    return ParseStatus::Complete;
}

ParseStatus RequestParser::scanRequestLine(QByteArrayView bytes, RequestHead &out)
{
    if (auto refusal = methodRefusal(bytes.sliced(m_start)))
        return refuse(*std::move(refusal));
    m_scanned = findForbiddenControl(bytes, m_scanned);
    if (m_scanned + 1 >= bytes.size() && (m_scanned == bytes.size() || bytes[m_scanned] == '\r'))
        return needMore(bytes);
    if (bytes[m_scanned] != '\r' || bytes[m_scanned + 1] != '\n')
        return refuse(controlRefusal(bytes[m_scanned]));

    m_fields = m_line = m_scanned += 2;
    m_step = Step::Fields;
    out.clear();
    if (auto refusal = splitRequestLine(bytes.sliced(m_start, m_fields - m_start), out))
        return refuse(*std::move(refusal));
    if (auto refusal = applyTarget(out))
        return refuse(*std::move(refusal));
    return ParseStatus::Complete;
}

ParseStatus RequestParser::scanFields(QByteArrayView bytes)
{
    while (m_line < bytes.size()) {
        const char first = bytes[m_line];
        if (ascii::isBlank(first))
            return refuse(
                {400, "A header line begins with a blank: folded lines are not taken."_ba});
        if (first != '\r' && m_fieldCount == m_limits.headerCount)
            return refuse({431, "There are too many header lines."_ba});
        m_scanned = findForbiddenControl(bytes, m_scanned);
        if (m_scanned == bytes.size()
            || (bytes[m_scanned] == '\r' && m_scanned + 1 == bytes.size()))
            return needMore(bytes);
        if (bytes[m_scanned] != '\r' || bytes[m_scanned + 1] != '\n')
            return refuse(controlRefusal(bytes[m_scanned]));
        m_scanned += 2;
        if (first == '\r') {
            m_size = m_scanned;
            return ParseStatus::Complete;
        }
        m_line = m_scanned;
        ++m_fieldCount;
    }
    return needMore(bytes);
}

ParseStatus RequestParser::finish(QByteArrayView bytes, RequestHead &out)
{
    // The request line is read again, because the views of an earlier call may point to bytes that
    // have moved since.
    out.clear();
    FieldNotes notes;
    if (auto refusal = splitHead(bytes.sliced(m_start, m_size - m_start), out, notes))
        return refuse(*std::move(refusal));
    if (auto refusal = applyTarget(out))
        return refuse(*std::move(refusal));
    if (auto refusal = applyFields(out, notes, m_limits, m_forwardingNames))
        return refuse(*std::move(refusal));
    reset();
    return ParseStatus::Complete;
}

ParseStatus RequestParser::refuse(HttpRefusal refusal)
{
    m_refusal = std::move(refusal);
    reset();
    return ParseStatus::Refused;
}

// `bytes` end before the head does. At the cap that is final.
ParseStatus RequestParser::needMore(QByteArrayView bytes)
{
    if (bytes.size() < m_limits.headerBytes)
        return ParseStatus::Incomplete;
    if (m_step == Step::Fields)
        return refuse({431, "The header section is too large."_ba});
    return refuse({414, "The request line is too long."_ba});
}

} // namespace truepeer
