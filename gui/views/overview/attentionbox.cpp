// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/attentionbox.h"

#include "gui/models/attentionmodel.h"
#include "gui/models/format.h"
#include "gui/views/overview/attentionrow.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MostShown = 6;
constexpr int IconSize = 16;

} // namespace

AttentionBox::AttentionBox(AttentionModel &model, QWidget *parent)
    : QFrame(parent)
    , m_model(model)
    , m_heading(new QLabel(u"Needs attention"_s))
    , m_checked(new QLabel)
    , m_empty(new QWidget)
    , m_emptyIcon(new QLabel)
    , m_emptyText(new QLabel)
    , m_list(new QVBoxLayout)
    , m_more(new QPushButton)
{
    setObjectName(u"attention"_s);
    for (QLabel *label : {m_heading, m_checked, m_emptyText})
        label->setTextFormat(Qt::PlainText);
    m_emptyText->setWordWrap(true);
    m_emptyText->setObjectName(u"attentionEmpty"_s);
    m_checked->setObjectName(u"attentionChecked"_s);
    auto *header = new QHBoxLayout;
    header->addWidget(m_heading);
    header->addStretch();
    header->addWidget(m_checked);
    auto *empty = new QHBoxLayout(m_empty);
    empty->setContentsMargins({});
    empty->setSpacing(Grid);
    empty->addWidget(m_emptyIcon);
    empty->addWidget(m_emptyText, 1);
    m_list->setSpacing(Grid);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Grid + Grid / 2, Grid, Grid + Grid / 2, Grid + Grid / 2);
    layout->setSpacing(Grid);
    layout->addLayout(header);
    layout->addWidget(m_empty);
    layout->addLayout(m_list);
    layout->addWidget(m_more, 0, Qt::AlignLeft);

    connect(m_more, &QPushButton::clicked, this, [this] { Q_EMIT findingWanted({}); });
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { insertRows(first, last); });
    connect(&model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int first, int last) { removeRows(first, last); });
    connect(&model, &QAbstractItemModel::rowsMoved, this,
            [this](const QModelIndex &, int first, int last, const QModelIndex &, int to) {
                moveRows(first, last, to);
            });
    connect(&model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) {
                updateRows(first.row(), last.row());
            });
    connect(&model, &PolledTable::answered, this, &AttentionBox::showState);
    applyPalette();
    insertRows(0, model.rowCount() - 1);
}

AttentionBox::~AttentionBox() = default;

void AttentionBox::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(lineColor(palette()));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Grid / 2, Grid / 2);
}

void AttentionBox::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyPalette();
}

void AttentionBox::insertRows(int first, int last)
{
    for (int i = first; i <= last; ++i) {
        auto *row = new AttentionRow(this);
        connect(row, &AttentionRow::wanted, this, &AttentionBox::findingWanted);
        m_list->insertWidget(i, row);
        m_rows.insert(m_rows.begin() + i, row);
    }
    updateRows(first, last);
}

void AttentionBox::removeRows(int first, int last)
{
    for (int i = last; i >= first; --i) {
        delete m_rows[size_t(i)];
        m_rows.erase(m_rows.begin() + i);
    }
    showState();
}

void AttentionBox::moveRows(int first, int last, int to)
{
    const auto begin = m_rows.begin();
    if (to < first)
        std::rotate(begin + to, begin + first, begin + last + 1);
    else
        std::rotate(begin + first, begin + last + 1, begin + to);
    for (size_t i = 0; i < m_rows.size(); ++i) {
        m_list->removeWidget(m_rows[i]);
        m_list->insertWidget(int(i), m_rows[i]);
    }
    showState();
}

void AttentionBox::updateRows(int first, int last)
{
    for (int i = first; i <= last; ++i)
        m_rows[size_t(i)]->display(m_model.index(i, 0));
    showState();
}

void AttentionBox::showState()
{
    const int count = int(m_rows.size());
    for (int i = 0; i < count; ++i)
        m_rows[size_t(i)]->setVisible(i < MostShown);
    m_more->setVisible(count > MostShown);
    m_more->setText(u"Show all %1 findings"_s.arg(count));
    m_empty->setVisible(count == 0);

    const QDateTime &at = m_model.checkedAt();
    const QString when =
        at.isValid() ? timeText(at.toSecsSinceEpoch(), QDateTime::currentDateTime()) : QString();
    m_checked->setText(when.isEmpty() ? QString() : u"checked "_s + when);
    const bool isFine = at.isValid() && m_model.problem().isEmpty();
    m_emptyIcon->setVisible(isFine);
    if (isFine)
        m_emptyText->setText(u"Nothing needs attention"_s);
    else if (!m_model.problem().isEmpty())
        m_emptyText->setText(u"The server was not checked: "_s + m_model.problem());
    else
        m_emptyText->setText(u"Not checked yet"_s);
}

void AttentionBox::applyPalette()
{
    m_heading->setFont(titleFont(font()));
    m_checked->setFont(smallFont(font()));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, toneColor(Tone::Muted, palette()));
    m_checked->setPalette(muted);
    m_emptyIcon->setPixmap(tonePixmap(Glyph::Ok, Tone::Ok, IconSize, *this));
}

} // namespace truepeer
