// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configload.h"

#include "server/ops/configfile.h"
#include "server/ops/configkeys.h"
#include "server/ops/configrules.h"
#include "server/ops/exitcode.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto EnvironmentPrefix = "TRUEPEER_"_L1;
constexpr auto FileVariable = "TRUEPEER_CONFIG"_L1;

Error systemError(int code)
{
    return {QString::fromLocal8Bit(::strerror(code))};
}

// Puts the layers on top of each other and remembers what was wrong with them.
class Loader
{
public:
    explicit Loader(LoadedConfig &loaded)
        : m_loaded(loaded)
    {
    }

    void applyFile(const QString &path, const ConfigFileReader &readFile);
    void applyEnvironment(const QProcessEnvironment &environment);
    void applyFlags(const std::vector<ConfigSetting> &settings);
    void checkRoutes();
    void checkHeaderNames();
    void checkProxyProtocol();

private:
    void take(const ConfigSetting &setting);
    void judgeAndTake(const ConfigSetting &setting);
    void addError(const QString &text);
    void addErrorAt(const QString &key, const QString &message);
    QString latest(const QString &a, const QString &b) const;

    LoadedConfig &m_loaded;
};

void Loader::addError(const QString &text)
{
    m_loaded.errors += text;
    m_loaded.exitCode = ExitCode::Configuration;
}

// An error about keys that are each in order but do not go together, at the place of one of them.
void Loader::addErrorAt(const QString &key, const QString &message)
{
    const ConfigOrigin origin = m_loaded.origin(key);
    const QString text = key + u": "_s + message;
    addError(origin.where.isEmpty() ? text : origin.where + u": "_s + text);
}

void Loader::take(const ConfigSetting &setting)
{
    setting.key->store(m_loaded.config, setting.value);
    m_loaded.origins[setting.key->qname()] = {setting.source, setting.where};
}

// "TRUEPEER_PORT: …", "--trust-proxy[2]: …": the variable and the flag name the key already.
void Loader::judgeAndTake(const ConfigSetting &setting)
{
    bool isGood = true;
    for (const ValueProblem &problem : judgeValue(*setting.key, setting.value)) {
        const QString index = problem.index < 0 ? QString() : u"[%1]"_s.arg(problem.index);
        const QString text = setting.where + index + u": "_s + problem.message;
        if (problem.isError)
            addError(text);
        else
            m_loaded.warnings += text;
        isGood = isGood && !problem.isError;
    }
    if (isGood)
        take(setting);
}

void Loader::applyFile(const QString &path, const ConfigFileReader &readFile)
{
    m_loaded.file = path;
    const Expected<QByteArray> bytes = readFile(path);
    if (!bytes.ok()) {
        addError(printableForMessage(path) + u": "_s + bytes.error().message);
        return;
    }
    const ConfigFileContent content = parseConfigFile(path, bytes.value());
    for (const QString &error : content.errors)
        addError(error);
    m_loaded.warnings += content.warnings;
    for (const ConfigSetting &setting : content.settings)
        take(setting);
}

void Loader::applyEnvironment(const QProcessEnvironment &environment)
{
    std::map<QString, const ConfigKey *> keys;
    for (const ConfigKey &key : configKeys())
        keys[key.environmentName()] = &key;
    const auto withoutPrefix = [](const QString &name) {
        return name.sliced(EnvironmentPrefix.size());
    };
    QStringList known = {withoutPrefix(FileVariable)};
    for (const auto &[name, key] : keys)
        known += withoutPrefix(name);
    QStringList names = environment.keys();
    names.sort();
    for (const QString &name : std::as_const(names)) {
        if (!name.startsWith(EnvironmentPrefix) || name == FileVariable)
            continue;
        const auto found = keys.find(name);
        if (found == keys.end()) {
            const QString near = nearestName(withoutPrefix(name), known);
            const QString hint = near.isEmpty()
                                     ? QString()
                                     : u"; did you mean \""_s + EnvironmentPrefix + near + u"\"?"_s;
            addError(printableForMessage(name) + u": unknown variable"_s + hint);
            continue;
        }
        const auto value = valueFromText(*found->second, environment.value(name));
        if (const ValueProblem *problem = std::get_if<ValueProblem>(&value)) {
            addError(name + u": "_s + problem->message);
        } else {
            judgeAndTake(
                {found->second, std::get<ConfigValue>(value), ConfigSource::Environment, name});
        }
    }
}

void Loader::applyFlags(const std::vector<ConfigSetting> &settings)
{
    for (const ConfigSetting &setting : settings)
        judgeAndTake(setting);
}

// Of two keys the one whose value came from the stronger source, to name the place to look at.
QString Loader::latest(const QString &a, const QString &b) const
{
    return m_loaded.origin(a).source > m_loaded.origin(b).source ? a : b;
}

void Loader::checkRoutes()
{
    struct Route
    {
        QString key;
        QByteArray path;
    };
    const Config &config = m_loaded.config;
    std::vector<Route> routes;
    const auto addRoute = [&routes](const QString &key, const QByteArray &path) {
        if (!path.isEmpty())
            routes.push_back({key, path});
    };
    if (!config.apiKeys.isEmpty()) {
        addRoute(u"api_keys"_s, "/api/broadcast");
        addRoute(u"api_keys"_s, "/api/clients");
    }
    addRoute(u"health_check_path"_s, config.healthCheckPath);
    if (!config.healthCheckPath.isEmpty()) {
        addRoute(u"health_check_path"_s, config.healthCheckPath + "/live");
        addRoute(u"health_check_path"_s, config.healthCheckPath + "/ready");
    }
    addRoute(u"request_details_path"_s, config.requestDetailsPath);
    addRoute(u"metrics_path"_s, config.metricsPath);
    for (std::size_t i = 0; i < routes.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (routes[i].path != routes[j].path)
                continue;
            const QString key = latest(routes[j].key, routes[i].key);
            const QString other = key == routes[i].key ? routes[j].key : routes[i].key;
            addErrorAt(key, u"%1 is taken by %2; each route needs a path of its own"_s.arg(
                                quotedForMessage(QString::fromUtf8(routes[i].path)), other));
        }
    }
}

void Loader::checkHeaderNames()
{
    const TrustSettings::Names &names = m_loaded.config.trust.names;
    const std::array<std::pair<QString, QByteArray>, 6> all = {{
        {u"proxy_headers.for"_s, names.forwardedFor},
        {u"proxy_headers.proto"_s, names.proto},
        {u"proxy_headers.host"_s, names.host},
        {u"proxy_headers.port"_s, names.port},
        {u"proxy_headers.real_ip"_s, names.realIp},
        {u"proxy_headers.forwarded"_s, names.forwarded},
    }};
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (all[i].second.compare(all[j].second, Qt::CaseInsensitive) != 0)
                continue;
            const QString key = latest(all[j].first, all[i].first);
            const QString other = key == all[i].first ? all[j].first : all[i].first;
            addErrorAt(key, u"%1 is the name of %2 too; each header needs a name of its own"_s.arg(
                                quotedForMessage(QString::fromUtf8(all[i].second)), other));
        }
    }
}

void Loader::checkProxyProtocol()
{
    const ProxyProtocolSettings &settings = m_loaded.config.proxyProtocol;
    if (settings.required && settings.from.empty())
        addErrorAt(u"proxy_protocol.accept"_s,
                   u"\"required\" needs proxy_protocol.from; list the addresses of the proxies "
                   "that send the header"_s);
    if (!settings.required && !settings.from.empty())
        m_loaded.warnings += u"proxy_protocol.from has no effect while proxy_protocol.accept is "
                             "\"off\""_s;
}

void warnAboutMasks(LoadedConfig &loaded)
{
    for (const ConfigKey &key : configKeys()) {
        if (!key.secret)
            continue;
        const ConfigValue value = key.load(loaded.config);
        const QString *text = std::get_if<QString>(&value);
        const QStringList texts = text ? QStringList{*text} : std::get<QStringList>(value);
        if (texts.contains(SecretMask))
            loaded.warnings +=
                key.qname()
                + u" is \"***\", as --print-config shows secrets; write the secret itself"_s;
    }
}

} // namespace

ConfigOrigin LoadedConfig::origin(const QString &key) const
{
    const auto found = origins.find(key);
    return found == origins.end() ? ConfigOrigin() : found->second;
}

Expected<QByteArray> readConfigFile(const QString &path)
{
    // Without O_NONBLOCK, opening a pipe that nobody writes would wait for ever.
    const int descriptor =
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return systemError(errno);
    QFile file;
    if (!file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle)) {
        ::close(descriptor);
        return Error{file.errorString()};
    }
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0)
        return systemError(errno);
    if (S_ISDIR(status.st_mode))
        return systemError(EISDIR);
    if (!S_ISREG(status.st_mode))
        return Error{u"Not a regular file"_s};
    const QByteArray bytes = file.read(MaxConfigFileBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return Error{file.errorString()};
    if (bytes.size() > MaxConfigFileBytes)
        return Error{u"the file is too large; allowed: at most 1 MiB"_s};
    return bytes;
}

LoadedConfig loadConfig(const CommandLine &commandLine, const QProcessEnvironment &environment,
                        const ConfigFileReader &readFile)
{
    LoadedConfig loaded;
    if (commandLine.action == CommandLine::Action::UsageError) {
        loaded.errors += commandLine.message;
        loaded.exitCode = ExitCode::Usage;
        return loaded;
    }
    Loader loader(loaded);
    const QString file =
        commandLine.configFile.isEmpty() ? environment.value(FileVariable) : commandLine.configFile;
    if (!file.isEmpty())
        loader.applyFile(file, readFile);
    loader.applyEnvironment(environment);
    loader.applyFlags(commandLine.settings);
    // What does not go together is only worth saying when the single values are right.
    if (loaded.ok()) {
        loader.checkRoutes();
        loader.checkHeaderNames();
        loader.checkProxyProtocol();
        warnAboutMasks(loaded);
    }
    return loaded;
}

LoadedConfig loadConfig(const QStringList &arguments, const QProcessEnvironment &environment,
                        const ConfigFileReader &readFile)
{
    return loadConfig(parseCommandLine(arguments), environment, readFile);
}

} // namespace truepeer
