// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace truepeer {

class ActionGate;
class ToneLine;
class TrailView;
class TrustModels;

// One side of the tester: what a request comes to with one list.
class TesterResult : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TesterResult)

public:
    TesterResult(const QString &title, QWidget *parent = nullptr);
    ~TesterResult() override;

    ToneLine *line() const { return m_line; }
    TrailView *trail() const { return m_trail; }

private:
    ToneLine *m_line;
    TrailView *m_trail;
};

// A request that is typed, pasted, or taken from a client, and the walk through its headers: with
// the list in force, and beside it with the draft.
class TesterPane : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TesterPane)

public:
    TesterPane(TrustModels &models, ActionGate &gate, QWidget *parent = nullptr);
    ~TesterPane() override;

    void focusField();

private:
    QWidget *buildRequest();
    QWidget *buildResults();
    void connectAll();
    void showRequest();
    void showState();
    void test();

    TrustModels &m_models;
    ActionGate &m_gate;
    QLineEdit *m_peer;
    QPlainTextEdit *m_headers;
    QLineEdit *m_client;
    QPushButton *m_take;
    QPushButton *m_test;
    QPushButton *m_clear;
    ToneLine *m_remark;
    TesterResult *m_now;
    TesterResult *m_draft;
};

} // namespace truepeer
