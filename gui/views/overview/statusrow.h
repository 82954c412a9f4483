// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

namespace truepeer {

class OverviewModel;
class StatusTile;
class TileGrid;
enum class Measure : quint8;

// The row of tiles: what the server is doing now.
class StatusRow final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatusRow)

public:
    // The model outlives the row.
    explicit StatusRow(OverviewModel &model, QWidget *parent = nullptr);
    ~StatusRow() override;

Q_SIGNALS:
    void clientsWanted(const QString &filter);
    void findingWanted(const QString &id);

private:
    StatusTile *addTile(const QString &name, const QString &caption, int figures);
    void showStatus();
    void showLines();
    void showLine(StatusTile &tile, std::initializer_list<Measure> measures);

    OverviewModel &m_model;
    TileGrid *m_grid;
    StatusTile *m_clients;
    StatusTile *m_connections;
    StatusTile *m_messages;
    StatusTile *m_bytes;
    StatusTile *m_rejected;
    StatusTile *m_lag;
    StatusTile *m_health;
};

} // namespace truepeer
