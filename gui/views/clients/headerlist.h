// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/clientdetail.h"

#include <QWidget>

class QGridLayout;

namespace truepeer {

// The forwarding headers of a client: whether each was used, why, and what it said.
class HeaderList : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HeaderList)

public:
    explicit HeaderList(QWidget *parent = nullptr);
    ~HeaderList() override;

    void setHeaders(const QList<ClientDetail::Header> &headers);

private:
    QGridLayout *m_grid;
    QList<ClientDetail::Header> m_headers;
};

} // namespace truepeer
