// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/codebox.h"

#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>
#include <QTimer>
#include <QToolButton>
#include <QtMath>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int ConfirmationMs = 1500;

QToolButton *copyButton(QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(u"copy"_s);
    button->setIcon(icon(Glyph::Copy));
    button->setText(u"Copy"_s);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setToolTip(u"Copy all of it"_s);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

CodeBox::CodeBox(int maxLines, QWidget *parent)
    : QWidget(parent)
    , m_edit(new QPlainTextEdit(this))
    , m_copy(copyButton(this))
    , m_confirmation(new QTimer(this))
    , m_maxLines(maxLines)
{
    m_edit->setReadOnly(true);
    m_edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_edit->setTabChangesFocus(true);
    m_edit->setFont(monospaceFont());
    m_edit->setAccessibleName(u"Text to copy"_s);
    m_confirmation->setSingleShot(true);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(m_edit, 1);
    layout->addWidget(m_copy, 0, Qt::AlignTop);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    m_edit->installEventFilter(this);
    connect(m_copy, &QToolButton::clicked, this, &CodeBox::copy);
    connect(m_confirmation, &QTimer::timeout, this, [this] { showCopied(false); });
    fitHeight();
}

CodeBox::~CodeBox() = default;

void CodeBox::setText(const QString &text)
{
    if (text == m_text)
        return; // what the operator selected stays selected
    m_text = text;
    // A command is wrapped, so that all of it is seen; lines that belong to each other are not.
    m_edit->setLineWrapMode(text.contains(u'\n') ? QPlainTextEdit::NoWrap
                                                 : QPlainTextEdit::WidgetWidth);
    m_edit->setPlainText(text);
    showCopied(false);
    fitHeight();
}

void CodeBox::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitHeight();
}

bool CodeBox::eventFilter(QObject *watched, QEvent *event)
{
    // When the editor has seen it, too: then the lines are wrapped anew.
    if (watched == m_edit && event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(this, &CodeBox::fitHeight, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

void CodeBox::copy()
{
    QGuiApplication::clipboard()->setText(m_text);
    showCopied(true);
    m_confirmation->start(ConfirmationMs);
}

void CodeBox::showCopied(bool copied)
{
    m_copy->setIcon(icon(copied ? Glyph::Ok : Glyph::Copy));
    m_copy->setText(copied ? u"Copied"_s : u"Copy"_s);
}

void CodeBox::fitHeight()
{
    const QTextDocument *document = m_edit->document();
    int needed = 0;
    for (QTextBlock block = document->begin(); block.isValid() && needed <= m_maxLines;
         block = block.next()) {
        document->documentLayout()->blockBoundingRect(block); // breaks it into lines
        needed += std::max(1, block.layout()->lineCount());
    }
    const int lines = std::min(needed, m_maxLines);
    const bool wraps = m_edit->lineWrapMode() != QPlainTextEdit::NoWrap;
    const bool scrolls =
        !wraps && document->documentLayout()->documentSize().width() > m_edit->viewport()->width();
    const int bar = scrolls ? m_edit->horizontalScrollBar()->sizeHint().height() : 0;
    const double line = QFontMetricsF(m_edit->font()).lineSpacing();
    const double edges = 2 * document->documentMargin() + 2 * m_edit->frameWidth();
    const double height = lines * line + edges + bar;
    m_copy->setMinimumHeight(qCeil(line + edges) + 1); // as one line beside it
    m_edit->setHorizontalScrollBarPolicy(scrolls ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    m_edit->setVerticalScrollBarPolicy(needed > lines ? Qt::ScrollBarAsNeeded
                                                      : Qt::ScrollBarAlwaysOff);
    // One pixel more than what is rounded: else the last line is taken for half hidden.
    m_edit->setFixedHeight(std::max(qCeil(height) + 1, m_copy->sizeHint().height()));
}

} // namespace truepeer
