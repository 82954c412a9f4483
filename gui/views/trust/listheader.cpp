// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/listheader.h"

#include "gui/models/format.h"
#include "gui/models/serverlink.h"
#include "gui/models/trustmodels.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// "has 2 entries", "trusts nobody".
QString configuredText(const TrustList &list)
{
    switch (list.mode) {
    case TrustMode::All:
        return u"trusts everybody"_s;
    case TrustMode::None:
        return u"trusts nobody"_s;
    case TrustMode::List:
        break;
    }
    return u"has "_s + countText(qint64(list.entries.size()), "entry", "entries");
}

} // namespace

ListHeader::ListHeader(TrustModels &models, ActionGate &gate, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_gate(gate)
    , m_modes(new QButtonGroup(this))
    , m_origin(new ToneLine(this))
    , m_caution(new ToneLine(this))
    , m_compare(new QPushButton(u"Co&mpare…"_s, this))
    , m_reset(new QPushButton(u"&Back to configuration…"_s, this))
{
    m_origin->setObjectName(u"trustOrigin"_s);
    m_caution->setObjectName(u"trustCaution"_s);
    m_compare->setObjectName(u"trustCompare"_s);
    m_reset->setObjectName(u"trustReset"_s);
    m_gate.add(m_reset, ActionGate::Needs::Operator);

    auto *modes = new QHBoxLayout;
    modes->setSpacing(2 * Grid);
    modes->addWidget(new QLabel(u"Trusted as proxies:"_s, this));
    const auto addMode = [&](TrustMode mode, const QString &text, const QString &name,
                             const QString &toolTip) {
        auto *button = new QRadioButton(text, this);
        button->setObjectName(name);
        button->setToolTip(toolTip);
        m_modes->addButton(button, int(mode));
        m_gate.add(button, ActionGate::Needs::Operator);
        modes->addWidget(button);
    };
    addMode(TrustMode::None, u"N&obody"_s, u"trustNone"_s,
            u"Forwarding headers are never believed"_s);
    addMode(TrustMode::List, u"The &list"_s, u"trustList"_s,
            u"Forwarding headers are believed from the peers on the list"_s);
    addMode(TrustMode::All, u"E&verybody (development only)"_s, u"trustAll"_s,
            u"Whoever connects is my proxy, for one hop"_s);
    modes->addStretch();

    auto *strip = new QHBoxLayout;
    strip->setSpacing(Grid);
    strip->addWidget(m_origin, 1);
    strip->addWidget(m_compare);
    strip->addWidget(m_reset);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid);
    layout->addLayout(strip);
    layout->addLayout(modes);
    layout->addWidget(m_caution);

    connect(m_modes, &QButtonGroup::idClicked, this,
            [this](int id) { m_models.draft().setMode(static_cast<TrustMode>(id)); });
    connect(m_compare, &QPushButton::clicked, this, &ListHeader::compareWanted);
    connect(m_reset, &QPushButton::clicked, this, &ListHeader::resetWanted);
    connect(&m_models.draft(), &TrustDraft::serverChanged, this, &ListHeader::showState);
    connect(&m_models.draft(), &TrustDraft::edited, this, &ListHeader::showState);
    showState();
}

ListHeader::~ListHeader() = default;

void ListHeader::showState()
{
    updateOrigin();
    updateMode();
}

void ListHeader::updateOrigin()
{
    const TrustDraft &draft = m_models.draft();
    const TrustDraft::Server &server = draft.server();
    const bool isLive = draft.isLoaded() && server.isLive;
    m_compare->setVisible(isLive);
    m_reset->setVisible(isLive);
    if (!draft.failure().isEmpty())
        return m_origin->setLine(Tone::Error, u"The list cannot be read: "_s + draft.failure());
    if (!draft.isLoaded())
        return m_origin->setLine(Tone::Muted, u"Waiting for the list of the server…"_s);
    const QString revision = countText(server.revision);
    QString text = isLive
                       ? u"The live list (revision %1) is in force; the configuration %2."_s.arg(
                           revision, configuredText(server.configured))
                       : u"The list of the configuration (revision %1) is in force; the first edit "
                         "makes it live."_s.arg(revision);
    if (!server.problem.isEmpty())
        text += u" The stored list cannot be used: "_s + server.problem;
    m_origin->setLine(server.problem.isEmpty() ? Tone::Notice : Tone::Error, text);
}

void ListHeader::updateMode()
{
    const TrustDraft &draft = m_models.draft();
    const TrustMode mode = draft.wanted().mode;
    for (QAbstractButton *button : m_modes->buttons())
        m_gate.setWanted(button, draft.isLoaded());
    if (QAbstractButton *button = m_modes->button(int(mode)); button && draft.isLoaded())
        button->setChecked(true);
    const QString count = countText(qint64(draft.wanted().entries.size()), "entry", "entries");
    if (mode == TrustMode::All)
        m_caution->setLine(Tone::Warning, u"Whoever connects is believed for one hop, so anybody "
                                          "may pretend to be any client. For development only."_s);
    else if (mode == TrustMode::None && !draft.wanted().entries.empty())
        m_caution->setLine(Tone::Notice, u"Nobody is trusted: the "_s + count
                                             + u" below are kept, but do not count."_s);
    else
        m_caution->setLine(Tone::Muted, {});
}

} // namespace truepeer
