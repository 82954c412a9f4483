// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/findingcontent.h"

#include <QScrollArea>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QTabWidget;

namespace truepeer {

class FactList;

// One finding: what is seen, what it means, what to do, and lines to paste.
class FindingPane : public QScrollArea
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FindingPane)

public:
    explicit FindingPane(QWidget *parent = nullptr);
    ~FindingPane() override;

    // An equal one changes nothing.
    void setContent(const FindingContent &content, bool isMasked);

Q_SIGNALS:
    void entryWanted(const QString &entry);

protected:
    void changeEvent(QEvent *event) override; // colours follow the palette

private:
    void showHeading();
    void showFixes();
    QPushButton *makeEntryButton();

    FindingContent m_content;
    bool m_isMasked = false;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_kind;
    QLabel *m_detail;
    QLabel *m_fixTitle;
    QTabWidget *m_fixes;
    QLabel *m_maskNote;
    QWidget *m_actions;
    QHBoxLayout *m_actionRow;
    QLabel *m_evidenceTitle;
    FactList *m_evidence;
};

} // namespace truepeer
