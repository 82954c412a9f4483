// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/trustview.h"

#include "gui/models/format.h"
#include "gui/models/trustmodels.h"
#include "gui/views/trust/entryfield.h"
#include "gui/views/trust/guarddialog.h"
#include "gui/views/trust/historypane.h"
#include "gui/views/trust/listheader.h"
#include "gui/views/trust/mergedialog.h"
#include "gui/views/trust/pendingbar.h"
#include "gui/views/trust/previewpane.h"
#include "gui/views/trust/suggestionpane.h"
#include "gui/views/trust/testerpane.h"
#include "gui/views/trust/trusttable.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/theme.h"

#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum Tab : quint8 { PreviewTab, SuggestionTab, TesterTab, HistoryTab }; // in their order

constexpr int TrailRoom = 42 * Grid;

// Low windows scroll what is below the list, instead of growing.
QWidget *scrolled(QWidget *pane)
{
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(pane);
    return area;
}

} // namespace

TrustView::TrustView(TrustModels &models, QWidget *parent)
    : Page(u"Proxies & trust"_s, Glyph::Trust, parent)
    , m_models(models)
    , m_gate(new ActionGate(models.context().link, this))
    , m_conflict(new Banner(this))
    , m_result(new Banner(this))
    , m_undo(m_result->addButton(u"&Undo"_s))
    , m_header(new ListHeader(models, *m_gate, this))
    , m_field(new EntryField(models, *m_gate, this))
    , m_table(new TrustTable(models, *m_gate, this))
    , m_pending(new PendingBar(models, *m_gate, this))
    , m_preview(new PreviewPane(models, this))
    , m_suggestions(new SuggestionPane(models, *m_gate, this))
    , m_tester(new TesterPane(models, *m_gate, this))
    , m_history(new HistoryPane(models, *m_gate, this))
    , m_tabs(new QTabWidget(this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
{
    build();
    connectParts();
    connectModels();
    showConflict();
    showSuggestions();
    showUndo();
}

TrustView::~TrustView() = default;

void TrustView::build()
{
    m_conflict->setObjectName(u"trustConflict"_s);
    m_result->setObjectName(u"trustResult"_s);
    m_undo->setObjectName(u"trustUndo"_s);
    m_undo->setIcon(icon(Glyph::Undo));
    m_gate->add(m_undo, ActionGate::Needs::Operator);
    QPushButton *dismiss = m_result->addButton(u"Close"_s);
    connect(dismiss, &QPushButton::clicked, this, [this] { m_result->showMessage(Tone::Ok, {}); });
    QPushButton *look = m_conflict->addButton(u"Side by side…"_s);
    look->setObjectName(u"conflictLook"_s);
    connect(look, &QPushButton::clicked, this, &TrustView::openMerge);
    QPushButton *rebase = m_conflict->addButton(u"Rebase my changes on theirs"_s);
    rebase->setObjectName(u"conflictRebase"_s);
    connect(rebase, &QPushButton::clicked, this, &TrustView::rebase);
    QPushButton *discard = m_conflict->addButton(u"Discard mine"_s);
    discard->setObjectName(u"conflictDiscard"_s);
    connect(discard, &QPushButton::clicked, &m_models.draft(), &TrustDraft::discard);

    m_tabs->setObjectName(u"trustTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(scrolled(m_preview), u"Preview"_s);
    m_tabs->addTab(scrolled(m_suggestions), u"Suggested"_s);
    m_tabs->addTab(scrolled(m_tester), u"Tester"_s);
    m_tabs->addTab(scrolled(m_history), u"History"_s);

    auto *top = new QWidget(m_splitter);
    auto *list = new QVBoxLayout(top);
    list->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, Grid);
    list->setSpacing(Grid + Grid / 2);
    list->addWidget(m_header);
    list->addWidget(m_field);
    list->addWidget(m_table, 1);
    list->addWidget(m_pending);
    // Not in the tester, where the same keys make a test.
    auto *apply = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), top, nullptr, nullptr,
                                Qt::WidgetWithChildrenShortcut);
    connect(apply, &QShortcut::activated, m_pending, &PendingBar::apply);
    m_splitter->addWidget(top);
    auto *bottom = new QWidget(m_splitter);
    auto *below = new QVBoxLayout(bottom);
    below->setContentsMargins(2 * Grid, 0, 2 * Grid, Grid);
    below->addWidget(m_tabs);
    m_splitter->addWidget(bottom);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({50 * Grid, 36 * Grid});
    m_splitter->setCollapsible(0, false);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_conflict);
    layout->addWidget(m_result);
    layout->addWidget(m_splitter, 1);
}

void TrustView::connectParts()
{
    connect(m_header, &ListHeader::compareWanted, this, [this] {
        auto *dialog = new CompareDialog(m_models, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(m_header, &ListHeader::resetWanted, this, &TrustView::askReset);
    connect(m_field, &EntryField::said, this, &Page::messageWanted);
    connect(m_field, &EntryField::entryAdded, this, [this](const QString &entry) {
        m_table->select(m_models.draft().keyOf(entry));
        m_field->focusField(); // for the next one
    });
    connect(m_table, &TrustTable::clientsWanted, this, &Page::clientsWanted);
    connect(m_table, &TrustTable::addWanted, m_field, &EntryField::focusField);
    connect(m_pending, &PendingBar::previewWanted, this,
            [this] { m_tabs->setCurrentIndex(PreviewTab); });
    connect(m_preview, &PreviewPane::clientWanted, this, &Page::clientWanted);
    connect(m_suggestions, &SuggestionPane::entryAdded, this, [this](const QString &entry) {
        selectEntry(entry);
        m_tabs->setCurrentIndex(PreviewTab);
    });
    connect(m_history, &HistoryPane::said, this, &Page::messageWanted);
    connect(m_undo, &QPushButton::clicked, &m_models.editor(), &TrustEditor::undo);
}

void TrustView::connectModels()
{
    connect(this, &Page::shownChanged, &m_models, &TrustModels::setLive);
    TrustDraft &draft = m_models.draft();
    connect(&draft, &TrustDraft::conflictChanged, this, &TrustView::showConflict);
    connect(&draft, &TrustDraft::serverChanged, this, [this] {
        showConflict();
        if (m_models.draft().isLoaded() && !m_wantedEntry.isEmpty())
            showEntry(std::exchange(m_wantedEntry, {}));
    });
    connect(&m_models.history(), &QAbstractItemModel::rowsInserted, this, &TrustView::showConflict);
    connect(&m_models.suggestions(), &SuggestionModel::changed, this, &TrustView::showSuggestions);
    TrustEditor &editor = m_models.editor();
    connect(&editor, &TrustEditor::finished, this, [this](Tone tone, const QString &text) {
        m_result->showMessage(tone, text);
        showUndo();
    });
    connect(&editor, &TrustEditor::undoChanged, this, &TrustView::showUndo);
    connect(&editor, &TrustEditor::busyChanged, this, &TrustView::showUndo);
    connect(&editor, &TrustEditor::confirmationNeeded, this, &TrustView::openGuard);
}

void TrustView::showConflict()
{
    const TrustDraft &draft = m_models.draft();
    if (!draft.isConflict())
        return m_conflict->showMessage(Tone::Warning, {});
    const qint64 revision = draft.server().revision;
    const TrustHistoryRow *row = m_models.history().rowOf(QString::number(revision));
    const QString by = row ? row->by : draft.changedBy();
    m_conflict->showMessage(
        Tone::Warning,
        u"Somebody else changed the list while you were editing (%1revision %2). Your draft is "
        "kept."_s.arg(by.isEmpty() ? QString() : QString(u"by "_s + by + u", "_s),
                      countText(revision)));
}

void TrustView::showSuggestions()
{
    const int count = m_models.suggestions().rowCount();
    m_tabs->setTabText(SuggestionTab, count == 0 ? u"Suggested"_s : u"Suggested (%1)"_s.arg(count));
}

void TrustView::showUndo()
{
    const TrustEditor &editor = m_models.editor();
    m_undo->setVisible(editor.canUndo());
    m_gate->setWanted(m_undo, editor.canUndo() && !editor.isBusy());
}

void TrustView::rebase()
{
    if (!m_models.draft().rebase())
        openMerge();
}

void TrustView::openMerge()
{
    if (!m_models.draft().isConflict())
        return;
    auto *dialog = new MergeDialog(m_models, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void TrustView::openGuard()
{
    TrustEditor &editor = m_models.editor();
    auto *dialog = new GuardDialog(editor.reasons(), editor.word(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, &editor, &TrustEditor::confirm);
    connect(dialog, &QDialog::rejected, &editor, &TrustEditor::giveUp);
    dialog->open();
}

void TrustView::askReset()
{
    auto *box = new QMessageBox(QMessageBox::Question, u"Back to the configuration"_s, {},
                                QMessageBox::Cancel, this);
    box->setObjectName(u"resetBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setText(u"Put the list of the configuration in force again?"_s);
    box->setInformativeText(u"The live list ends, for clients that are connected, too. It stays in "
                            "the history. Compare shows what differs."_s);
    QPushButton *button = box->addButton(u"Back to configuration"_s, QMessageBox::AcceptRole);
    connect(button, &QPushButton::clicked, &m_models.editor(), &TrustEditor::reset);
    box->open();
}

void TrustView::selectEntry(const QString &entry)
{
    m_table->select(m_models.draft().keyOf(entry));
}

void TrustView::showEntry(const QString &entry)
{
    TrustDraft &draft = m_models.draft();
    if (!draft.isLoaded()) {
        m_wantedEntry = entry;
        return;
    }
    if (!draft.contains(entry) && draft.judge(entry).kind == TrustDraft::Judgement::Kind::Bad) {
        Q_EMIT messageWanted(draft.judge(entry).message);
        return;
    }
    if (!draft.contains(entry) && draft.canEdit()) {
        draft.add({{entry, {}}});
        m_tabs->setCurrentIndex(PreviewTab);
    }
    selectEntry(entry);
}

void TrustView::testClient(const QString &id)
{
    m_tabs->setCurrentIndex(TesterTab);
    m_models.tester().testClient(id);
    m_tester->focusField();
    // Somebody came to see the trail: it gets the room that it needs, if the list can spare it.
    const QList<int> sizes = m_splitter->sizes();
    const int wanted = std::min(TrailRoom, (sizes[0] + sizes[1]) / 2);
    if (sizes[1] < wanted)
        m_splitter->setSizes({sizes[0] + sizes[1] - wanted, wanted});
}

void TrustView::refresh()
{
    m_models.reload();
}

void TrustView::focusFilter()
{
    m_table->focusSearch();
}

bool TrustView::canExport() const
{
    return m_models.draft().isLoaded();
}

void TrustView::exportData()
{
    m_table->exportList();
}

bool TrustView::hasUnsavedWork() const
{
    return m_models.draft().hasEdits();
}

QByteArray TrustView::saveLayout() const
{
    return m_splitter->saveState();
}

void TrustView::restoreLayout(const QByteArray &layout)
{
    m_splitter->restoreState(layout);
}

} // namespace truepeer
