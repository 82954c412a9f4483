// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/rail.h"

#include "gui/widgets/theme.h"

#include <QAction>
#include <QKeyEvent>
#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>
#include <QVBoxLayout>

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int IconSize = 20;
constexpr int ButtonHeight = 5 * Grid;
constexpr int MarkWidth = 3;
constexpr qreal Radius = 6;

class RailButton final : public QToolButton
{
public:
    explicit RailButton(QWidget *parent)
        : QToolButton(parent)
    {
        setIconSize(QSize(IconSize, IconSize));
        setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        setAutoRaise(true);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override
    {
        int width = IconSize + 3 * Grid;
        if (toolButtonStyle() != Qt::ToolButtonIconOnly) {
            QFont bold = font();
            bold.setWeight(QFont::DemiBold);
            width += Grid + QFontMetrics(bold).horizontalAdvance(text()) + 2 * Grid;
        }
        return {width, ButtonHeight};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    // Buttons take arrow keys for Tab; the rail knows better.
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
            event->ignore();
        else
            QToolButton::keyPressEvent(event);
    }

    void paintEvent(QPaintEvent *) override
    {
        QStylePainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QColor fill = palette().color(QPalette::Highlight);
        fill.setAlphaF(isChecked() ? 0.18F : 0.08F);
        const QRectF area = QRectF(rect()).adjusted(0.5, 1.5, -0.5, -1.5);
        if (isChecked() || underMouse()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(fill);
            painter.drawRoundedRect(area, Radius, Radius);
        }
        if (isChecked()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(palette().color(QPalette::Highlight));
            painter.drawRoundedRect(QRectF(1, height() * 0.25, MarkWidth, height() * 0.5),
                                    MarkWidth / 2.0, MarkWidth / 2.0);
        }
        paintContent(painter);
        if (hasFocus()) {
            painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(area, Radius, Radius);
        }
    }

private:
    void paintContent(QStylePainter &painter)
    {
        const int left = toolButtonStyle() == Qt::ToolButtonIconOnly ? (width() - IconSize) / 2
                                                                     : Grid + Grid / 2;
        const QIcon::Mode mode = isEnabled() ? QIcon::Normal : QIcon::Disabled;
        icon().paint(&painter, QRect(left, (height() - IconSize) / 2, IconSize, IconSize),
                     Qt::AlignCenter, mode);
        if (toolButtonStyle() == Qt::ToolButtonIconOnly)
            return;
        QFont shown = font();
        if (isChecked())
            shown.setWeight(QFont::DemiBold);
        painter.setFont(shown);
        painter.setPen(palette().color(QPalette::WindowText));
        const QRect area = rect().adjusted(left + IconSize + Grid, 0, -Grid, 0);
        painter.drawText(area, (Qt::AlignLeft | Qt::AlignVCenter).toInt() | Qt::TextSingleLine,
                         QFontMetrics(shown).elidedText(text(), Qt::ElideRight, area.width()));
    }
};

} // namespace

Rail::Rail(QWidget *parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    setObjectName(u"rail"_s);
    setAccessibleName(u"Pages"_s);
    m_layout->setContentsMargins(Grid, Grid, Grid, Grid);
    m_layout->setSpacing(Grid / 4);
    m_layout->addStretch();
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
}

Rail::~Rail() = default;

void Rail::add(QAction *action)
{
    auto *button = new RailButton(this);
    button->setDefaultAction(action);
    button->setAccessibleName(button->text());
    button->setToolTip(
        u"%1 (%2)"_s.arg(button->text(), action->shortcut().toString(QKeySequence::NativeText))
            .toHtmlEscaped());
    m_layout->insertWidget(m_layout->count() - 1, button);
    m_buttons.append(button);
    connect(action, &QAction::toggled, this, &Rail::updateFocus);
    updateFocus();
}

void Rail::setCollapsed(bool collapsed)
{
    if (collapsed == m_collapsed)
        return;
    m_collapsed = collapsed;
    for (QToolButton *button : std::as_const(m_buttons)) {
        button->setToolButtonStyle(collapsed ? Qt::ToolButtonIconOnly
                                             : Qt::ToolButtonTextBesideIcon);
    }
}

void Rail::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(lineColor(palette()));
    painter.drawLine(width() - 1, 0, width() - 1, height());
}

void Rail::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Up)
        move(-1);
    else if (event->key() == Qt::Key_Down)
        move(1);
    else
        QWidget::keyPressEvent(event);
}

// As in a group of radio buttons, only the one that is on can be reached with Tab.
void Rail::updateFocus()
{
    for (QToolButton *button : std::as_const(m_buttons))
        button->setFocusPolicy(button->isChecked() ? Qt::TabFocus : Qt::NoFocus);
}

void Rail::move(int step)
{
    for (int i = 0; i < m_buttons.size(); ++i) {
        if (!m_buttons.at(i)->isChecked())
            continue;
        const qsizetype next = (i + step + m_buttons.size()) % m_buttons.size();
        m_buttons.at(next)->defaultAction()->trigger();
        m_buttons.at(next)->setFocus(Qt::TabFocusReason);
        return;
    }
}

} // namespace truepeer
