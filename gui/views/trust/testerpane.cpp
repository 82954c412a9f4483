// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/testerpane.h"

#include "gui/models/addressmask.h"
#include "gui/models/trustmodels.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"
#include "gui/widgets/trailview.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

void showOutcome(TesterResult &side, const TrustTester::Outcome &outcome, const AddressMask &mask,
                 bool differs)
{
    const QJsonObject &who = outcome.resolution;
    if (who.isEmpty()) {
        side.trail()->clear();
        side.line()->setLine(Tone::Error, mask.shownText(outcome.problem));
        return;
    }
    side.trail()->setResolution(who, mask);
    const bool isKnown = who.value("known"_L1).toBool(true);
    QString text = isKnown ? u"Client "_s + mask.shown(who.value("client"_L1).toString())
                           : u"The client is not known"_s;
    text += u" at "_s + mask.shownText(who.value("url"_L1).toString());
    if (differs)
        text += u" (differs from now)"_s;
    side.line()->setLine(!isKnown || differs ? Tone::Warning : Tone::Ok, text);
}

} // namespace

TesterResult::TesterResult(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_line(new ToneLine(this))
    , m_trail(new TrailView)
{
    auto *heading = new QLabel(title, this);
    heading->setFont(titleFont(font()));
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(m_trail);
    scroll->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    scroll->setMinimumHeight(10 * Grid);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid / 2);
    layout->addWidget(heading);
    layout->addWidget(m_line);
    layout->addWidget(scroll, 1);
}

TesterResult::~TesterResult() = default;

TesterPane::TesterPane(TrustModels &models, ActionGate &gate, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_gate(gate)
    , m_peer(new QLineEdit(this))
    , m_headers(new QPlainTextEdit(this))
    , m_client(new QLineEdit(this))
    , m_take(new QPushButton(u"Take client"_s, this))
    , m_test(new QPushButton(u"Test"_s, this))
    , m_clear(new QPushButton(u"Clear"_s, this))
    , m_remark(new ToneLine(this))
    , m_now(new TesterResult(u"With the list in force"_s, this))
    , m_draft(new TesterResult(u"With your draft"_s, this))
{
    m_now->setObjectName(u"testerNow"_s);
    m_draft->setObjectName(u"testerDraft"_s);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, Grid, 0, 0);
    layout->setSpacing(2 * Grid);
    layout->addWidget(buildRequest());
    layout->addWidget(buildResults(), 1);
    connectAll();
    showRequest();
    showState();
}

TesterPane::~TesterPane() = default;

QWidget *TesterPane::buildRequest()
{
    m_peer->setObjectName(u"testerPeer"_s);
    m_peer->setPlaceholderText(u"10.0.0.5"_s);
    m_peer->setFont(monospaceFont());
    m_headers->setObjectName(u"testerHeaders"_s);
    m_headers->setPlaceholderText(u"X-Forwarded-For: 203.0.113.7\n"
                                  "X-Forwarded-Proto: https"_s);
    m_headers->setFont(monospaceFont());
    m_headers->setTabChangesFocus(true);
    m_headers->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_headers->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    m_headers->setMinimumHeight(6 * Grid);
    m_client->setObjectName(u"testerClient"_s);
    m_client->setPlaceholderText(u"id of an open client"_s);
    m_take->setObjectName(u"testerTake"_s);
    m_test->setObjectName(u"testerTest"_s);
    m_clear->setObjectName(u"testerClear"_s);
    m_gate.add(m_test, ActionGate::Needs::Connection);
    m_gate.add(m_take, ActionGate::Needs::Connection);

    auto *panel = new QWidget(this);
    panel->setFixedWidth(42 * Grid);
    const auto label = [panel](const QString &text, QWidget *buddy) {
        auto *made = new QLabel(text, panel);
        made->setBuddy(buddy);
        return made;
    };
    auto *grid = new QGridLayout(panel);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(Grid / 2);
    grid->addWidget(label(u"Client:"_s, m_client), 0, 0);
    grid->addWidget(m_client, 0, 1);
    grid->addWidget(m_take, 0, 2);
    grid->addWidget(label(u"Peer:"_s, m_peer), 1, 0);
    grid->addWidget(m_peer, 1, 1, 1, 2);
    grid->addWidget(label(u"Headers:"_s, m_headers), 2, 0, Qt::AlignTop);
    grid->addWidget(m_headers, 2, 1, 1, 2);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Grid);
    buttons->addStretch();
    buttons->addWidget(m_clear);
    buttons->addWidget(m_test);
    grid->addLayout(buttons, 3, 0, 1, 3);
    grid->setRowStretch(2, 1);
    return panel;
}

QWidget *TesterPane::buildResults()
{
    m_remark->setObjectName(u"testerRemark"_s);
    auto *panel = new QWidget(this);
    auto *sides = new QHBoxLayout;
    sides->setSpacing(2 * Grid);
    sides->addWidget(m_now, 1);
    sides->addWidget(m_draft, 1);
    auto *layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid / 2);
    layout->addWidget(m_remark);
    layout->addLayout(sides, 1);
    return panel;
}

void TesterPane::connectAll()
{
    TrustTester &tester = m_models.tester();
    connect(m_test, &QPushButton::clicked, this, &TesterPane::test);
    connect(m_peer, &QLineEdit::returnPressed, this, &TesterPane::test);
    connect(m_clear, &QPushButton::clicked, &tester, &TrustTester::clear);
    const auto take = [this] {
        if (!m_client->text().trimmed().isEmpty())
            m_models.tester().testClient(m_client->text());
    };
    connect(m_take, &QPushButton::clicked, this, take);
    connect(m_client, &QLineEdit::returnPressed, this, take);
    connect(m_client, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_gate.setWanted(m_take, !text.trimmed().isEmpty()); });
    m_gate.setWanted(m_take, false);
    auto *run = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), m_headers, nullptr, nullptr,
                              Qt::WidgetShortcut);
    connect(run, &QShortcut::activated, m_test, &QPushButton::click);
    connect(&tester, &TrustTester::requestChanged, this, &TesterPane::showRequest);
    connect(&tester, &TrustTester::changed, this, &TesterPane::showState);
    connect(&m_models.context().mask, &AddressMask::changed, this, [this] {
        if (!m_models.tester().clientId().isEmpty()) // what was typed stays as it is
            showRequest();
        showState();
    });
}

// Addresses of a client that are masked cannot be edited: what is shown is not what is sent.
void TesterPane::showRequest()
{
    const TrustTester &tester = m_models.tester();
    const AddressMask &mask = m_models.context().mask;
    const bool isMasked = mask.isOn() && !tester.clientId().isEmpty();
    m_peer->setReadOnly(isMasked);
    m_headers->setReadOnly(isMasked);
    m_peer->setText(isMasked ? mask.shown(tester.peer()) : tester.peer());
    m_headers->setPlainText(isMasked ? mask.shownText(tester.headers()) : tester.headers());
    m_client->setText(tester.clientId());
}

void TesterPane::showState()
{
    const TrustTester &tester = m_models.tester();
    const AddressMask &mask = m_models.context().mask;
    QStringList remarks = tester.remarks();
    if (!tester.problem().isEmpty())
        remarks.prepend(mask.shownText(tester.problem()));
    const bool isEmpty = tester.now().resolution.isEmpty() && tester.now().problem.isEmpty();
    if (isEmpty && remarks.isEmpty())
        remarks.append(u"Write a peer and its headers, or take those of a client: the walk through "
                       "them is shown here."_s);
    m_remark->setLine(!tester.problem().isEmpty()  ? Tone::Error
                      : tester.remarks().isEmpty() ? Tone::Muted
                                                   : Tone::Warning,
                      remarks.join(u' '));
    m_now->setVisible(!isEmpty);
    m_draft->setVisible(!isEmpty && tester.hasDraft());
    showOutcome(*m_now, tester.now(), mask, false);
    showOutcome(*m_draft, tester.withDraft(), mask, tester.differs());
}

void TesterPane::test()
{
    TrustTester &tester = m_models.tester();
    if (m_peer->isReadOnly())
        tester.test(tester.peer(), tester.headers());
    else
        tester.test(m_peer->text(), m_headers->toPlainText());
}

void TesterPane::focusField()
{
    m_peer->setFocus(Qt::OtherFocusReason);
}

} // namespace truepeer
