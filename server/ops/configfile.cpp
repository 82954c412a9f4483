// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configfile.h"

#include "server/ops/configkeys.h"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString kindOf(const toml::node &node)
{
    switch (node.type()) {
    case toml::node_type::table:
        return u"a table"_s;
    case toml::node_type::array:
        return u"a list"_s;
    case toml::node_type::string:
        return u"a string"_s;
    case toml::node_type::integer:
        return u"an integer"_s;
    case toml::node_type::floating_point:
        return u"a fraction"_s;
    case toml::node_type::boolean:
        return u"a boolean"_s;
    case toml::node_type::none:
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
        break;
    }
    return u"a date or time"_s;
}

// The tables of the configuration: "limits", "cluster", "cluster.redis".
QStringList tableNames()
{
    QStringList names;
    for (const ConfigKey &key : configKeys()) {
        QString name = key.qname();
        while (name.contains(u'.')) {
            name.truncate(name.lastIndexOf(u'.'));
            if (!names.contains(name))
                names += name;
        }
    }
    return names;
}

QStringList keyNames()
{
    QStringList names;
    for (const ConfigKey &key : configKeys())
        names += key.qname();
    return names;
}

// How a key is shown: as it is when it is a bare key of TOML, quoted otherwise.
QString shownKey(const QString &key)
{
    const bool isBare = !key.isEmpty() && std::all_of(key.begin(), key.end(), [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9')
               || c == u'_' || c == u'-';
    });
    return isBare && key.size() <= 64 ? key : quotedForMessage(key);
}

// Something to say about a place of the file.
struct Remark
{
    toml::source_position place;
    QString text;
};

// A table is ordered by its keys; people read from the top.
QStringList inOrderOfPlace(std::vector<Remark> remarks)
{
    std::stable_sort(remarks.begin(), remarks.end(),
                     [](const Remark &a, const Remark &b) { return a.place < b.place; });
    QStringList texts;
    for (const Remark &remark : remarks)
        texts += remark.text;
    return texts;
}

// Walks the parsed document, judges what it finds and remembers where that was.
class Collector
{
public:
    explicit Collector(const QString &name)
        : m_name(printableForMessage(name))
        , m_keyNames(keyNames())
        , m_tableNames(tableNames())
    {
    }

    void walk(const toml::table &table, const QString &prefix)
    {
        for (const auto &[key, node] : table)
            visit(toQString(key.str()), key.source(), node, prefix);
    }

    void addError(const toml::source_region &source, const QString &message)
    {
        m_errors.push_back({source.begin, placeText(source) + u": "_s + message});
    }

    ConfigFileContent result()
    {
        return {std::move(m_settings), inOrderOfPlace(std::move(m_errors)),
                inOrderOfPlace(std::move(m_warnings))};
    }

private:
    void visit(const QString &key, const toml::source_region &keySource, const toml::node &node,
               const QString &prefix)
    {
        const QString shown = prefix + shownKey(key);
        // A key with a dot in it is no path: "limits.max_connections" in quotes is one odd name.
        const bool isPlain = !key.contains(u'.');
        const QString full = prefix + key;
        if (const ConfigKey *known = isPlain ? findConfigKey(full) : nullptr) {
            take(*known, node);
        } else if (isPlain && m_tableNames.contains(full)) {
            if (const toml::table *table = node.as_table())
                walk(*table, full + u'.');
            else
                addError(node.source(), shown + u": expected a table, found "_s + kindOf(node)
                                            + u"; write ["_s + full + u"] and its keys below it"_s);
        } else {
            addUnknown(shown, full, keySource, node.is_table());
        }
    }

    void addUnknown(const QString &shown, const QString &full, const toml::source_region &source,
                    bool isTable)
    {
        QString message = shown + (isTable ? u": unknown table"_s : u": unknown key"_s);
        const QString near = nearestName(full, isTable ? m_tableNames : m_keyNames);
        if (!near.isEmpty())
            message += u"; did you mean \""_s + near + u"\"?"_s;
        addError(source, message);
    }

    void take(const ConfigKey &key, const toml::node &node)
    {
        std::optional<ConfigValue> value;
        if (const auto *flag = node.as_boolean())
            value = flag->get();
        else if (const auto *number = node.as_integer())
            value = static_cast<qint64>(number->get());
        else if (const auto *text = node.as_string())
            value = toQString(text->get());
        else if (const auto *list = node.as_array())
            value = listOf(key, *list);
        else
            addError(node.source(),
                     u"%1: expected %2, found %3"_s.arg(key.qname(), key.typeText(), kindOf(node)));
        if (!value || !judge(key, *value, node))
            return;
        m_settings.push_back({&key, *value, ConfigSource::File, placeText(node.source())});
    }

    std::optional<ConfigValue> listOf(const ConfigKey &key, const toml::array &list)
    {
        QStringList items;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (const auto *text = list[i].as_string())
                items += toQString(text->get());
            else
                addError(list[i].source(), u"%1[%2]: expected a string, found %3"_s.arg(
                                               key.qname(), QString::number(i), kindOf(list[i])));
        }
        const bool isGood = items.size() == static_cast<qsizetype>(list.size());
        return isGood ? std::optional<ConfigValue>(items) : std::nullopt;
    }

    bool judge(const ConfigKey &key, const ConfigValue &value, const toml::node &node)
    {
        bool isGood = true;
        for (const ValueProblem &problem : judgeValue(key, value)) {
            const bool isOfElement = problem.index >= 0 && node.is_array();
            const toml::source_region &source =
                isOfElement ? (*node.as_array())[static_cast<std::size_t>(problem.index)].source()
                            : node.source();
            const QString element = isOfElement ? u"[%1]"_s.arg(problem.index) : QString();
            auto &remarks = problem.isError ? m_errors : m_warnings;
            remarks.push_back({source.begin, placeText(source) + u": "_s + key.qname() + element
                                                 + u": "_s + problem.message});
            isGood = isGood && !problem.isError;
        }
        return isGood;
    }

    QString placeText(const toml::source_region &source) const
    {
        return u"%1:%2:%3"_s.arg(m_name, QString::number(source.begin.line),
                                 QString::number(source.begin.column));
    }

    const QString m_name;
    const QStringList m_keyNames;
    const QStringList m_tableNames;
    std::vector<Remark> m_errors;
    std::vector<Remark> m_warnings;
    std::vector<ConfigSetting> m_settings;
};

// The length of the UTF-8 character at the start of `text`; 0 when there is none.
qsizetype characterLength(QByteArrayView text)
{
    for (qsizetype length = 1; length <= std::min<qsizetype>(4, text.size()); ++length) {
        if (text.first(length).isValidUtf8())
            return length;
    }
    return 0;
}

// Where the first byte stands that is no UTF-8; the column counts bytes.
std::optional<toml::source_region> firstBadByte(const QByteArray &bytes)
{
    toml::source_index line = 1;
    qsizetype start = 0;
    while (start < bytes.size()) {
        const qsizetype newline = bytes.indexOf('\n', start);
        const qsizetype end = newline < 0 ? bytes.size() : newline + 1;
        const QByteArrayView text = QByteArrayView(bytes).sliced(start, end - start);
        if (!text.isValidUtf8()) {
            qsizetype good = 0;
            while (const qsizetype length = characterLength(text.sliced(good)))
                good += length;
            toml::source_region region;
            region.begin = {line, static_cast<toml::source_index>(good + 1)};
            return region;
        }
        start = end;
        ++line;
    }
    return std::nullopt;
}

} // namespace

ConfigFileContent parseConfigFile(const QString &name, const QByteArray &bytes)
{
    Collector collector(name);
    if (const std::optional<toml::source_region> bad = firstBadByte(bytes)) {
        collector.addError(*bad, u"the file is not UTF-8"_s);
        return collector.result();
    }
    // The library reports by exception; this is the only place that meets one.
    try {
        const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        collector.walk(toml::parse(text), QString());
    } catch (const toml::parse_error &error) {
        QString description = printableForMessage(toQString(error.description()));
        description.replace("Error while"_L1, "while"_L1);
        collector.addError(error.source(), u"not valid TOML: "_s + description);
    }
    return collector.result();
}

} // namespace truepeer
