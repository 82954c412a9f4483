// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace truepeer {

class CodeBox;
class ProxyConfigModel;

// A configuration for the proxy in front of this server, to copy or to save.
class ProxyConfigTab : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProxyConfigTab)

public:
    explicit ProxyConfigTab(ProxyConfigModel &model, QWidget *parent = nullptr);
    ~ProxyConfigTab() override;

    void focusFields();

Q_SIGNALS:
    void messageWanted(const QString &text);

protected:
    void changeEvent(QEvent *event) override; // colours follow the palette

private:
    void makeLayout();
    void showState();
    void save();

    ProxyConfigModel &m_model;
    QComboBox *m_proxy;
    QCheckBox *m_tls;
    QLineEdit *m_upstreams;
    QLabel *m_problem;
    CodeBox *m_code;
    QPushButton *m_save;
};

} // namespace truepeer
