// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/clients/clientpane.h"

#include "gui/models/addressmask.h"
#include "gui/models/trailcontent.h"
#include "gui/views/clients/headerlist.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/trailview.h"

#include <QClipboard>
#include <QEvent>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QLabel *textLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setWordWrap(true);
    return label;
}

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    return label;
}

QScrollArea *scrolled(QWidget *content, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(content);
    return area;
}

// Leaves what the operator selected alone, as long as the text is the same.
void setTextOf(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
}

// Large, but the whole address has to be seen.
QFont addressFont(const QString &address, int width)
{
    QFont font = monospaceFont();
    font.setBold(true);
    const double usual = font.pointSizeF();
    for (const double factor : {1.5, 1.25, 1.1, 1.0, 0.9, 0.8}) {
        font.setPointSizeF(usual * factor);
        if (QFontMetrics(font).horizontalAdvance(address) <= width)
            break;
    }
    return font;
}

QVBoxLayout *column(QWidget *widget)
{
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(Grid, Grid, Grid, Grid);
    layout->setSpacing(Grid);
    return layout;
}

} // namespace

ClientPane::ClientPane(ClientDetail &detail, QWidget *parent)
    : QWidget(parent)
    , m_detail(detail)
    , m_tabs(new QTabWidget(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Grid, 0, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(makeHeader());
    layout->addWidget(m_tabs, 1);
    layout->addStretch();
    m_tabs->setObjectName(u"clientTabs"_s);
    m_tabs->addTab(makeSummary(), u"Su&mmary"_s);
    m_tabs->addTab(makeWhy(), u"&Why this address"_s);
    m_tabs->addTab(makeRooms(), u"R&ooms"_s);
    setMinimumWidth(34 * Grid);
    connect(&detail, &ClientDetail::updated, this, &ClientPane::update);
    update();
}

ClientPane::~ClientPane() = default;

void ClientPane::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(int(tab));
}

QWidget *ClientPane::makeHeader()
{
    auto *header = new QWidget(this);
    m_address = textLabel(header);
    m_address->setObjectName(u"clientAddress"_s);
    m_headline = textLabel(header);
    m_headline->setObjectName(u"clientHeadline"_s);
    m_copy = new QToolButton(header);
    m_copy->setIcon(icon(Glyph::Copy));
    m_copy->setToolTip(u"Copy the address"_s);
    m_copy->setAccessibleName(u"Copy the address"_s);
    m_copy->setAutoRaise(true);
    m_copy->setFocusPolicy(Qt::StrongFocus);
    auto *close = new QToolButton(header);
    close->setIcon(icon(Glyph::Clear));
    close->setToolTip(u"Hide the details (Enter in the table shows them again)"_s);
    close->setAccessibleName(u"Hide the details"_s);
    close->setAutoRaise(true);
    close->setFocusPolicy(Qt::StrongFocus);
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_detail.clientText()); });
    connect(close, &QToolButton::clicked, this, &ClientPane::closeWanted);

    auto *line = new QHBoxLayout;
    line->setSpacing(Grid / 2);
    line->addWidget(m_address, 1);
    line->addWidget(m_copy, 0, Qt::AlignTop);
    line->addWidget(close, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid / 2);
    layout->addLayout(line);
    layout->addWidget(m_headline);
    return header;
}

QWidget *ClientPane::makeSummary()
{
    auto *content = new QWidget;
    m_fields = new QFormLayout(content);
    m_fields->setContentsMargins(Grid, Grid, Grid, Grid);
    m_fields->setHorizontalSpacing(2 * Grid);
    m_fields->setVerticalSpacing(Grid / 2);
    m_fields->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return scrolled(content, m_tabs);
}

QWidget *ClientPane::makeWhy()
{
    auto *content = new QWidget;
    m_decision = textLabel(content);
    m_decision->setObjectName(u"clientDecision"_s);
    m_before = textLabel(content);
    m_before->setObjectName(u"clientBefore"_s);
    m_trust = new QPushButton(icon(Glyph::Trust), {}, content);
    m_trust->setObjectName(u"clientTrustProxy"_s);
    m_trail = new TrailView(content);
    m_trail->setObjectName(u"clientTrail"_s);
    m_headersTitle = heading(u"Headers"_s, content);
    m_headers = new HeaderList(content);
    m_notesTitle = heading(u"Notes"_s, content);
    m_notes = textLabel(content);
    m_notes->setObjectName(u"clientNotes"_s);
    connect(m_trust, &QPushButton::clicked, this,
            [this] { Q_EMIT entryWanted(m_detail.untrustedProxy()); });

    QVBoxLayout *layout = column(content);
    layout->addWidget(m_decision);
    layout->addWidget(m_before);
    layout->addWidget(m_trust, 0, Qt::AlignLeft);
    layout->addWidget(m_trail);
    layout->addWidget(m_headersTitle);
    layout->addWidget(m_headers);
    layout->addWidget(m_notesTitle);
    layout->addWidget(m_notes);
    layout->addStretch(1);
    return scrolled(content, m_tabs);
}

QWidget *ClientPane::makeRooms()
{
    auto *content = new QWidget(m_tabs);
    m_rooms = new QListWidget(content);
    m_rooms->setObjectName(u"clientRooms"_s);
    m_rooms->setAccessibleName(u"Rooms of the client"_s);
    m_noRooms = textLabel(content);
    m_noRooms->setText(u"It is in no room."_s);
    m_openRoom = new QPushButton(icon(Glyph::Arrow), u"S&how the room"_s, content);
    connect(m_openRoom, &QPushButton::clicked, this, &ClientPane::openRoom);
    connect(m_rooms, &QListWidget::itemActivated, this, &ClientPane::openRoom);
    connect(m_rooms, &QListWidget::currentRowChanged, this,
            [this](int row) { m_openRoom->setEnabled(row >= 0); });
    QVBoxLayout *layout = column(content);
    layout->addWidget(m_noRooms);
    layout->addWidget(m_rooms, 1);
    layout->addWidget(m_openRoom, 0, Qt::AlignLeft);
    return content;
}

void ClientPane::openRoom()
{
    const int row = m_rooms->currentRow();
    if (row >= 0 && row < m_shownRooms.size())
        Q_EMIT roomWanted(m_shownRooms.at(row).nameSpace, m_shownRooms.at(row).name);
}

void ClientPane::update()
{
    updateHeader();
    updateSummary();
    updateWhy();
    updateRooms();
}

void ClientPane::updateHeader()
{
    using State = ClientDetail::State;
    const bool isNothing = m_detail.state() == State::Nothing;
    const QString address = m_detail.clientText();
    setTextOf(m_address, isNothing           ? u"No client selected"_s
                         : address.isEmpty() ? u"Client "_s + m_detail.id()
                                             : address);
    fitAddress();
    m_copy->setVisible(!address.isEmpty());
    QString line = isNothing ? u"Select a row to see who it is, and why."_s
                             : u"Client %1, %2"_s.arg(m_detail.id(), m_detail.headline());
    if (!m_detail.problem().isEmpty() && m_detail.state() != State::Closed)
        line += u". "_s + m_detail.problem();
    setTextOf(m_headline, line);
    QPalette colours = palette();
    const bool isWrong = !m_detail.row().known || m_detail.row().conflict;
    const Tone tone = isNothing || address.isEmpty() ? Tone::Muted
                      : isWrong                      ? Tone::Warning
                                                     : Tone::Client;
    colours.setColor(QPalette::WindowText, toneColor(tone, palette()));
    m_address->setPalette(colours);
    const bool isGone = m_detail.state() == State::Closed || m_detail.state() == State::Unknown;
    colours.setColor(QPalette::WindowText,
                     toneColor(isGone ? Tone::Warning : Tone::Muted, palette()));
    m_headline->setPalette(colours);
    m_tabs->setVisible(!isNothing);
}

void ClientPane::fitAddress()
{
    const QString address = m_detail.clientText();
    const int buttons = 2 * (m_copy->sizeHint().width() + Grid / 2);
    m_address->setFont(address.isEmpty() ? titleFont(font())
                                         : addressFont(address, width() - Grid - buttons));
}

void ClientPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitAddress();
}

void ClientPane::updateSummary()
{
    const QList<ClientDetail::Field> fields = m_detail.summary();
    while (m_values.size() > size_t(fields.size())) {
        m_fields->removeRow(int(m_values.size()) - 1);
        m_values.pop_back();
    }
    while (m_values.size() < size_t(fields.size())) {
        auto *value = textLabel(m_fields->parentWidget());
        m_fields->addRow(new QLabel(m_fields->parentWidget()), value);
        m_values.push_back(value);
    }
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, toneColor(Tone::Muted, palette()));
    for (qsizetype i = 0; i < fields.size(); ++i) {
        const ClientDetail::Field &field = fields.at(i);
        QLabel *value = m_values[size_t(i)];
        auto *name = qobject_cast<QLabel *>(m_fields->labelForField(value));
        setTextOf(name, field.name);
        name->setPalette(muted);
        value->setFont(field.isCode ? monospaceFont() : font());
        value->setAccessibleName(field.name);
        setTextOf(value, field.value);
    }
}

void ClientPane::updateWhy()
{
    const TrailContent content = TrailContent::of(m_detail.resolution(), m_detail.context().mask);
    const bool isThere = !content.steps.empty();
    setTextOf(m_decision,
              isThere ? content.decision : u"How the address was found is not known any more."_s);
    const QString before = m_detail.beforeText();
    setTextOf(m_before, before);
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, toneColor(Tone::Notice, palette()));
    m_before->setPalette(colours);
    m_before->setVisible(!before.isEmpty());
    const QString proxy = m_detail.untrustedProxy();
    m_trust->setVisible(!proxy.isEmpty());
    m_trust->setText(u"&Trust %1 as a proxy…"_s.arg(m_detail.context().mask.shown(proxy)));
    m_trail->setResolution(m_detail.resolution(), m_detail.context().mask);
    m_trail->setVisible(isThere);
    const QList<ClientDetail::Header> headers = m_detail.headers();
    m_headers->setHeaders(headers);
    m_headersTitle->setText(headers.isEmpty() ? u"No forwarding headers came"_s : u"Headers"_s);
    m_headersTitle->setVisible(isThere);
    const QStringList notes = m_detail.notes();
    setTextOf(m_notes, notes.join(u"\n\n"_s));
    m_notes->setVisible(!notes.isEmpty());
    m_notesTitle->setVisible(!notes.isEmpty());
}

void ClientPane::updateRooms()
{
    const QList<ClientDetail::Room> rooms = m_detail.rooms();
    m_tabs->setTabText(int(Tab::Rooms),
                       rooms.isEmpty() ? u"R&ooms"_s : u"R&ooms (%1)"_s.arg(rooms.size()));
    m_noRooms->setVisible(rooms.isEmpty());
    m_rooms->setVisible(!rooms.isEmpty());
    m_openRoom->setVisible(!rooms.isEmpty());
    if (rooms == m_shownRooms)
        return;
    m_shownRooms = rooms;
    m_rooms->clear();
    for (const ClientDetail::Room &room : rooms)
        m_rooms->addItem(room.nameSpace == "/"_L1
                             ? room.name
                             : QString(room.name + u"  in "_s + room.nameSpace));
    m_openRoom->setEnabled(false);
}

void ClientPane::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && m_openRoom)
        update();
    QWidget::changeEvent(event);
}

} // namespace truepeer
