// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QLineEdit>
#include <QWidget>

class QPushButton;

namespace truepeer {

class ActionGate;
class ToneLine;
class TrustDraft;
class TrustModels;
struct TrustText;

// A line edit that hands over what is pasted or dropped when it is a list.
class EntryEdit final : public QLineEdit
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EntryEdit)

public:
    explicit EntryEdit(QWidget *parent = nullptr);
    ~EntryEdit() override;

Q_SIGNALS:
    void listPasted(const QString &text);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void pasteClipboard();
};

// The field for new entries: it says while somebody types what an entry means, or what is wrong
// with it. Enter puts it into the draft. Lists may be pasted into it, or come from a file.
class EntryField : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EntryField)

public:
    EntryField(TrustModels &models, ActionGate &gate, QWidget *parent = nullptr);
    ~EntryField() override;

    void focusField();
    void import(const QString &text); // a pasted list, or that of a file

Q_SIGNALS:
    void entryAdded(const QString &entry); // the last one; the table shows it
    void said(const QString &text);        // what became of it

private:
    void judge();
    void judgeOne(const QString &entry);
    void judgeMany(const TrustText &text);
    void accept();
    void chooseFile();
    void readFile(const QString &path);
    void addAll(const TrustText &text);

    TrustModels &m_models;
    TrustDraft &m_draft;
    ActionGate &m_gate;
    EntryEdit *m_edit;
    QPushButton *m_add;
    QPushButton *m_import;
    ToneLine *m_hint;
};

} // namespace truepeer
