// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientExport writes all clients that match, not only the page that is shown, as CSV. It fetches
// page after page by id, so that others who come and go do not shift them, and writes the file as a
// whole or not at all.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/addressmask.h"
#include "gui/models/clientmodel.h"
#include "gui/models/modelcontext.h"

#include <QObject>
#include <QSaveFile>
#include <QSet>

namespace truepeer {

class ClientExport final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientExport)

public:
    static constexpr qint64 MaxRows = 100'000;
    static constexpr int PageSize = 500;
    // Pages overlap, because clients that go shift the later ones to the front.
    static constexpr int Overlap = 50;

    struct Wish
    {
        QString fileName;
        QString filter;
        ClientModel::State state = ClientModel::State::Open;
        bool isMasked = false;
    };

    ClientExport(const ModelContext &context, Wish wish, QObject *parent = nullptr);
    ~ClientExport() override;

    void start();
    void cancel(); // nothing is written, and nothing said any more

Q_SIGNALS:
    void progressed(qint64 rows, qint64 of);
    void finished(qint64 rows, const QString &problem); // "": it is written

private:
    void ask();
    void receive(const RpcResult &result);
    bool write(const QJsonArray &items);
    void finish(const QString &problem);

    const ModelContext m_context;
    const Wish m_wish;
    AddressMask m_mask;
    QSaveFile m_file;
    QSet<QString> m_seen;
    qint64 m_offset = 0;
    bool m_isRunning = false;
};

} // namespace truepeer
