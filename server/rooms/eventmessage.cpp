// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/eventmessage.h"

#include "server/rooms/jsonfault.h"
#include "server/rooms/jsonmember.h"
#include "shared/net/ascii.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

namespace json = boost::json;

constexpr qsizetype MaxEventName = 255;
// Of the client's own text in an error, so that no answer grows with the message.
constexpr qsizetype MaxReflected = 500;
// Of json_decode() in PHP, which the original calls. Qt takes 1024.
constexpr std::size_t MaxDepth = 512;

constexpr char DepthError[] = "Maximum stack depth exceeded";

enum class Kind { Missing, Scalar, String, Object, Array }; // Missing is null too

// Listens to the parser, and keeps what the checks need to know about the envelope. Kept text is
// bounded by MaxEventName and MaxReflected.
class EnvelopeHandler
{
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    using Error = json::error_code;
    using View = json::string_view;

    bool on_document_begin(Error & /*error*/) { return true; }
    bool on_document_end(Error & /*error*/) { return true; }
    bool on_object_begin(Error & /*error*/) { return begin(Kind::Object); }
    bool on_object_end(std::size_t /*size*/, Error & /*error*/)
    {
        --m_depth;
        return true;
    }
    bool on_array_begin(Error & /*error*/) { return begin(Kind::Array); }
    bool on_array_end(std::size_t size, Error & /*error*/)
    {
        if (--m_depth == 0)
            addIndexes(size);
        return true;
    }
    bool on_key_part(View part, std::size_t total, Error & /*error*/)
    {
        if (m_depth == 1)
            append(m_key, part, total, MaxReflected);
        return true;
    }
    bool on_key(View part, std::size_t total, Error & /*error*/)
    {
        if (m_depth != 1)
            return true;
        if (total == part.size()) {
            setKey(toView(part));
            return true;
        }
        append(m_key, part, total, MaxReflected);
        setKey(m_key);
        return true;
    }
    bool on_string_part(View part, std::size_t total, Error & /*error*/)
    {
        if (m_depth == 1 && m_member == Member::Event)
            append(m_event, part, total, MaxEventName);
        return true;
    }
    bool on_string(View part, std::size_t total, Error &error)
    {
        on_string_part(part, total, error);
        return value(Kind::String);
    }
    bool on_number_part(View /*part*/, Error & /*error*/) { return true; }
    bool on_int64(std::int64_t /*number*/, View /*text*/, Error & /*error*/)
    {
        return value(Kind::Scalar);
    }
    bool on_uint64(std::uint64_t /*number*/, View /*text*/, Error & /*error*/)
    {
        return value(Kind::Scalar);
    }
    bool on_double(double number, View /*text*/, Error & /*error*/)
    {
        m_hasExtremeNumber = m_hasExtremeNumber || !std::isnormal(number);
        return value(Kind::Scalar);
    }
    bool on_bool(bool /*flag*/, Error & /*error*/) { return value(Kind::Scalar); }
    bool on_null(Error & /*error*/) { return value(Kind::Missing); }
    bool on_comment_part(View /*part*/, Error & /*error*/) { return true; }
    bool on_comment(View /*part*/, Error & /*error*/) { return true; }

    bool isContainer() const { return m_top == Kind::Object || m_top == Kind::Array; }
    // Empty when the envelope is valid.
    QByteArray problems() const;
    Kind dataKind() const { return m_dataKind; }
    // A number that is zero or beyond the range of double, or nearly: Qt takes not all of these.
    bool hasExtremeNumber() const { return m_hasExtremeNumber; }
    QByteArray takeEvent() { return std::move(m_event); }

private:
    enum class Member { Other, Event, Data };

    static QByteArrayView toView(View text)
    {
        return {text.data(), static_cast<qsizetype>(text.size())};
    }
    // Adds a part of a string, of which `total` bytes have come with it; one byte more than `limit`
    // is kept, to tell that there was more.
    static void append(QByteArray &text, View part, std::size_t total, qsizetype limit)
    {
        if (total == part.size())
            text.truncate(0);
        const qsizetype room = limit + 1 - text.size();
        text.append(toView(part).first(std::min(room, static_cast<qsizetype>(part.size()))));
    }
    bool begin(Kind kind)
    {
        value(kind);
        ++m_depth;
        return true;
    }
    bool value(Kind kind);
    void setKey(QByteArrayView key);
    void addIndexes(std::size_t count);
    void addExtra(QByteArrayView key);
    const char *eventProblem() const;
    const char *dataProblem() const;
    QByteArray extraProblem() const;

    int m_depth = 0;
    Kind m_top = Kind::Missing;
    Member m_member = Member::Other; // of the value that comes next at depth 1
    Kind m_eventKind = Kind::Missing;
    Kind m_dataKind = Kind::Missing;
    bool m_hasExtremeNumber = false;
    QByteArray m_event;
    QByteArray m_key;          // one that comes in parts
    QSet<QByteArray> m_extras; // the keys in m_extraText
    QByteArray m_extraText;
};

bool EnvelopeHandler::value(Kind kind)
{
    if (m_depth == 0)
        m_top = kind;
    else if (m_depth == 1 && m_member == Member::Event)
        m_eventKind = kind;
    else if (m_depth == 1 && m_member == Member::Data)
        m_dataKind = kind;
    return true;
}

void EnvelopeHandler::setKey(QByteArrayView key)
{
    if (key == "event") {
        m_member = Member::Event;
    } else if (key == "data") {
        m_member = Member::Data;
    } else {
        m_member = Member::Other;
        addExtra(key);
    }
}

// To PHP an array is an object with the keys 0, 1, 2…
void EnvelopeHandler::addIndexes(std::size_t count)
{
    for (std::size_t i = 0; i < count && m_extraText.size() <= MaxReflected; ++i)
        addExtra(QByteArray::number(static_cast<quint64>(i)));
}

void EnvelopeHandler::addExtra(QByteArrayView key)
{
    if (m_extraText.size() > MaxReflected)
        return;
    key = key.first(std::min(key.size(), MaxReflected + 1));
    if (m_extras.contains(QByteArray::fromRawData(key.data(), key.size())))
        return;
    if (!m_extras.isEmpty())
        m_extraText += ", ";
    m_extraText += key;
    m_extras.insert(key.toByteArray());
}

const char *EnvelopeHandler::eventProblem() const
{
    if (m_eventKind == Kind::Missing)
        return "Missing required field: event";
    if (m_eventKind != Kind::String)
        return "Event field must be a string";
    if (m_event.isEmpty() || m_event == "0")
        return "Event field cannot be empty";
    if (!isEventName(m_event)) {
        return "Invalid event name format (only alphanumeric, dots, underscores, hyphens "
               "allowed)";
    }
    return nullptr;
}

const char *EnvelopeHandler::dataProblem() const
{
    switch (m_dataKind) {
    case Kind::Missing:
        return "Missing required field: data";
    case Kind::Scalar:
    case Kind::String:
        return "Data field must be an object/array";
    case Kind::Object:
    case Kind::Array:
        break;
    }
    return nullptr;
}

QByteArray EnvelopeHandler::extraProblem() const
{
    if (m_extras.isEmpty())
        return {};
    const QByteArray text = "Message contains unsupported fields: ";
    if (m_extraText.size() <= MaxReflected)
        return text + m_extraText;
    qsizetype end = MaxReflected;
    while ((m_extraText[end] & 0xc0) == 0x80)
        --end;
    return text + m_extraText.first(end) + "...";
}

QByteArray EnvelopeHandler::problems() const
{
    QByteArray text;
    const auto add = [&text](QByteArrayView problem) {
        if (!problem.isEmpty())
            text += (text.isEmpty() ? "Message validation failed: "_ba : ", "_ba) + problem;
    };
    add(eventProblem());
    add(dataProblem());
    add(extraProblem());
    return text;
}

EventParseResult valid(QByteArray event, QByteArray dataJson)
{
    return {EventParseResult::Status::Valid, {std::move(event), std::move(dataJson)}, {}};
}

EventParseResult invalid(QByteArray error)
{
    return {EventParseResult::Status::Invalid, {}, std::move(error)};
}

EventParseResult invalidJson(const char *fault)
{
    return invalid("Invalid JSON format: "_ba + fault);
}

// A string literal of JSON.
void appendString(QByteArray &out, QByteArrayView text)
{
    out += '"';
    qsizetype written = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool isControl = static_cast<uchar>(c) < 0x20;
        if (!isControl && c != '"' && c != '\\')
            continue;
        out += text.sliced(written, i - written);
        written = i + 1;
        if (isControl)
            out += "\\u00" + QByteArray::number(c, 16).rightJustified(2, '0');
        else
            out += QByteArray("\\") + c;
    }
    out += text.sliced(written);
    out += '"';
}

void appendText(QByteArray &out, QByteArrayView text)
{
    if (text.isValidUtf8())
        appendString(out, text);
    else
        appendString(out, QString::fromUtf8(text).toUtf8());
}

// Qt writes a lone surrogate as an escape (in lower case), which strict parsers refuse; it writes
// pairs as UTF-8, so that each escape from \ud800 to \udfff is a lone one.
void replaceLoneSurrogates(QByteArray &text)
{
    for (qsizetype i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
        const QByteArrayView escape = QByteArrayView(text).sliced(i);
        if (escape.startsWith("\\ud") && escape[3] >= '8')
            text.replace(i + 2, 4, "fffd");
    }
}

QJsonDocument documentOf(const QJsonValue &value)
{
    return value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
}

QByteArray jsonText(const QJsonValue &value)
{
    QByteArray text;
    switch (value.type()) {
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        return "{}"_ba;
    case QJsonValue::Array:
        if (value.toArray().isEmpty())
            return "{}"_ba;
        [[fallthrough]];
    case QJsonValue::Object:
        text = documentOf(value).toJson(QJsonDocument::Compact);
        break;
    default:
        // A document holds no scalar.
        text = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        text = text.sliced(1, text.size() - 2);
        break;
    }
    replaceLoneSurrogates(text);
    return text;
}

} // namespace

EventParseResult parseEventMessage(QByteArrayView payload)
{
    if (payload.isEmpty() || payload == "0")
        return {};
    json::parse_options options;
    options.max_depth = MaxDepth;
    json::basic_parser<EnvelopeHandler> parser(options);
    json::error_code error;
    const auto used = static_cast<qsizetype>(
        parser.write_some(false, payload.data(), static_cast<std::size_t>(payload.size()), error));
    if (error == json::error::too_deep)
        return invalidJson(DepthError);
    if (error || used < payload.size())
        return invalidJson(jsonFaultAt(payload, used));

    EnvelopeHandler &envelope = parser.handler();
    if (!envelope.isContainer())
        return invalid("Message must be a JSON object"_ba);
    if (QByteArray problems = envelope.problems(); !problems.isEmpty())
        return invalid(std::move(problems));

    const JsonMember data = findJsonMember(payload, "data");
    if (!data.isUncertain && !envelope.hasExtremeNumber())
        return valid(envelope.takeEvent(), data.value.toByteArray());
    const QJsonValue parsed = QJsonDocument::fromJson(payload.toByteArray()).object()[u"data"];
    if (envelope.dataKind() == Kind::Object ? !parsed.isObject() : !parsed.isArray())
        return invalidJson(JsonSyntaxError);
    return valid(envelope.takeEvent(), documentOf(parsed).toJson(QJsonDocument::Compact));
}

QJsonValue EventMessage::data() const
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

bool isEventName(QByteArrayView name)
{
    return !name.isEmpty() && name.size() <= MaxEventName
           && std::all_of(name.begin(), name.end(), [](char c) {
                  return ascii::isAlphaNumeric(c) || c == '.' || c == '_' || c == '-';
              });
}

QByteArray encodeEvent(QByteArrayView event, const QJsonValue &data)
{
    return encodeEvent(event, QByteArrayView(jsonText(data)));
}

QByteArray encodeEvent(QByteArrayView event, QByteArrayView dataJson)
{
    Q_ASSERT(!dataJson.isEmpty());
    QByteArray out;
    out.reserve(event.size() + dataJson.size() + 24);
    out += "{\"event\":";
    appendText(out, event);
    out += ",\"data\":";
    out += dataJson;
    out += '}';
    return out;
}

QByteArray encodeEvent(const EventMessage &message)
{
    const QByteArrayView json = message.json;
    const bool isEmptyArray = json.startsWith('[') && json.sliced(1).chopped(1).trimmed().isEmpty();
    return encodeEvent(message.event, isEmptyArray ? QByteArrayView("{}") : json);
}

QByteArray errorEvent(QByteArrayView message, qint64 timestamp)
{
    QByteArray data;
    data.reserve(message.size() + 48);
    data += "{\"message\":";
    appendText(data, message);
    data += ",\"timestamp\":" + QByteArray::number(timestamp) + '}';
    return encodeEvent("error", QByteArrayView(data));
}

} // namespace truepeer
