// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/entryfield.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/trustmodels.h"
#include "gui/models/trusttext.h"
#include "gui/views/trust/importdialog.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QStringDecoder>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxFileSize = 4 * 1024 * 1024;
constexpr qsizetype MaxRangesShown = 6;

bool isList(const QString &text)
{
    return text.trimmed().contains(u'\n');
}

QString rangesText(QStringList ranges)
{
    const qsizetype more = ranges.size() - MaxRangesShown;
    if (more > 0) {
        ranges = ranges.first(MaxRangesShown);
        ranges.append(u"%1 more"_s.arg(more));
    }
    return ranges.join(u", "_s);
}

} // namespace

EntryEdit::EntryEdit(QWidget *parent)
    : QLineEdit(parent)
{
}

EntryEdit::~EntryEdit() = default;

void EntryEdit::pasteClipboard()
{
    const QString text = QGuiApplication::clipboard()->text();
    if (isList(text))
        Q_EMIT listPasted(text);
    else
        paste();
}

void EntryEdit::keyPressEvent(QKeyEvent *event)
{
    if (!event->matches(QKeySequence::Paste))
        return QLineEdit::keyPressEvent(event);
    event->accept();
    pasteClipboard();
}

void EntryEdit::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu *menu = createStandardContextMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (auto *action = menu->findChild<QAction *>(u"edit-paste"_s)) {
        disconnect(action, &QAction::triggered, nullptr, nullptr);
        connect(action, &QAction::triggered, this, &EntryEdit::pasteClipboard);
    }
    menu->popup(event->globalPos());
}

void EntryEdit::dropEvent(QDropEvent *event)
{
    const QString text = event->mimeData()->text();
    if (!isList(text))
        return QLineEdit::dropEvent(event);
    event->acceptProposedAction();
    Q_EMIT listPasted(text);
}

EntryField::EntryField(TrustModels &models, ActionGate &gate, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_draft(models.draft())
    , m_gate(gate)
    , m_edit(new EntryEdit(this))
    , m_add(new QPushButton(u"&Add"_s, this))
    , m_import(new QPushButton(u"&Import…"_s, this))
    , m_hint(new ToneLine(this))
{
    auto *label = new QLabel(u"Add a pro&xy:"_s, this);
    label->setBuddy(m_edit);
    m_edit->setObjectName(u"trustEntry"_s);
    m_edit->setPlaceholderText(u"10.0.0.5, 10.0.0.0/8, loopback  # note"_s);
    m_edit->setClearButtonEnabled(true);
    m_edit->setFont(monospaceFont());
    m_add->setObjectName(u"trustAdd"_s);
    m_import->setObjectName(u"trustImport"_s);
    m_import->setToolTip(u"Reads a text file: one entry a line, notes behind #"_s);
    m_hint->setObjectName(u"trustHint"_s);
    m_gate.add(m_add, ActionGate::Needs::Operator);
    m_gate.add(m_import, ActionGate::Needs::Operator);

    auto *row = new QHBoxLayout;
    row->setSpacing(Grid);
    row->addWidget(label);
    row->addWidget(m_edit, 1);
    row->addWidget(m_add);
    row->addWidget(m_import);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid / 2);
    layout->addLayout(row);
    layout->addWidget(m_hint);

    connect(m_edit, &QLineEdit::textChanged, this, &EntryField::judge);
    connect(m_edit, &QLineEdit::returnPressed, this, &EntryField::accept);
    connect(m_edit, &EntryEdit::listPasted, this, &EntryField::import);
    connect(m_add, &QPushButton::clicked, this, &EntryField::accept);
    connect(m_import, &QPushButton::clicked, this, &EntryField::chooseFile);
    connect(&m_draft, &TrustDraft::edited, this, &EntryField::judge);
    connect(&m_draft, &TrustDraft::serverChanged, this, &EntryField::judge);
    judge();
}

EntryField::~EntryField() = default;

void EntryField::focusField()
{
    m_edit->setFocus(Qt::OtherFocusReason);
    m_edit->selectAll();
}

void EntryField::judge()
{
    const TrustText text = parseTrustText(m_edit->text());
    m_gate.setWanted(m_import, m_draft.isLoaded());
    m_gate.setWanted(m_add, m_draft.isLoaded() && !text.entries.empty());
    if (text.isEmpty())
        m_hint->setLine(Tone::Muted, {});
    else if (text.entries.size() == 1 && text.problems.empty())
        judgeOne(text.entries.front().entry);
    else
        judgeMany(text);
}

void EntryField::judgeOne(const QString &entry)
{
    const TrustDraft::Judgement judgement = m_draft.judge(entry);
    const QString means = rangesText(judgement.ranges);
    switch (judgement.kind) {
    case TrustDraft::Judgement::Kind::Bad:
        m_gate.setWanted(m_add, false);
        m_hint->setLine(Tone::Error, judgement.message);
        return;
    case TrustDraft::Judgement::Kind::Known:
        m_hint->setLine(Tone::Notice, means + u' ' + judgement.message);
        return;
    case TrustDraft::Judgement::Kind::Good:
        break;
    }
    QStringList parts{u"trusts "_s + means};
    if (!judgement.message.isEmpty())
        parts.append(judgement.message);
    parts += judgement.warnings;
    m_hint->setLine(judgement.warnings.isEmpty() ? Tone::Ok : Tone::Warning, parts.join(u"; "_s));
}

void EntryField::judgeMany(const TrustText &text)
{
    if (text.entries.empty() && text.problems.size() == 1)
        return m_hint->setLine(Tone::Error, text.problems.front().entry + u": "_s
                                                + text.problems.front().message);
    const QString good = countText(qint64(text.entries.size()), "entry", "entries");
    if (text.problems.empty())
        return m_hint->setLine(Tone::Ok, good);
    m_hint->setLine(Tone::Error, good + u" can be added; "_s + text.problems.front().entry + u": "_s
                                     + text.problems.front().message);
}

void EntryField::accept()
{
    if (!m_add->isEnabled())
        return;
    const TrustText text = parseTrustText(m_edit->text());
    if (!text.problems.empty())
        return import(m_edit->text());
    addAll(text);
}

void EntryField::import(const QString &text)
{
    if (!m_import->isEnabled())
        return;
    const TrustText parsed = parseTrustText(text);
    if (parsed.isEmpty()) {
        Q_EMIT said(u"There are no entries in it."_s);
        return;
    }
    if (parsed.problems.empty())
        return addAll(parsed);
    auto *dialog = new ImportDialog(parsed, m_models.context().mask, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, parsed] { addAll(parsed); });
    dialog->open();
}

void EntryField::addAll(const TrustText &text)
{
    const TrustDraft::Added added = m_draft.add(text.entries);
    QStringList parts;
    if (!added.entries.isEmpty())
        parts.append(countText(added.entries.size(), "entry", "entries")
                     + u" added to the draft"_s);
    if (added.known > 0)
        parts.append(added.known == 1
                         ? u"1 was in the list already"_s
                         : QString(countText(added.known) + u" were in the list already"_s));
    if (added.tooMany > 0)
        parts.append(countText(added.tooMany, "entry", "entries")
                     + u" left out: a list has at most "_s + countText(MaxTrustEntries));
    m_edit->clear();
    if (!added.entries.isEmpty())
        Q_EMIT entryAdded(added.entries.back());
    else if (!text.entries.empty())
        Q_EMIT entryAdded(text.entries.front().entry);
    Q_EMIT said(parts.join(u"; "_s));
}

void EntryField::chooseFile()
{
    auto *dialog = new QFileDialog(this, u"Import trusted proxies"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({u"Text files (*.txt *.conf *.csv)"_s, u"All files (*)"_s});
    connect(dialog, &QFileDialog::fileSelected, this, &EntryField::readFile);
    dialog->open();
}

void EntryField::readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        Q_EMIT said(u"The file cannot be read: "_s + file.errorString());
        return;
    }
    if (file.size() > MaxFileSize) {
        Q_EMIT said(u"The file is too large for a list of proxies."_s);
        return;
    }
    QStringDecoder decode(QStringDecoder::Utf8);
    const QString text = decode(file.readAll());
    if (decode.hasError())
        Q_EMIT said(u"The file is not UTF-8 text."_s);
    else
        import(text);
}

} // namespace truepeer
