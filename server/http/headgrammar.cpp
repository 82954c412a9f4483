// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/headgrammar.h"

#include "shared/net/ascii.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <limits>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

QByteArrayView toView(boost::beast::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

// Hands each part of the head to `out` as it stands in the caller's bytes.
class HeadSplitter final : public http::basic_parser<true>
{
public:
    HeadSplitter(RequestHead &out, FieldNotes &notes)
        : m_out(out)
        , m_notes(notes)
    {
        // Sizes are RequestParser's business.
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
    }

    // Bytes used: up to the line that did not fit, when there is one.
    qsizetype split(QByteArrayView bytes, error_code &error)
    {
        return static_cast<qsizetype>(
            put({bytes.data(), static_cast<std::size_t>(bytes.size())}, error));
    }

    bool hasRequestLine() const { return m_hasRequestLine; }

private:
    using View = boost::beast::string_view;

    void on_request_impl(http::verb /*verb*/, View method, View target, int version,
                         error_code & /*error*/) override
    {
        m_out.method = toView(method);
        m_out.target = toView(target);
        m_out.minorVersion = version % 10;
        m_hasRequestLine = true;
    }

    void on_field_impl(http::field field, View name, View value, error_code & /*error*/) override
    {
        const QByteArrayView text = toView(value);
        m_out.headers.push_back({toView(name), text});
        switch (field) {
        case http::field::host:
            note(m_notes.hosts, m_notes.host, text);
            break;
        case http::field::content_length:
            note(m_notes.contentLengths, m_notes.contentLength, text);
            break;
        case http::field::transfer_encoding:
            note(m_notes.transferEncodings, m_notes.transferEncoding, text);
            break;
        case http::field::connection:
            m_notes.hasConnection = true;
            break;
        case http::field::expect:
            m_notes.hasExpect = true;
            break;
        default:
            break;
        }
    }

    static void note(int &count, QByteArrayView &first, QByteArrayView value)
    {
        if (count++ == 0)
            first = value;
    }

    // The parser is asked for heads only.
    void on_header_impl(error_code & /*error*/) override {}
    void on_finish_impl(error_code & /*error*/) override {}
    void on_response_impl(int /*code*/, View /*reason*/, int /*version*/,
                          error_code & /*error*/) override
    {
    }
    void on_body_init_impl(const boost::optional<std::uint64_t> & /*length*/,
                           error_code & /*error*/) override
    {
    }
    std::size_t on_body_impl(View /*body*/, error_code & /*error*/) override { return 0; }
    void on_chunk_header_impl(std::uint64_t /*size*/, View /*extensions*/,
                              error_code & /*error*/) override
    {
    }
    std::size_t on_chunk_body_impl(std::uint64_t /*left*/, View /*body*/,
                                   error_code & /*error*/) override
    {
        return 0;
    }

    RequestHead &m_out;
    FieldNotes &m_notes;
    bool m_hasRequestLine = false;
};

// "HTTP/" DIGIT "." DIGIT: another version of the protocol. Anything else is no HTTP at all.
bool isVersion(QByteArrayView text)
{
    return text.size() == 8 && text.startsWith("HTTP/") && ascii::isDigit(text[5]) && text[6] == '.'
           && ascii::isDigit(text[7]);
}

HttpRefusal versionRefusal(QByteArrayView line)
{
    const qsizetype afterMethod = line.indexOf(' ') + 1;
    const qsizetype afterTarget = line.indexOf(' ', afterMethod) + 1;
    if (isVersion(line.sliced(afterTarget).chopped(2)))
        return {505, "Only HTTP/1.0 and HTTP/1.1 are spoken here."_ba};
    return {400, "The request line does not end with an HTTP version."_ba};
}

HttpRefusal requestLineRefusal(QByteArrayView line, const error_code &error)
{
    if (error == http::error::bad_method)
        return {400, "The method is not a token followed by one blank."_ba};
    if (error == http::error::bad_target)
        return {400, "The request target is missing, or holds a blank or a control character."_ba};
    return versionRefusal(line);
}

HttpRefusal nameRefusal(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || line.first(colon).contains('\r'))
        return {400, "A header line has no colon."_ba};
    if (colon == 0)
        return {400, "A header line has no name."_ba};
    if (ascii::isBlank(line[colon - 1]))
        return {400, "There is a blank between a header name and its colon."_ba};
    return {400, "A header name holds a character that is not allowed there."_ba};
}

// Digits alone are a length, only one that does not fit into 64 bits.
HttpRefusal lengthRefusal(QByteArrayView line, const FieldNotes &notes)
{
    if (notes.transferEncodings > 0)
        return {400, "Content-Length and Transfer-Encoding exclude each other."_ba};
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView value =
        ascii::trimBlanks(line.sliced(colon + 1, line.indexOf('\r') - colon - 1));
    if (!value.isEmpty() && std::all_of(value.begin(), value.end(), ascii::isDigit))
        return {413, "The body is larger than this server takes."_ba};
    return {400, "Content-Length is not one decimal number."_ba};
}

HttpRefusal fieldRefusal(QByteArrayView line, const error_code &error, const FieldNotes &notes)
{
    if (error == http::error::bad_content_length)
        return lengthRefusal(line, notes);
    if (error == http::error::multiple_content_length)
        return {400, "There is more than one Content-Length."_ba};
    if (error == http::error::bad_transfer_encoding) {
        return {400, notes.contentLengths > 0
                         ? "Content-Length and Transfer-Encoding exclude each other."_ba
                         : "There is more than one Transfer-Encoding."_ba};
    }
    if (error == http::error::bad_value)
        return {400, "The Connection field is not a list of tokens."_ba};
    return nameRefusal(line);
}

} // namespace

std::optional<HttpRefusal> splitRequestLine(QByteArrayView line, RequestHead &out)
{
    FieldNotes notes;
    HeadSplitter splitter(out, notes);
    error_code error;
    splitter.split(line, error);
    if (splitter.hasRequestLine())
        return std::nullopt;
    return requestLineRefusal(line, error);
}

std::optional<HttpRefusal> splitHead(QByteArrayView head, RequestHead &out, FieldNotes &notes)
{
    HeadSplitter splitter(out, notes);
    error_code error;
    const qsizetype used = splitter.split(head, error);
    if (!error && used == head.size())
        return std::nullopt;
    return fieldRefusal(head.sliced(used), error, notes);
}

} // namespace truepeer
