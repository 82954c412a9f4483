// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientDetail is the one client that the operator looks at: clients.get, asked again at each tick
// while it is open. A client that has gone stays as it was last seen.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/clientrow.h"
#include "gui/models/modelcontext.h"
#include "shared/admin/protocol.h"

#include <QJsonObject>
#include <QList>
#include <QObject>

namespace truepeer {

class ClientDetail final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientDetail)

public:
    enum class State : quint8 {
        Nothing, // no client is chosen
        Loading,
        Open,
        Closed,
        Unknown, // the server does not know it (any more); problem() says so
    };

    struct Field
    {
        QString name;
        QString value;
        bool isCode = false;
    };

    struct Header
    {
        QString name;
        QString value;
        QString reason;
        bool isUsed = false;

        friend bool operator==(const Header &a, const Header &b) = default;
    };

    struct Room
    {
        QString nameSpace;
        QString name;

        friend bool operator==(const Room &a, const Room &b) = default;
    };

    explicit ClientDetail(const ModelContext &context, QObject *parent = nullptr);
    ~ClientDetail() override;

    const ModelContext &context() const { return m_context; }
    void setLive(bool live);
    void setClient(const QString &id);
    // `row` is what is shown until the server answers, and when it knows the client no more.
    void setClient(const ClientRow &row);
    void clear();
    void refresh();

    State state() const { return m_state; }
    const QString &id() const { return m_id; }
    QString problem() const { return m_problem; }
    const ClientRow &row() const { return m_row; }
    const QJsonObject &resolution() const { return m_resolution; }

    // As they are shown; masked.
    QString clientText() const;
    QString headline() const; // "open for 3h 25m", "closed at 14:03:22: 1001 going away"
    QList<Field> summary() const;
    QList<Header> headers() const;
    QStringList notes() const;
    QString beforeText() const; // who it was before an edit of the list; empty: the same
    QList<Room> rooms() const;
    // The peer that would have to be trusted for its headers to count; empty: none was ignored.
    QString untrustedProxy() const;

Q_SIGNALS:
    void clientChanged(); // it is another one
    void updated();       // what is said of it

private:
    void choose(const QString &id);
    void ask();
    void receive(int call, const RpcResult &result);
    void connected();

    const ModelContext m_context;
    QString m_id;
    QString m_problem;
    QString m_instance; // of the server that the id is of
    ClientRow m_row;
    QJsonObject m_resolution;
    QJsonObject m_before;
    qint64 m_now = 0;
    int m_callNumber = 0;
    State m_state = State::Nothing;
    bool m_live = false;
    bool m_inFlight = false;
};

} // namespace truepeer
