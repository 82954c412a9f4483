// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/clients/filteredit.h"

#include "gui/widgets/theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QStringListModel>
#include <QTextCharFormat>

namespace truepeer {

using namespace Qt::StringLiterals;

FilterEdit::FilterEdit(QWidget *parent)
    : QLineEdit(parent)
    , m_words(new QStringListModel(this))
    , m_completer(new QCompleter(this))
{
    setFont(monospaceFont());
    m_completer->setModel(m_words);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setWidget(this);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this,
            &FilterEdit::insertCompletion);
    connect(this, &QLineEdit::textEdited, this, [this] { offer(false); });
}

FilterEdit::~FilterEdit() = default;

bool FilterEdit::isChoosing() const
{
    const QAbstractItemView *popup = m_completer->popup();
    return popup->isVisible() && popup->currentIndex().isValid();
}

void FilterEdit::markProblem(qsizetype position, qsizetype length)
{
    // Of a line edit only the input method can format a part of the text.
    QList<QInputMethodEvent::Attribute> attributes;
    if (length > 0) {
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(toneColor(Tone::Error, palette()));
        format.setForeground(toneColor(Tone::Error, palette()));
        attributes.append(
            {QInputMethodEvent::TextFormat, int(position) - cursorPosition(), int(length), format});
    }
    QInputMethodEvent event({}, attributes);
    inputMethodEvent(&event);
}

void FilterEdit::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        Q_EMIT cleared();
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier)
        return offer(true);
    QLineEdit::keyPressEvent(event);
}

void FilterEdit::offer(bool always)
{
    const FilterCompletion found = completion();
    m_words->setStringList(found.words);
    if (found.words.isEmpty() || (found.length == 0 && !always && !found.hint.startsWith("yes"_L1)))
        return m_completer->popup()->hide();
    QRect place = cursorRect();
    place.setWidth(m_completer->popup()->sizeHintForColumn(0) + 4 * Grid);
    m_completer->complete(place);
}

void FilterEdit::insertCompletion(const QString &word)
{
    const FilterCompletion found = completion();
    const QString rest = text().sliced(found.from + found.length);
    const QString before = text().first(found.from) + word;
    // A key waits for its value; behind a value the next term may follow.
    const bool isValue = !word.endsWith(u':');
    setText(before + (isValue && rest.isEmpty() ? u" "_s : QString()) + rest);
    setCursorPosition(int(before.size()) + (isValue ? 1 : 0));
    Q_EMIT textEdited(text());
}

} // namespace truepeer
