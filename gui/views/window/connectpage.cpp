// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/connectpage.h"

#include "gui/dashboard.h"
#include "gui/views/window/connectpanel.h"
#include "gui/widgets/codebox.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;
using Phase = ServerState::Phase;

namespace {

constexpr int CardWidth = 70 * Grid;
constexpr int CardRadius = 10;

class Card final : public QWidget
{
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(lineColor(palette()));
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), CardRadius,
                                CardRadius);
    }
};

QString titleOf(const ServerState &state)
{
    if (state.address().isEmpty())
        return u"Not connected"_s;
    if (!state.problem().isEmpty())
        return state.problem().title;
    return state.phase() == Phase::TunnelStarting ? u"Starting ssh…"_s : u"Connecting…"_s;
}

} // namespace

ConnectPage::ConnectPage(Dashboard &dashboard, ConnectPanel *panel, QWidget *parent)
    : QWidget(parent)
    , m_dashboard(dashboard)
    , m_panel(panel)
{
    setObjectName(u"connectPage"_s);
    auto *card = new Card;
    auto *cardLayout = new QVBoxLayout(card);
    cardLayout->setContentsMargins(4 * Grid, 3 * Grid, 4 * Grid, 4 * Grid);
    cardLayout->setSpacing(2 * Grid);
    cardLayout->addWidget(makeTry());
    cardLayout->addWidget(panel);
    card->setMaximumWidth(CardWidth);
    card->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);

    auto *area = new QWidget;
    auto *areaLayout = new QGridLayout(area);
    areaLayout->setContentsMargins(2 * Grid, 3 * Grid, 2 * Grid, 3 * Grid);
    areaLayout->addWidget(card, 1, 1);
    areaLayout->setRowStretch(0, 1);
    areaLayout->setRowStretch(2, 2);
    areaLayout->setColumnStretch(0, 1);
    areaLayout->setColumnStretch(1, 100);
    areaLayout->setColumnStretch(2, 1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(area);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    connect(&dashboard.state(), &ServerState::changed, this, &ConnectPage::update);
    update();
}

ConnectPage::~ConnectPage() = default;

QWidget *ConnectPage::makeTry()
{
    auto *box = new QWidget(this);
    m_title = new QLabel(box);
    m_title->setObjectName(u"connectTitle"_s);
    m_title->setFont(titleFont(font()));
    m_text = new QLabel(box);
    m_text->setObjectName(u"connectText"_s);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_command = new CodeBox(2, box);
    m_command->setObjectName(u"connectCommand"_s);
    m_buttons = new QWidget(box);
    m_countdown = new QLabel(m_buttons);
    for (QLabel *label : {m_title, m_text, m_countdown})
        label->setTextFormat(Qt::PlainText);
    m_retry = new QPushButton(u"&Retry now"_s, m_buttons);
    m_giveUp = new QPushButton(u"&Stop trying"_s, m_buttons);
    m_giveUp->setObjectName(u"stopTryingButton"_s);
    auto *buttonLayout = new QHBoxLayout(m_buttons);
    buttonLayout->setContentsMargins(0, 0, 0, 0);
    buttonLayout->addWidget(m_countdown, 1);
    buttonLayout->addWidget(m_giveUp);
    buttonLayout->addWidget(m_retry);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_title, m_text, m_command, m_buttons})
        layout->addWidget(widget);
    connect(m_retry, &QPushButton::clicked, &m_dashboard, &Dashboard::retry);
    connect(m_giveUp, &QPushButton::clicked, &m_dashboard, &Dashboard::close);
    return box;
}

void ConnectPage::update()
{
    const ServerState &state = m_dashboard.state();
    const bool isAsked = !state.address().isEmpty();
    const ConnectProblem &problem = state.problem();
    m_title->setText(titleOf(state));
    m_text->setText(!isAsked            ? u"Choose the server that this window is to watch."_s
                    : problem.isEmpty() ? state.address().text()
                                        : problem.text);
    m_command->setVisible(!problem.command.isEmpty());
    if (m_command->text() != problem.command)
        m_command->setText(problem.command);
    m_panel->setStartHint(problem.command.isEmpty());
    m_buttons->setVisible(isAsked);
    const std::optional<int> seconds = state.secondsUntilRetry();
    m_retry->setEnabled(seconds.has_value());
    m_countdown->setText(seconds ? u"Next try in %1 s"_s.arg(*seconds) : u"Trying…"_s);
}

} // namespace truepeer
