// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/senddialog.h"

#include "gui/widgets/theme.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextBlock>
#include <QVBoxLayout>

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

SendDialog::SendDialog(ClientActions &actions, EventTarget target, const QString &heading,
                       const QString &button, QWidget *parent)
    : QDialog(parent)
    , m_actions(actions)
    , m_target(std::move(target))
    , m_event(new QLineEdit(this))
    , m_data(new QPlainTextEdit(this))
    , m_state(new QLabel(this))
    , m_send(nullptr)
{
    setWindowTitle(u"Send an event"_s);
    m_event->setObjectName(u"sendEvent"_s);
    m_event->setPlaceholderText(u"The name of the event: news"_s);
    m_data->setObjectName(u"sendData"_s);
    m_data->setFont(monospaceFont());
    m_data->setPlaceholderText(uR"({"text": "Hello"})"_s);
    m_data->setTabChangesFocus(true);
    m_state->setObjectName(u"sendState"_s);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    auto *title = new QLabel(heading, this);
    title->setTextFormat(Qt::PlainText);
    title->setWordWrap(true);
    title->setFont(titleFont(font()));

    auto *form = new QFormLayout;
    form->setSpacing(Grid);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(u"&Event"_s, m_event);
    form->addRow(u"&Data, as JSON"_s, m_data);
    form->addRow(QString(), m_state);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_send = buttons->addButton(button, QDialogButtonBox::AcceptRole);
    m_send->setObjectName(u"sendButton"_s);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(2 * Grid);
    layout->addWidget(title);
    layout->addLayout(form, 1);
    layout->addWidget(buttons);
    setMinimumWidth(56 * Grid);

    connect(m_event, &QLineEdit::textChanged, this, &SendDialog::judge);
    connect(m_data, &QPlainTextEdit::textChanged, this, &SendDialog::judge);
    connect(m_send, &QPushButton::clicked, this, &SendDialog::send);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    judge();
}

SendDialog::~SendDialog() = default;

void SendDialog::judge()
{
    const TypedJson json = parseTypedJson(m_data->toPlainText());
    const QString event = m_event->text().trimmed();
    const bool isNamed = ClientActions::isEventName(event);
    const bool isValid = json.problem.isEmpty();
    underline(isValid ? -1 : json.position);
    if (!event.isEmpty() && !isNamed) {
        showState(Tone::Error,
                  u"An event's name has letters, digits, dots, - and _; at most 255."_s);
    } else if (isValid) {
        showState(Tone::Muted, json.value.isUndefined() ? u"No data."_s : u"Valid JSON."_s);
    } else {
        const QTextBlock block = m_data->document()->findBlock(int(json.position));
        showState(Tone::Error,
                  u"Line %1, character %2: %3."_s.arg(
                      QString::number(block.blockNumber() + 1),
                      QString::number(json.position - block.position() + 1), json.problem));
    }
    m_send->setEnabled(isNamed && isValid && !m_isBusy);
}

void SendDialog::underline(qsizetype position)
{
    QList<QTextEdit::ExtraSelection> marks;
    if (position >= 0) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(m_data->document());
        mark.cursor.setPosition(int(position));
        mark.cursor.movePosition(QTextCursor::Right, QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(toneColor(Tone::Error, palette()));
        mark.format.setForeground(toneColor(Tone::Error, palette()));
        marks.append(mark);
    }
    m_data->setExtraSelections(marks);
}

void SendDialog::send()
{
    const TypedJson json = parseTypedJson(m_data->toPlainText());
    const QString event = m_event->text().trimmed();
    m_isBusy = true;
    m_send->setEnabled(false);
    m_actions.send(m_target, event, json.value, this,
                   [this, event](qint64 delivered, const QString &problem) {
                       m_isBusy = false;
                       if (problem.isEmpty()) {
                           Q_EMIT sent(event, delivered);
                           return accept();
                       }
                       judge();
                       showState(Tone::Error, u"Not sent: "_s + problem);
                   });
}

void SendDialog::showState(Tone tone, const QString &text)
{
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, toneColor(tone, palette()));
    m_state->setPalette(colours);
    m_state->setText(text);
}

} // namespace truepeer
