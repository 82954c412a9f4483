// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/diagnosis/proxyconfigtab.h"

#include "gui/models/proxyconfigmodel.h"
#include "gui/models/wholefile.h"
#include "gui/widgets/codebox.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int AllLines = 10'000; // the page scrolls, not the box

} // namespace

ProxyConfigTab::ProxyConfigTab(ProxyConfigModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_proxy(new QComboBox(this))
    , m_tls(new QCheckBox(u"&TLS ends at the proxy (https, wss)"_s, this))
    , m_upstreams(new QLineEdit(this))
    , m_problem(new QLabel(this))
    , m_code(new CodeBox(AllLines, this))
    , m_save(new QPushButton(icon(Glyph::Export), u"Save &as…"_s, this))
{
    m_proxy->setObjectName(u"proxy"_s);
    for (const QString &proxy : ProxyConfigModel::proxies())
        m_proxy->addItem(ProxyConfigModel::titleOf(proxy), proxy);
    m_tls->setObjectName(u"tls"_s);
    m_upstreams->setObjectName(u"upstreams"_s);
    m_upstreams->setPlaceholderText(u"HOST:PORT of each server; empty: this one"_s);
    m_upstreams->setClearButtonEnabled(true);
    m_problem->setObjectName(u"proxyProblem"_s);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_code->setObjectName(u"proxyCode"_s);
    m_save->setObjectName(u"saveProxy"_s);
    makeLayout();

    connect(m_proxy, &QComboBox::currentIndexChanged, this,
            [this] { m_model.setProxy(m_proxy->currentData().toString()); });
    connect(m_tls, &QCheckBox::toggled, &m_model, &ProxyConfigModel::setTls);
    connect(m_upstreams, &QLineEdit::textChanged, &m_model, &ProxyConfigModel::setUpstreams);
    connect(&m_model, &ProxyConfigModel::changed, this, &ProxyConfigTab::showState);
    connect(m_save, &QPushButton::clicked, this, &ProxyConfigTab::save);
    showState();
}

ProxyConfigTab::~ProxyConfigTab() = default;

void ProxyConfigTab::makeLayout()
{
    auto *hint = new QLabel(
        u"A configuration of the proxy in front of this server that suits it: it states client, "
        "scheme, host and port in the headers that are read here, and lets WebSockets through."_s,
        this);
    hint->setWordWrap(true);
    auto *first = new QHBoxLayout;
    first->setSpacing(2 * Grid);
    first->addWidget(m_proxy);
    first->addWidget(m_tls);
    first->addStretch(1);
    first->addWidget(m_save);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(2 * Grid);
    form->setVerticalSpacing(Grid);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(u"&Proxy"_s, first);
    static_cast<QLabel *>(form->labelForField(first))->setBuddy(m_proxy);
    form->addRow(u"&Upstreams"_s, m_upstreams);
    form->addRow(QString(), m_problem);

    auto *page = new QWidget;
    auto *pageColumn = new QVBoxLayout(page);
    pageColumn->setContentsMargins(0, 0, 0, 0);
    pageColumn->addWidget(m_code);
    pageColumn->addStretch(1);
    auto *area = new QScrollArea(this);
    area->setWidget(page);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Grid, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(hint);
    layout->addLayout(form);
    layout->addWidget(area, 1);
}

void ProxyConfigTab::focusFields()
{
    m_proxy->setFocus(Qt::ShortcutFocusReason);
}

void ProxyConfigTab::showState()
{
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, toneColor(Tone::Error, palette()));
    m_problem->setPalette(colours);
    m_problem->setText(m_model.problem());
    m_problem->setVisible(!m_model.problem().isEmpty());
    m_code->setText(m_model.text());
    m_code->setVisible(!m_model.text().isEmpty());
    m_save->setEnabled(!m_model.text().isEmpty());
}

void ProxyConfigTab::save()
{
    const QByteArray text = m_model.text().toUtf8();
    auto *dialog = new QFileDialog(this, u"Save the configuration"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(ProxyConfigModel::fileNameOf(m_model.proxy()));
    connect(dialog, &QFileDialog::fileSelected, this, [this, text](const QString &path) {
        const QString problem = writeWhole(path, text);
        Q_EMIT messageWanted(problem.isEmpty() ? u"Configuration saved"_s
                                               : QString(u"Configuration not saved: "_s + problem));
    });
    dialog->open();
}

void ProxyConfigTab::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showState();
}

} // namespace truepeer
