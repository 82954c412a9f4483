// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/diagnosis/findingpane.h"

#include "gui/views/diagnosis/factlist.h"
#include "gui/widgets/codebox.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

#include <memory>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int IconSize = 24;

QLabel *plainLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

FindingPane::FindingPane(QWidget *parent)
    : QScrollArea(parent)
    , m_icon(new QLabel(this))
    , m_title(plainLabel(u"findingTitle"_s, this))
    , m_kind(plainLabel(u"findingKind"_s, this))
    , m_detail(plainLabel(u"findingDetail"_s, this))
    , m_fixTitle(new QLabel(u"How to mend it"_s, this))
    , m_fixes(new QTabWidget(this))
    , m_maskNote(plainLabel(u"maskNote"_s, this))
    , m_actions(new QWidget(this))
    , m_actionRow(new QHBoxLayout(m_actions))
    , m_evidenceTitle(new QLabel(u"What was seen"_s, this))
    , m_evidence(new FactList(this))
{
    m_fixes->setObjectName(u"fixes"_s);
    m_fixes->setDocumentMode(true);
    m_fixes->setAccessibleName(u"Lines to paste"_s);
    m_fixes->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_kind->setForegroundRole(QPalette::PlaceholderText);
    m_maskNote->setText(u"Addresses are masked in these lines, too: turn that off in the menu View "
                        "before you paste them."_s);
    m_maskNote->setForegroundRole(QPalette::PlaceholderText);
    m_actionRow->setContentsMargins(0, 0, 0, 0);
    m_actionRow->setSpacing(Grid);

    auto *heading = new QHBoxLayout;
    heading->setSpacing(Grid);
    heading->addWidget(m_icon, 0, Qt::AlignTop);
    heading->addWidget(m_title, 1);
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(2 * Grid, Grid, 2 * Grid, 2 * Grid);
    column->setSpacing(Grid);
    column->addLayout(heading);
    column->addWidget(m_kind);
    column->addWidget(m_detail);
    column->addSpacing(Grid);
    column->addWidget(m_fixTitle);
    column->addWidget(m_actions);
    column->addWidget(m_fixes);
    column->addWidget(m_maskNote);
    column->addSpacing(Grid);
    column->addWidget(m_evidenceTitle);
    column->addWidget(m_evidence);
    column->addStretch(1);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    showHeading();
    showFixes();
}

FindingPane::~FindingPane() = default;

void FindingPane::setContent(const FindingContent &content, bool isMasked)
{
    if (content == m_content && isMasked == m_isMasked)
        return;
    const bool isOther = content.id != m_content.id || content.subject != m_content.subject;
    m_content = content;
    m_isMasked = isMasked;
    showHeading();
    showFixes();
    m_evidenceTitle->setVisible(!m_content.evidence.empty());
    m_evidence->setFacts(m_content.evidence);
    if (isOther)
        ensureVisible(0, 0);
}

void FindingPane::showHeading()
{
    for (QLabel *label : {m_title, m_fixTitle, m_evidenceTitle})
        label->setFont(titleFont(font()));
    m_icon->setPixmap(tonePixmap(glyphOf(m_content.tone), m_content.tone, IconSize, *this));
    m_title->setText(m_content.title);
    m_kind->setText(m_content.severity + u" · "_s + m_content.id);
    m_detail->setText(m_content.detail);
}

void FindingPane::showFixes()
{
    const QString shown = m_fixes->tabText(m_fixes->currentIndex());
    while (m_fixes->count() > 0) {
        const std::unique_ptr<QWidget> old(m_fixes->widget(0));
        m_fixes->removeTab(0);
    }
    for (const FindingContent::Fix &fix : m_content.fixes) {
        auto *page = new QWidget;
        auto *box = new CodeBox(14, page);
        box->setText(fix.text);
        auto *column = new QVBoxLayout(page);
        column->setContentsMargins(0, Grid, 0, 0);
        column->addWidget(box);
        column->addStretch(1);
        const int tab = m_fixes->addTab(page, fix.title);
        if (fix.title == shown)
            m_fixes->setCurrentIndex(tab);
    }
    m_fixes->setVisible(!m_content.fixes.empty());
    m_maskNote->setVisible(m_isMasked && !m_content.fixes.empty());
    while (const std::unique_ptr<QLayoutItem> item{m_actionRow->takeAt(0)})
        delete item->widget();
    QPushButton *button = makeEntryButton();
    if (button) {
        m_actionRow->addWidget(button);
        m_actionRow->addStretch(1);
    }
    m_actions->setVisible(button);
    m_fixTitle->setVisible(button || !m_content.fixes.empty());
}

// Leads to a draft of the trust list, in which the entry still has to be applied.
QPushButton *FindingPane::makeEntryButton()
{
    const QStringList entries = m_content.entries;
    if (entries.isEmpty() && !m_content.concernsTrustList)
        return nullptr;
    auto *button = new QPushButton(m_actions);
    button->setObjectName(u"trustFix"_s);
    button->setIcon(icon(entries.isEmpty() ? Glyph::Arrow : Glyph::Add));
    button->setText(entries.isEmpty() ? u"Open the &trust list"_s : u"Add to the &trust list…"_s);
    if (entries.size() <= 1) {
        const QString entry = entries.value(0);
        connect(button, &QPushButton::clicked, this, [this, entry] { Q_EMIT entryWanted(entry); });
        return button;
    }
    auto *menu = new QMenu(button);
    for (const QString &entry : entries) {
        // Masked, they may look the same, but not be in another order than in the lines.
        const qsizetype number = menu->actions().size() + 1;
        const QString text = m_isMasked ? u"Entry %1"_s.arg(number) : entry;
        menu->addAction(text, this, [this, entry] { Q_EMIT entryWanted(entry); });
    }
    button->setMenu(menu);
    return button;
}

void FindingPane::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        showHeading();
}

} // namespace truepeer
