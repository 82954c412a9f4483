// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/guarddialog.h"

#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setText(text);
    return label;
}

} // namespace

GuardDialog::GuardDialog(const QStringList &reasons, const QString &word, QWidget *parent)
    : QDialog(parent)
    , m_word(word)
    , m_typed(new QLineEdit(this))
{
    setObjectName(u"guardDialog"_s);
    setWindowTitle(u"This edit needs a confirmation"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(Grid);
    layout->addWidget(plainLabel(u"Such an edit is rarely meant:"_s, this));
    for (const QString &reason : reasons) {
        auto *line = new ToneLine(this);
        line->setLine(Tone::Warning, reason);
        layout->addWidget(line);
    }
    layout->addSpacing(Grid);
    QLabel *ask = plainLabel(u"To make it all the same, type  %1"_s.arg(word), this);
    ask->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(ask);
    m_typed->setObjectName(u"guardWord"_s);
    m_typed->setFont(monospaceFont());
    m_typed->setAccessibleName(u"Word that confirms the edit"_s);
    layout->addWidget(m_typed);
    layout->addStretch();

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_accept = buttons->addButton(u"Make this edit"_s, QDialogButtonBox::AcceptRole);
    m_accept->setObjectName(u"guardAccept"_s);
    m_accept->setEnabled(false);
    layout->addWidget(buttons);
    connect(m_typed, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_accept->setEnabled(text.trimmed() == m_word); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_typed->setFocus();
    setMinimumWidth(60 * Grid);
}

GuardDialog::~GuardDialog() = default;

} // namespace truepeer
