// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/historypane.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/trustmodels.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxLines = 12;

// What the way back would do to the entries in force.
QString differenceText(const TrustList &now, const TrustList &then, const AddressMask &mask)
{
    TrustMeanings meanings;
    QStringList lines;
    for (const TrustMergeRow &row : mergeTrust(now, now, then, {}, meanings).rows) {
        if (row.base.isThere == row.mine.isThere)
            continue;
        if (lines.size() == MaxLines) {
            lines.append(u"…"_s);
            break;
        }
        lines.append(row.mine.isThere ? u"+ "_s + mask.shown(row.mine.entry.entry)
                                      : u"− "_s + mask.shown(row.base.entry.entry));
    }
    return lines.isEmpty() ? u"The entries are the same; the mode or notes may differ."_s
                           : lines.join(u'\n');
}

} // namespace

HistoryPane::HistoryPane(TrustModels &models, ActionGate &gate, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_gate(gate)
    , m_table(new TableView(u"trustHistory"_s, this))
    , m_details(new QPlainTextEdit(this))
    , m_load(new QPushButton(u"Load as draft"_s, this))
    , m_rollBack(new QPushButton(u"Roll back to this…"_s, this))
{
    m_details->setObjectName(u"historyDetails"_s);
    m_details->setAccessibleName(u"Entries of this edit"_s);
    m_details->setReadOnly(true);
    m_details->setTabChangesFocus(true);
    m_details->setFont(monospaceFont());
    m_load->setObjectName(u"historyLoad"_s);
    m_rollBack->setObjectName(u"historyRollBack"_s);
    m_table->setAccessibleName(u"Edits of the list"_s);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setStretchColumn(TrustHistoryModel::CommentColumn);
    m_table->setModel(&m_models.history());
    m_table->setPlaceholder(u"No edit is known yet."_s);
    m_gate.add(m_load, ActionGate::Needs::Operator);
    m_gate.add(m_rollBack, ActionGate::Needs::Operator);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Grid);
    buttons->addWidget(m_load);
    buttons->addWidget(m_rollBack);
    auto *side = new QVBoxLayout;
    side->setSpacing(Grid);
    side->addWidget(m_details, 1);
    side->addLayout(buttons);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, Grid, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(m_table, 3);
    layout->addLayout(side, 1);

    connect(m_table, &TableView::selectedKeysChanged, this, &HistoryPane::showState);
    connect(&m_models.history(), &QAbstractItemModel::rowsInserted, this, &HistoryPane::showState);
    connect(&m_models.draft(), &TrustDraft::serverChanged, this, &HistoryPane::showState);
    connect(&m_models.context().mask, &AddressMask::changed, this, &HistoryPane::showState);
    connect(&m_models.editor(), &TrustEditor::busyChanged, this, &HistoryPane::showState);
    connect(m_load, &QPushButton::clicked, this, &HistoryPane::loadAsDraft);
    connect(m_rollBack, &QPushButton::clicked, this, &HistoryPane::askRollBack);
    showState();
}

HistoryPane::~HistoryPane() = default;

const TrustHistoryRow *HistoryPane::selectedRow() const
{
    const QStringList keys = m_table->selectedKeys();
    return keys.isEmpty() ? nullptr : m_models.history().rowOf(keys.front());
}

void HistoryPane::showState()
{
    const TrustHistoryRow *row = selectedRow();
    const QString details = row ? m_models.history().detailsOf(*row) : QString();
    if (details != m_details->toPlainText())
        m_details->setPlainText(details);
    const bool isOld = row && row->revision != m_models.draft().server().revision;
    const bool isKept = row && row->canRollBack;
    const bool isBusy = m_models.editor().isBusy();
    m_gate.setWanted(m_rollBack, isOld && isKept && !isBusy);
    m_gate.setWanted(m_load, isOld && !isBusy);
    m_rollBack->setText(isOld && !isKept ? u"No longer kept"_s : u"Roll back to this…"_s);
}

void HistoryPane::loadAsDraft()
{
    const TrustHistoryRow *row = selectedRow();
    if (!row)
        return;
    const qint64 revision = row->revision;
    const std::optional<TrustList> list = m_models.history().listOf(revision);
    if (!list) {
        Q_EMIT said(
            u"The history no longer tells all entries of revision %1."_s.arg(countText(revision)));
        return;
    }
    m_models.draft().load(*list);
    Q_EMIT said(u"The entries of revision %1 are a draft now; notes of entries that were gone, and "
                "the mode, are not in the history."_s.arg(countText(revision)));
}

void HistoryPane::askRollBack()
{
    const TrustHistoryRow *row = selectedRow();
    if (!row)
        return;
    const qint64 revision = row->revision;
    const std::optional<TrustList> list = m_models.history().listOf(revision);
    auto *box =
        new QMessageBox(QMessageBox::Question, u"Roll back"_s, {}, QMessageBox::Cancel, this);
    box->setObjectName(u"rollBackBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setText(u"Put the list of revision %1 in force again, as a new revision?"_s.arg(
        countText(revision)));
    QString info = u"It takes effect at once, for clients that are connected, too."_s;
    if (list)
        info += u"\n\n"_s
                + differenceText(m_models.draft().server().list, *list, m_models.context().mask);
    box->setInformativeText(info);
    QPushButton *button =
        box->addButton(u"Roll back to revision "_s + countText(revision), QMessageBox::AcceptRole);
    connect(button, &QPushButton::clicked, this,
            [this, revision] { m_models.editor().rollBack(revision); });
    box->open();
}

} // namespace truepeer
