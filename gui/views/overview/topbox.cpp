// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/topbox.h"

#include "gui/models/toplistmodel.h"
#include "gui/widgets/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

TopRowButton::TopRowButton(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
}

TopRowButton::~TopRowButton() = default;

void TopRowButton::display(const QModelIndex &row)
{
    const QModelIndex figure = row.siblingAtColumn(TopListModel::FigureColumn);
    setText(row.data().toString());
    m_monospace = row.data(MonospaceRole).toBool();
    m_figure = figure.data().toString();
    m_share = figure.data(ShareRole).toDouble();
    setAccessibleName(text() + u": "_s + m_figure);
    setToolTip(text().toHtmlEscaped());
    update();
}

QSize TopRowButton::sizeHint() const
{
    return {200, fontMetrics().height() + Grid};
}

void TopRowButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneFill(Tone::Notice, palette()));
    painter.drawRoundedRect(QRectF(0, 1, width() * m_share, height() - 2), 3, 3);
    if (hasFocus() || underMouse()) {
        painter.setPen(palette().color(QPalette::Highlight));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
    painter.setPen(palette().color(QPalette::Text));
    const QRect inner = rect().adjusted(Grid / 2, 0, -Grid / 2, 0);
    const int figure = painter.fontMetrics().horizontalAdvance(m_figure);
    painter.drawText(inner, (Qt::AlignRight | Qt::AlignVCenter).toInt() | Qt::TextSingleLine,
                     m_figure);
    if (m_monospace)
        painter.setFont(monospaceFont());
    const QString name =
        painter.fontMetrics().elidedText(text(), Qt::ElideMiddle, inner.width() - figure - Grid);
    painter.drawText(inner, (Qt::AlignLeft | Qt::AlignVCenter).toInt() | Qt::TextSingleLine, name);
}

TopBox::TopBox(const QString &title, const QString &nothing, TopListModel &model, QWidget *parent)
    : QFrame(parent)
    , m_model(model)
    , m_heading(new QLabel(title))
    , m_nothing(new QLabel)
    , m_nothingText(nothing)
{
    m_heading->setTextFormat(Qt::PlainText);
    m_nothing->setTextFormat(Qt::PlainText);
    m_nothing->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Grid + Grid / 2, Grid, Grid + Grid / 2, Grid + Grid / 2);
    layout->setSpacing(2);
    layout->addWidget(m_heading);
    layout->addSpacing(Grid / 2);
    layout->addWidget(m_nothing);
    for (size_t i = 0; i < MaxRows; ++i) {
        m_rows[i] = new TopRowButton;
        layout->addWidget(m_rows[i]);
        connect(m_rows[i], &QAbstractButton::clicked, this,
                [this, i] { Q_EMIT activated(m_model.index(int(i), 0)); });
    }
    layout->addStretch();
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&model, signal, this, &TopBox::showRows);
    connect(&model, &QAbstractItemModel::rowsMoved, this, &TopBox::showRows);
    connect(&model, &QAbstractItemModel::dataChanged, this, &TopBox::showRows);
    connect(&model, &PolledTable::answered, this, &TopBox::showRows);
    applyFonts();
    showRows();
}

TopBox::~TopBox() = default;

void TopBox::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(lineColor(palette()));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Grid / 2, Grid / 2);
}

void TopBox::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        applyFonts();
}

void TopBox::showRows()
{
    const int count = m_model.rowCount();
    for (size_t i = 0; i < MaxRows; ++i) {
        m_rows[i]->setVisible(int(i) < count);
        if (int(i) < count)
            m_rows[i]->display(m_model.index(int(i), TopListModel::NameColumn));
    }
    m_nothing->setVisible(count == 0);
    m_nothing->setText(m_model.isLoaded() ? m_nothingText : u"\u2014"_s);
}

void TopBox::applyFonts()
{
    m_heading->setFont(titleFont(font()));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, toneColor(Tone::Muted, palette()));
    m_nothing->setPalette(muted);
}

} // namespace truepeer
