// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/mergedialog.h"

#include "gui/models/format.h"
#include "gui/models/trustmodels.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QVBoxLayout *dialogLayout(QDialog *dialog)
{
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(Grid);
    dialog->resize(100 * Grid, 55 * Grid);
    return layout;
}

} // namespace

MergeDialog::MergeDialog(TrustModels &models, QWidget *parent)
    : QDialog(parent)
    , m_models(models)
    , m_rows(models.context(), {u"Was"_s, u"Theirs"_s, u"Yours"_s, u"What becomes of it"_s})
    , m_text(new ToneLine(this))
    , m_table(new TableView(u"trustMerge"_s, this))
    , m_theirs(new QPushButton(u"Keep &theirs"_s, this))
    , m_mine(new QPushButton(u"Keep &mine"_s, this))
{
    setObjectName(u"mergeDialog"_s);
    setWindowTitle(u"Two edits of the trust list"_s);
    m_table->setAccessibleName(u"What differs"_s);
    m_theirs->setObjectName(u"mergeTheirs"_s);
    m_mine->setObjectName(u"mergeMine"_s);
    m_table->setModel(&m_rows);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_rebase = buttons->addButton(u"&Rebase my changes on theirs"_s, QDialogButtonBox::AcceptRole);
    m_rebase->setObjectName(u"mergeRebase"_s);
    QPushButton *discard =
        buttons->addButton(u"&Discard mine"_s, QDialogButtonBox::DestructiveRole);
    auto *sides = new QHBoxLayout;
    sides->setSpacing(Grid);
    sides->addWidget(m_theirs);
    sides->addWidget(m_mine);
    sides->addStretch();
    QVBoxLayout *layout = dialogLayout(this);
    layout->addWidget(m_text);
    layout->addWidget(m_table, 1);
    layout->addLayout(sides);
    layout->addWidget(buttons);

    connect(m_table, &TableView::selectedKeysChanged, this, &MergeDialog::showState);
    connect(m_theirs, &QPushButton::clicked, this, [this] { decide(TrustSide::Theirs); });
    connect(m_mine, &QPushButton::clicked, this, [this] { decide(TrustSide::Mine); });
    connect(buttons, &QDialogButtonBox::accepted, &m_models.draft(), &TrustDraft::rebase);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(discard, &QPushButton::clicked, &m_models.draft(), &TrustDraft::discard);
    connect(&m_models.draft(), &TrustDraft::conflictChanged, this, &MergeDialog::showState);
    showState();
    selectUndecided();
}

MergeDialog::~MergeDialog() = default;

void MergeDialog::showState()
{
    TrustDraft &draft = m_models.draft();
    if (!draft.isConflict())
        return accept(); // it was solved, here or because nothing differs any more
    m_rows.setMergeRows(draft.merge().rows);
    const QStringList keys = m_table->selectedKeys();
    const bool isClash = std::any_of(keys.begin(), keys.end(),
                                     [this](const QString &key) { return m_rows.isClash(key); });
    m_theirs->setEnabled(isClash);
    m_mine->setEnabled(isClash);
    const int undecided = m_rows.undecidedCount();
    m_rebase->setEnabled(undecided == 0);
    m_text->setLine(undecided > 0 ? Tone::Warning : Tone::Ok,
                    undecided > 0 ? QString(countText(undecided, "entry was", "entries were")
                                            + u" changed by both, differently. You decide."_s)
                                  : u"Your changes go together with theirs."_s);
}

void MergeDialog::decide(TrustSide side)
{
    const QStringList keys = m_table->selectedKeys();
    for (const QString &key : keys) {
        if (m_rows.isClash(key))
            m_models.draft().decide(key, side);
    }
    selectUndecided();
}

void MergeDialog::selectUndecided()
{
    if (const QString key = m_rows.firstUndecided(); !key.isEmpty())
        m_table->selectKey(key);
}

CompareDialog::CompareDialog(TrustModels &models, QWidget *parent)
    : QDialog(parent)
    , m_models(models)
    , m_rows(models.context(), {u"In force"_s, {}, u"Configuration"_s})
    , m_text(new ToneLine(this))
{
    setObjectName(u"compareDialog"_s);
    setWindowTitle(u"Live list and configuration"_s);
    auto *table = new TableView(u"trustCompare"_s, this);
    table->setAccessibleName(u"What differs"_s);
    table->setModel(&m_rows);
    table->setColumnHidden(TrustMergeModel::TheirsColumn, true);
    table->setPlaceholder(u"Both are the same."_s);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&m_models.draft(), &TrustDraft::serverChanged, this, &CompareDialog::showState);
    QVBoxLayout *layout = dialogLayout(this);
    layout->addWidget(m_text);
    layout->addWidget(table, 1);
    layout->addWidget(buttons);
    showState();
}

CompareDialog::~CompareDialog() = default;

void CompareDialog::showState()
{
    const TrustDraft::Server &server = m_models.draft().server();
    TrustMeanings meanings;
    m_rows.setMergeRows(mergeTrust(server.list, server.list, server.configured, {}, meanings).rows);
    m_text->setLine(Tone::Notice,
                    m_rows.rowCount() == 0
                        ? u"The live list has the same entries as the configuration."_s
                        : QString(countText(m_rows.rowCount(), "entry differs", "entries differ")
                                  + u" from the configuration."_s));
}

} // namespace truepeer
