// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/statusline.h"

#include "gui/models/format.h"
#include "gui/models/pace.h"
#include "gui/widgets/elidedlabel.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace truepeer {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto MessageTime = 8s;
// Reports come each second: one that is late is no news yet.
constexpr int FreshSeconds = 3;

QLabel *smallLabel(const QString &name, const QString &toolTip, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setFont(smallFont(parent->font()));
    label->setTextFormat(Qt::PlainText);
    label->setObjectName(name);
    label->setToolTip(toolTip);
    return label;
}

} // namespace

StatusLine::StatusLine(const ServerState &state, const Pace &pace, QAction *pause, QWidget *parent)
    : QWidget(parent)
    , m_state(state)
    , m_pace(pace)
    , m_path(new ElidedLabel(1, Qt::ElideMiddle, this))
    , m_message(new ElidedLabel(1, Qt::ElideMiddle, this))
    , m_role(smallLabel(u"role"_s, u"Operators may change something, viewers only look."_s, this))
    , m_roundTrip(smallLabel(u"roundTrip"_s, u"How long the server took to answer."_s, this))
    , m_age(smallLabel(u"dataAge"_s, u"When the server reported at last."_s, this))
{
    setObjectName(u"statusLine"_s);
    m_path->setObjectName(u"socketPath"_s);
    m_path->setFont(smallFont(font()));
    m_message->setObjectName(u"message"_s);
    m_message->setFont(smallFont(font()));
    auto *button = new QToolButton(this);
    button->setObjectName(u"pauseButton"_s);
    button->setDefaultAction(pause);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFont(smallFont(font()));
    button->setAutoRaise(true);
    button->setIconSize(QSize(14, 14));

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * Grid, Grid / 4, Grid, Grid / 4);
    layout->setSpacing(2 * Grid);
    layout->addWidget(m_path, 2);
    layout->addWidget(m_message, 3);
    layout->addWidget(m_role);
    layout->addWidget(m_roundTrip);
    layout->addWidget(m_age);
    layout->addWidget(button);

    m_messageTimer.setSingleShot(true);
    connect(&m_messageTimer, &QTimer::timeout, m_message, [this] { m_message->showText({}); });
    connect(&state, &ServerState::changed, this, &StatusLine::update);
    connect(&pace, &Pace::pausedChanged, this, &StatusLine::update);
    update();
}

StatusLine::~StatusLine() = default;

void StatusLine::showMessage(const QString &text)
{
    m_message->showText(text);
    m_messageTimer.start(MessageTime);
}

QString StatusLine::message() const
{
    return m_message->text();
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(lineColor(palette()));
    painter.drawLine(0, 0, width(), 0);
}

void StatusLine::update()
{
    m_path->showText(m_state.address().text());
    m_role->setText(m_state.hello().isOperator ? u"operator"_s : u"viewer"_s);
    m_role->setVisible(m_state.hasData());
    const std::optional<double> roundTrip = m_state.roundTripMs();
    m_roundTrip->setText(roundTrip ? QString("round trip "_L1 + millisecondsText(*roundTrip))
                                   : u"round trip –"_s);
    m_age->setText(ageText());
    const bool isOld = m_pace.isPaused() || m_state.phase() != ServerState::Phase::Up
                       || m_state.dataAgeSeconds().value_or(FreshSeconds) >= FreshSeconds;
    QPalette colors = palette();
    if (isOld)
        colors.setColor(QPalette::WindowText, toneColor(Tone::Warning, colors));
    m_age->setPalette(colors);
}

QString StatusLine::ageText() const
{
    const std::optional<int> age = m_state.dataAgeSeconds();
    if (!age)
        return u"no data yet"_s;
    if (m_state.phase() != ServerState::Phase::Up)
        return u"data of "_s + agoText(*age);
    if (m_pace.isPaused())
        return u"paused: pages stand still"_s;
    return *age < FreshSeconds ? u"live"_s : QString("data of "_L1 + agoText(*age));
}

} // namespace truepeer
