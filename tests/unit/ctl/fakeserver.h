// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/console.h"
#include "server/ctl/run.h"
#include "server/ctl/transport.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QList>
#include <QMap>
#include <QStringList>

#include <memory>
#include <optional>
#include <utility>

namespace truepeer {

// What servers are there, what they answer, and what they were asked. Outlives the sessions.
struct FakeWorld
{
    // The answers in the order of the calls: [method, result], or [method, {"error": {code,
    // message, data}}]. A call out of order gets an InternalError that says so.
    QJsonArray answers;
    QJsonArray calls; // [method, params]
    // Sent when somebody waits for a notification, one each time; then the connection ends.
    int notifications = 0;
    QJsonObject hello{{QStringLiteral("listen"), QStringLiteral("0.0.0.0:6001")},
                      {QStringLiteral("version"), QStringLiteral("9.9.9")},
                      {QStringLiteral("pid"), 4711}};
    QMap<QString, AdminFailure> failures; // by path
    QStringList sockets{QStringLiteral("/run/truepeer/6001.sock")};
    QStringList opened; // paths
    std::chrono::milliseconds patience{-1};

    RpcResult answer(const QString &method, const QJsonObject &params)
    {
        calls.append(QJsonArray{method, params});
        const QJsonArray next = answers.isEmpty() ? QJsonArray() : answers.takeAt(0).toArray();
        if (next.at(0) != method)
            return RpcError(RpcCode::InternalError, u"unexpected call: " + method);
        const QJsonObject result = next.at(1).toObject();
        if (!result.contains(QLatin1StringView("error")))
            return next.at(1);
        const QJsonObject error = result.value(QLatin1StringView("error")).toObject();
        RpcError refusal;
        refusal.code = error.value(QLatin1StringView("code")).toInt();
        refusal.message = error.value(QLatin1StringView("message")).toString();
        refusal.data = error.value(QLatin1StringView("data")).toObject();
        return refusal;
    }
};

class FakeTransport final : public Transport
{
public:
    explicit FakeTransport(FakeWorld &world)
        : m_world(world)
    {
    }
    QJsonObject server() const override { return m_world.hello; }
    RpcResult call(const QString &method, const QJsonObject &params) override
    {
        return m_world.answer(method, params);
    }
    std::optional<RpcNotification> next(std::chrono::milliseconds patience) override
    {
        if (patience.count() == 0)
            return std::nullopt;
        if (m_world.notifications-- > 0)
            return RpcNotification{QStringLiteral("event"), {}};
        m_isConnected = false;
        return std::nullopt;
    }
    bool isConnected() const override { return m_isConnected; }

private:
    FakeWorld &m_world;
    bool m_isConnected = true;
};

class FakeConnector final : public Connector
{
public:
    explicit FakeConnector(FakeWorld &world)
        : m_world(world)
    {
    }
    QStringList sockets() const override { return m_world.sockets; }
    Outcome connectTo(const QString &path, std::chrono::milliseconds patience) override
    {
        m_world.opened.append(path);
        m_world.patience = patience;
        if (m_world.failures.contains(path))
            return m_world.failures.value(path);
        return Outcome(std::unique_ptr<Transport>(std::make_unique<FakeTransport>(m_world)));
    }

private:
    FakeWorld &m_world;
};

class FakeConsole final : public Console
{
public:
    QString out;
    QString err;
    QStringList answers; // to questions; none: nobody can be asked
    QStringList questions;
    QMap<QString, QByteArray> files;
    bool terminal = false;
    bool colours = false;
    int columns = 80;
    int lines = 24;
    int pauses = 0; // until the operator leaves
    int screens = 0;
    bool isOnScreen = false;

    void write(const QString &text) override { out += text; }
    void complain(const QString &line) override { err += line + u'\n'; }
    bool isTerminal() const override { return terminal; }
    bool hasColours() const override { return colours; }
    int width() const override { return columns; }
    int height() const override { return lines; }
    std::optional<QString> ask(const QString &question) override
    {
        questions.append(question);
        return answers.isEmpty() ? std::nullopt : std::optional(answers.takeFirst());
    }
    Expected<QByteArray> read(const QString &path) override
    {
        if (!files.contains(path))
            return Error{u"cannot read " + path + u": No such file or directory"};
        return files.value(path);
    }
    void enterScreen() override
    {
        ++screens;
        isOnScreen = true;
    }
    void leaveScreen() override { isOnScreen = false; }
    bool pause(std::chrono::milliseconds) override { return pauses-- > 0; }
};

// One run of truepeerctl in such a world.
inline int run(const QStringList &arguments, FakeWorld &world, FakeConsole &console,
               const QProcessEnvironment &environment = {})
{
    FakeConnector connector(world);
    return runCtl(arguments, {console, connector, environment, QStringLiteral("1.2.3")});
}

// JSON of a test, which must be right.
inline QJsonArray arrayOf(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (document.isNull())
        qFatal("bad JSON in a test: %s in %s", qPrintable(error.errorString()), json.constData());
    return document.array();
}

} // namespace truepeer
