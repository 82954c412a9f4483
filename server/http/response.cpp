// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/response.h"

#include "server/http/grammar.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <charconv>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct Reason
{
    int status;
    const char *phrase;
};

// The IANA registry of status codes, sorted.
constexpr std::array Reasons{
    Reason{100, "Continue"},
    Reason{101, "Switching Protocols"},
    Reason{102, "Processing"},
    Reason{103, "Early Hints"},
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{203, "Non-Authoritative Information"},
    Reason{204, "No Content"},
    Reason{205, "Reset Content"},
    Reason{206, "Partial Content"},
    Reason{207, "Multi-Status"},
    Reason{208, "Already Reported"},
    Reason{226, "IM Used"},
    Reason{300, "Multiple Choices"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{305, "Use Proxy"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{402, "Payment Required"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{407, "Proxy Authentication Required"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{411, "Length Required"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{415, "Unsupported Media Type"},
    Reason{416, "Range Not Satisfiable"},
    Reason{417, "Expectation Failed"},
    Reason{421, "Misdirected Request"},
    Reason{422, "Unprocessable Content"},
    Reason{423, "Locked"},
    Reason{424, "Failed Dependency"},
    Reason{425, "Too Early"},
    Reason{426, "Upgrade Required"},
    Reason{428, "Precondition Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{451, "Unavailable For Legal Reasons"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{502, "Bad Gateway"},
    Reason{503, "Service Unavailable"},
    Reason{504, "Gateway Timeout"},
    Reason{505, "HTTP Version Not Supported"},
    Reason{506, "Variant Also Negotiates"},
    Reason{507, "Insufficient Storage"},
    Reason{508, "Loop Detected"},
    Reason{511, "Network Authentication Required"},
};

bool isSafeValue(QByteArrayView value)
{
    return findForbiddenControl(value, 0) == value.size();
}

// Fields that serialize() writes by itself.
bool isOwnField(QByteArrayView name)
{
    static constexpr std::array<QByteArrayView, 6> Own{
        "content-length", "content-type",      "connection",
        "date",           "transfer-encoding", "x-content-type-options",
    };
    return std::any_of(Own.begin(), Own.end(),
                       [name](QByteArrayView own) { return ascii::equalsIgnoringCase(name, own); });
}

void appendNumber(QByteArray &out, qsizetype number)
{
    std::array<char, 20> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), result.ptr - digits.data());
}

void appendField(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    out.append(name);
    out.append(": ");
    out.append(value);
    out.append("\r\n");
}

// True when one of the fields was Upgrade.
bool appendHandlerFields(const Response &response, QByteArray &out)
{
    bool upgrades = false;
    for (const auto &[name, value] : response.headers) {
        if (!ascii::isToken(name) || !isSafeValue(value) || isOwnField(name))
            continue;
        appendField(out, name, value);
        upgrades = upgrades || ascii::equalsIgnoringCase(name, "upgrade");
    }
    return upgrades;
}

void appendConnection(bool upgrades, bool staysOpen, int minorVersion, bool switches,
                      QByteArray &out)
{
    QByteArrayView option;
    if (!staysOpen)
        option = "close";
    else if (minorVersion == 0)
        option = "keep-alive";
    if (upgrades && (switches || option.isEmpty()))
        appendField(out, "Connection", "Upgrade");
    else if (upgrades)
        appendField(out, "Connection",
                    option == "close" ? "Upgrade, close" : "Upgrade, keep-alive");
    else if (!option.isEmpty())
        appendField(out, "Connection", option);
}

} // namespace

Response Response::jsonText(QByteArray body, int status)
{
    Response response;
    response.status = status;
    response.contentType = "application/json"_ba;
    response.body = std::move(body);
    return response;
}

Response Response::json(const QJsonObject &body, int status)
{
    return jsonText(QJsonDocument(body).toJson(QJsonDocument::Compact), status);
}

Response Response::text(int status, QByteArray body)
{
    Response response;
    response.status = status;
    response.contentType = "text/plain; charset=utf-8"_ba;
    response.body = std::move(body);
    return response;
}

Response Response::html(QByteArray body, int status)
{
    Response response;
    response.status = status;
    response.contentType = "text/html; charset=utf-8"_ba;
    response.body = std::move(body);
    return response;
}

Response Response::error(int status, QByteArrayView message, QByteArrayView slug)
{
    // Written member by member, because QJsonObject would sort "code" before "error".
    const auto quoted = [](QByteArrayView text) {
        const QJsonArray array{QString::fromUtf8(text)};
        return QJsonDocument(array).toJson(QJsonDocument::Compact).sliced(1).chopped(1);
    };
    QByteArray body = "{\"error\":" + quoted(message);
    if (!slug.isEmpty())
        body += ",\"code\":" + quoted(slug);
    return jsonText(body + '}', status);
}

void serialize(const Response &response, const SerializeOptions &options, QByteArray &out)
{
    const bool isInterim = response.status / 100 == 1;
    const bool hasContent = !isInterim && response.status != 204 && response.status != 304;

    out.append("HTTP/1.1 ");
    appendNumber(out, response.status);
    out.append(' ');
    out.append(reasonPhrase(response.status));
    out.append("\r\n");
    if (!options.dateValue.isEmpty() && isSafeValue(options.dateValue))
        appendField(out, "Date", options.dateValue);
    if (hasContent) {
        if (!response.contentType.isEmpty() && isSafeValue(response.contentType))
            appendField(out, "Content-Type", response.contentType);
        out.append("Content-Length: ");
        appendNumber(out, response.body.size());
        out.append("\r\n");
    }
    const bool upgrades = appendHandlerFields(response, out);
    appendConnection(upgrades, staysOpen(response, options), options.minorVersion, isInterim, out);
    out.append("X-Content-Type-Options: nosniff\r\n\r\n");
    if (hasContent && !options.head)
        out.append(response.body);
}

QByteArrayView reasonPhrase(int status)
{
    const auto found =
        std::lower_bound(Reasons.begin(), Reasons.end(), status,
                         [](const Reason &reason, int wanted) { return reason.status < wanted; });
    return found != Reasons.end() && found->status == status ? found->phrase : "Unknown";
}

QByteArray httpDate(std::chrono::sys_seconds time)
{
    static constexpr std::array<const char *, 7> Days{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char *, 12> Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const auto number = [](auto value, int width) {
        return QByteArray::number(static_cast<qint64>(value)).rightJustified(width, '0');
    };
    return QByteArray(Days.at(std::chrono::weekday(day).c_encoding())) + ", "
           + number(unsigned{date.day()}, 2) + ' ' + Months.at(unsigned{date.month()} - 1) + ' '
           + number(int{date.year()}, 4) + ' ' + number(clock.hours().count(), 2) + ':'
           + number(clock.minutes().count(), 2) + ':' + number(clock.seconds().count(), 2) + " GMT";
}

QByteArrayView continueResponse()
{
    return "HTTP/1.1 100 Continue\r\n\r\n";
}

} // namespace truepeer
