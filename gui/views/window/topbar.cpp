// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/topbar.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/views/window/statepill.h"
#include "gui/widgets/elidedlabel.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;
using Health = ServerState::Health;

TopBar::TopBar(const ServerState &state, const AddressMask &mask, QWidget *parent)
    : QWidget(parent)
    , m_state(state)
    , m_mask(mask)
    , m_name(new ElidedLabel(1, Qt::ElideMiddle, this))
    , m_version(new ElidedLabel(1, Qt::ElideMiddle, this))
    , m_pill(new StatePill(this))
    , m_readOnly(new StatePill(this))
{
    setObjectName(u"topBar"_s);
    m_name->setObjectName(u"serverName"_s);
    m_name->setFont(titleFont(font()));
    m_version->setFont(smallFont(font()));
    m_version->setForegroundRole(QPalette::PlaceholderText);
    m_pill->setObjectName(u"statePill"_s);
    m_readOnly->setObjectName(u"readOnlyPill"_s);
    m_readOnly->setState(Tone::Notice, Glyph::Lock, u"Read-only"_s);
    m_readOnly->setToolTip(
        u"This socket is for viewers: it shows everything and changes nothing."_s);

    auto *names = new QVBoxLayout;
    names->setSpacing(0);
    names->addWidget(m_name);
    names->addWidget(m_version);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * Grid, Grid, 2 * Grid, Grid);
    layout->setSpacing(Grid);
    layout->addLayout(names);
    layout->addSpacing(Grid);
    layout->addWidget(m_pill);
    layout->addWidget(m_readOnly);
    layout->addStretch(1);
    const auto lag = u"How late the server's loops come to their work."_s;
    for (QWidget *figure :
         {makeFigure(Uptime, u"Uptime"_s, u"Since the server was started."_s),
          makeFigure(Clients, u"Clients"_s, u"Open now, and how many there may be."_s),
          makeFigure(MessagesIn, u"In / s"_s, u"Messages from clients, each second."_s),
          makeFigure(MessagesOut, u"Out / s"_s, u"Messages to clients, each second."_s),
          makeFigure(LoopLag, u"Loop lag"_s, lag)}) {
        layout->addSpacing(Grid);
        layout->addWidget(figure);
    }
    connect(&state, &ServerState::changed, this, &TopBar::update);
    connect(&mask, &AddressMask::changed, this, &TopBar::update);
    update();
}

TopBar::~TopBar() = default;

QWidget *TopBar::makeFigure(Figure figure, const QString &caption, const QString &toolTip)
{
    auto *box = new QWidget(this);
    auto *value = new QLabel(box);
    auto *name = new QLabel(caption, box);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    value->setFont(strong);
    value->setTextFormat(Qt::PlainText);
    value->setAlignment(Qt::AlignRight);
    value->setObjectName(u"figure"_s + QString(caption).remove(u' ').remove(u'/'));
    value->setAccessibleName(caption);
    name->setFont(smallFont(font()));
    name->setForegroundRole(QPalette::PlaceholderText);
    name->setAlignment(Qt::AlignRight);
    box->setToolTip(toolTip);
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(value);
    layout->addWidget(name);
    m_figures.at(figure) = value;
    return box;
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(lineColor(palette()));
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

void TopBar::update()
{
    const ServerHello &hello = m_state.hello();
    const StatusSnapshot &status = m_state.status();
    m_name->showText(hello.listen.isEmpty() ? m_state.address().text() : hello.listen);
    m_version->showText(u"truepeerd %1 · pid %2"_s.arg(hello.version, QString::number(hello.pid)));
    m_readOnly->setVisible(m_state.hasData() && !hello.isOperator);
    updatePill();

    const bool hasFigures = m_state.dataAgeSeconds().has_value();
    const auto figure = [hasFigures](const QString &text) { return hasFigures ? text : u"–"_s; };
    const QString clients =
        status.clientsMax > 0
            ? QString(countText(status.clients) + " / "_L1 + countText(status.clientsMax))
            : countText(status.clients);
    setFigure(Uptime, figure(durationText(status.uptime)));
    setFigure(Clients, figure(clients));
    setFigure(MessagesIn, figure(rateText(status.messagesIn)));
    setFigure(MessagesOut, figure(rateText(status.messagesOut)));
    setFigure(LoopLag, figure(millisecondsText(status.loopLagMs)));
}

void TopBar::updatePill()
{
    QString toolTip;
    switch (m_state.health()) {
    case Health::None:
        m_pill->setState(Tone::Muted, Glyph::Disconnected, u"Not connected"_s);
        break;
    case Health::Ready:
        m_pill->setState(Tone::Ok, Glyph::Ok, u"Ready"_s);
        break;
    case Health::Degraded:
        m_pill->setState(Tone::Warning, Glyph::Warning, u"Degraded"_s);
        toolTip = m_mask.shownText(m_state.status().warnings.join(u'\n'));
        break;
    case Health::Draining:
        m_pill->setState(Tone::Warning, Glyph::Warning, u"Draining"_s);
        break;
    case Health::Silent:
        m_pill->setState(Tone::Error, Glyph::Error, u"Not answering"_s);
        break;
    case Health::Disconnected:
        m_pill->setState(Tone::Error, Glyph::Disconnected, u"Disconnected"_s);
        break;
    }
    m_pill->setToolTip(toolTip.toHtmlEscaped().replace(u'\n', "<br>"_L1));
}

// What is not of now is shown like what is not there.
void TopBar::setFigure(Figure figure, const QString &text)
{
    const Health health = m_state.health();
    const bool isOld = health == Health::Disconnected || health == Health::Silent;
    QLabel *label = m_figures.at(figure);
    label->setText(text);
    label->setForegroundRole(isOld ? QPalette::PlaceholderText : QPalette::WindowText);
}

} // namespace truepeer
