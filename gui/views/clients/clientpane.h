// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientPane is what there is to say of one client, beside the table: who it is, why it has its
// address, and in which rooms it is.
#pragma once

#include "gui/models/clientdetail.h"

#include <QWidget>

#include <vector>

class QFormLayout;
class QLabel;
class QListWidget;
class QPushButton;
class QTabWidget;
class QToolButton;
class QVBoxLayout;

namespace truepeer {

class HeaderList;
class TrailView;

class ClientPane : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientPane)

public:
    enum class Tab : quint8 { Summary, Why, Rooms };

    explicit ClientPane(ClientDetail &detail, QWidget *parent = nullptr);
    ~ClientPane() override;

    void showTab(Tab tab);

Q_SIGNALS:
    void closeWanted();
    void entryWanted(const QString &entry);
    void roomWanted(const QString &nameSpace, const QString &room);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeHeader();
    QWidget *makeSummary();
    QWidget *makeWhy();
    QWidget *makeRooms();
    void update();
    void updateHeader();
    void fitAddress();
    void updateSummary();
    void updateWhy();
    void updateRooms();
    void openRoom();

    ClientDetail &m_detail;
    QLabel *m_address = nullptr;
    QToolButton *m_copy = nullptr;
    QLabel *m_headline = nullptr;
    QTabWidget *m_tabs = nullptr;
    QFormLayout *m_fields = nullptr;
    std::vector<QLabel *> m_values;
    QLabel *m_decision = nullptr;
    QLabel *m_before = nullptr;
    QPushButton *m_trust = nullptr;
    TrailView *m_trail = nullptr;
    QLabel *m_headersTitle = nullptr;
    HeaderList *m_headers = nullptr;
    QLabel *m_notesTitle = nullptr;
    QLabel *m_notes = nullptr;
    QListWidget *m_rooms = nullptr;
    QLabel *m_noRooms = nullptr;
    QPushButton *m_openRoom = nullptr;
    QList<ClientDetail::Room> m_shownRooms;
};

} // namespace truepeer
