// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/statebanners.h"

#include "gui/dashboard.h"
#include "gui/models/format.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/banner.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;
using Phase = ServerState::Phase;

namespace {

QString untilRetryText(const ServerState &state)
{
    const std::optional<int> seconds = state.secondsUntilRetry();
    if (seconds)
        return u"Next try in %1 s."_s.arg(*seconds);
    return state.phase() == Phase::TunnelStarting ? u"Starting ssh…"_s : u"Trying again…"_s;
}

} // namespace

StateBanners::StateBanners(Dashboard &dashboard, ActionGate &gate, QWidget *parent)
    : QWidget(parent)
    , m_dashboard(dashboard)
    , m_lost(new Banner(this))
    , m_draining(new Banner(this))
    , m_readOnly(new Banner(this))
{
    m_lost->setObjectName(u"lostBanner"_s);
    m_draining->setObjectName(u"drainBanner"_s);
    m_readOnly->setObjectName(u"readOnlyBanner"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (Banner *banner : {m_lost, m_draining, m_readOnly})
        layout->addWidget(banner);

    QPushButton *retry = m_lost->addButton(u"&Retry now"_s);
    retry->setObjectName(u"retryButton"_s);
    connect(retry, &QPushButton::clicked, &dashboard, &Dashboard::retry);
    QPushButton *cancel = m_draining->addButton(u"Ca&ncel drain"_s);
    cancel->setObjectName(u"cancelDrainButton"_s);
    connect(cancel, &QPushButton::clicked, &dashboard.commands(), &ServerCommands::cancelDrain);
    gate.add(cancel, ActionGate::Needs::Operator);
    QPushButton *dismiss = m_readOnly->addButton(u"Dismiss"_s);
    connect(dismiss, &QPushButton::clicked, this, [this] {
        m_dismissedFor = m_dashboard.state().hello().instance;
        update();
    });
    connect(&dashboard.state(), &ServerState::changed, this, &StateBanners::update);
    update();
}

StateBanners::~StateBanners() = default;

void StateBanners::update()
{
    updateLost();
    updateDraining();
    updateReadOnly();
}

void StateBanners::updateLost()
{
    const ServerState &state = m_dashboard.state();
    if (!state.hasData() || state.phase() == Phase::Up) {
        m_lost->hide();
        return;
    }
    const std::optional<int> age = state.dataAgeSeconds();
    const QString shown =
        age ? u"The page shows what was known %1."_s.arg(agoText(*age)) : QString();
    m_lost->showMessage(Tone::Error,
                        state.problem().text + u'\n' + untilRetryText(state) + u' ' + shown);
}

void StateBanners::updateDraining()
{
    const ServerState &state = m_dashboard.state();
    if (state.phase() != Phase::Up || !state.status().draining) {
        m_draining->hide();
        return;
    }
    const StatusSnapshot &status = state.status();
    QString text = u"Draining: the health check says 503 and nobody new is let in. %1 left"_s.arg(
        countText(status.clients, "client", "clients"));
    if (status.clients > 0 && status.disconnects >= 1) {
        text += u", %1 closed a second, about %2 to go"_s.arg(
            rateText(status.disconnects),
            durationText(qRound64(double(status.clients) / status.disconnects)));
    }
    m_draining->showMessage(Tone::Warning, text + u". Then the server ends."_s);
}

void StateBanners::updateReadOnly()
{
    const ServerState &state = m_dashboard.state();
    const ServerHello &hello = state.hello();
    if (state.phase() != Phase::Up || hello.isOperator || hello.instance == m_dismissedFor) {
        m_readOnly->hide();
        return;
    }
    m_readOnly->showMessage(
        Tone::Notice, u"This session is read-only: you see everything and can change nothing. "
                      "Connect to the admin socket to act as an operator."_s);
}

} // namespace truepeer
