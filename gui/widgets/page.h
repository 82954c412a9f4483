// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Page is the base of the views in the left rail. The window shows one at a time, and sends it what
// the menus and keys mean for all pages; a page says where else it wants to lead.
#pragma once

#include "gui/widgets/icons.h"

#include <QString>
#include <QWidget>

namespace truepeer {

class Page : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Page)

public:
    Page(const QString &title, Glyph glyph, QWidget *parent = nullptr);
    ~Page() override;

    const QString &title() const { return m_title; }
    Glyph glyph() const { return m_glyph; }

    // What the window's menu offers while this page is shown; the defaults do nothing.
    virtual void refresh();         // F5: ask the server now
    virtual void focusFilter();     // Ctrl+F
    virtual bool canExport() const; // Ctrl+E
    virtual void exportData();
    virtual bool hasUnsavedWork() const; // asked before the window closes
    // State beyond that of the tables, which save theirs: splitters, a chosen range.
    virtual QByteArray saveLayout() const;
    virtual void restoreLayout(const QByteArray &layout);

Q_SIGNALS:
    // Whether it is what the operator looks at now: its models poll only then.
    void shownChanged(bool shown);

    // Where to go.
    void clientsWanted(const QString &filter); // the clients page with this filter
    void clientWanted(const QString &id);      // … with this client selected and explained
    void clientTestWanted(const QString &id);  // the trust page; the client tried against its list
    void entryWanted(const QString &entry);    // the trust page; a draft that adds it, if it is new
    void findingWanted(const QString &id);     // the diagnosis page
    void roomWanted(const QString &nameSpace, const QString &room);
    void messageWanted(const QString &text); // a short note in the status bar

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    const QString m_title;
    const Glyph m_glyph;
};

} // namespace truepeer
