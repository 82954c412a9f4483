// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/kickdialog.h"

#include "gui/models/closereason.h"
#include "gui/models/format.h"
#include "gui/widgets/theme.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

KickDialog::KickDialog(ClientActions &actions, KickTarget target, const QString &subject,
                       QWidget *parent)
    : QDialog(parent)
    , m_actions(actions)
    , m_target(std::move(target))
    , m_count(plainLabel(u"Counting…"_s, this))
    , m_reason(new QLineEdit(this))
    , m_reasonSize(plainLabel({}, this))
    , m_code(new QSpinBox(this))
    , m_meaning(plainLabel({}, this))
    , m_confirmText(plainLabel({}, this))
    , m_confirm(new QLineEdit(this))
    , m_problem(plainLabel({}, this))
    , m_kick(nullptr)
{
    setWindowTitle(u"Close connections"_s);
    auto *title = plainLabel(u"Close the connections of %1"_s.arg(subject), this);
    title->setFont(titleFont(font()));
    m_count->setObjectName(u"kickCount"_s);
    m_problem->setObjectName(u"kickProblem"_s);
    m_problem->hide();

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_kick = buttons->addButton(u"Close"_s, QDialogButtonBox::AcceptRole);
    m_kick->setObjectName(u"kickButton"_s);
    m_kick->setAutoDefault(false);
    buttons->button(QDialogButtonBox::Cancel)->setDefault(true);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(2 * Grid);
    layout->addWidget(title);
    layout->addWidget(m_count);
    buildForm();
    layout->addWidget(m_problem);
    layout->addStretch();
    layout->addWidget(buttons);
    setMinimumWidth(56 * Grid);

    connect(m_reason, &QLineEdit::textChanged, this, &KickDialog::update);
    connect(m_confirm, &QLineEdit::textChanged, this, &KickDialog::update);
    connect(m_code, &QSpinBox::valueChanged, this, &KickDialog::update);
    connect(m_kick, &QPushButton::clicked, this, &KickDialog::kick);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    update();
    m_actions.count(m_target, this, [this](const KickOutcome &outcome) { counted(outcome); });
}

KickDialog::~KickDialog() = default;

void KickDialog::buildForm()
{
    m_reason->setObjectName(u"kickReason"_s);
    m_reason->setPlaceholderText(u"The client sees it; may be empty"_s);
    m_code->setObjectName(u"kickCode"_s);
    m_code->setRange(1000, 4999);
    m_code->setValue(ClientActions::DefaultCode);
    m_confirm->setObjectName(u"kickConfirm"_s);
    m_reasonSize->setFont(smallFont(font()));
    m_meaning->setFont(smallFont(font()));
    m_confirmText->hide();
    m_confirm->hide();
    m_confirmText->setBuddy(m_confirm);

    auto *code = new QHBoxLayout;
    code->setSpacing(Grid);
    code->addWidget(m_code);
    code->addWidget(m_meaning, 1);
    auto *form = new QFormLayout;
    form->setSpacing(Grid);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(u"&Reason"_s, m_reason);
    form->addRow(QString(), m_reasonSize);
    auto *codeName = new QLabel(u"C&ode"_s, this);
    codeName->setBuddy(m_code);
    form->addRow(codeName, code);
    form->addRow(m_confirmText);
    form->addRow(m_confirm);
    static_cast<QVBoxLayout *>(layout())->addLayout(form);
}

void KickDialog::counted(const KickOutcome &outcome)
{
    if (!outcome.problem.isEmpty()) {
        m_count->setText(u"It could not be counted."_s);
        return showProblem(outcome.problem);
    }
    m_number = outcome.count;
    if (m_number == 0)
        m_count->setText(u"Nobody is connected any more."_s);
    else
        m_count->setText(u"%1 will be closed. Clients may come back at once: this is no ban."_s.arg(
            countText(m_number, "connection", "connections")));
    const bool hasToConfirm = m_number > MostUnconfirmed;
    m_confirmText->setText(
        u"These are many. To confirm, &type how many: %1"_s.arg(QString::number(m_number)));
    m_confirmText->setVisible(hasToConfirm);
    m_confirm->setVisible(hasToConfirm);
    update();
    fitHeight();
}

void KickDialog::update()
{
    const qsizetype bytes = m_reason->text().toUtf8().size();
    const bool fits = bytes <= ClientActions::MaxReasonBytes;
    m_reasonSize->setText(u"%1 of %2 bytes%3"_s.arg(QString::number(bytes),
                                                    QString::number(ClientActions::MaxReasonBytes),
                                                    fits ? QString() : u": too long"_s));
    const bool isCode = ClientActions::isCloseCode(m_code->value());
    const QString meaning = closeCodeMeaning(m_code->value());
    m_meaning->setText(isCode ? meaning
                              : u"not a code that may be sent: 1000 to 1014 without 1004 to 1006, "
                                "or 3000 to 4999"_s);
    const bool isConfirmed =
        m_number <= MostUnconfirmed || m_confirm->text().trimmed() == QString::number(m_number);
    m_kick->setEnabled(m_number > 0 && fits && isCode && isConfirmed && !m_isBusy);
    m_kick->setText(m_number < 0
                        ? u"Close"_s
                        : u"Close %1"_s.arg(countText(m_number, "connection", "connections")));
}

void KickDialog::kick()
{
    m_isBusy = true;
    m_problem->hide();
    update();
    m_actions.kick(m_target, m_code->value(), m_reason->text(), this,
                   [this](const KickOutcome &outcome) { kicked(outcome); });
}

void KickDialog::kicked(const KickOutcome &outcome)
{
    m_isBusy = false;
    if (outcome.problem.isEmpty()) {
        Q_EMIT closedClients(outcome.count);
        return accept();
    }
    const QString before =
        outcome.count > 0 ? QString(countText(outcome.count, "connection was", "connections were")
                                    + u" closed. Then: "_s)
                          : QString();
    showProblem(before + outcome.problem);
    update();
}

void KickDialog::showProblem(const QString &problem)
{
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, toneColor(Tone::Error, palette()));
    m_problem->setPalette(colours);
    m_problem->setText(u"Not done: "_s + problem);
    m_problem->show();
    fitHeight();
}

// Lines came that were not there when the dialog opened; labels that wrap give no minimum.
void KickDialog::fitHeight()
{
    layout()->activate();
    const int needed = layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width())
                                                     : layout()->totalSizeHint().height();
    resize(width(), std::max(height(), needed));
}

} // namespace truepeer
