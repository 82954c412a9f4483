// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/trailview.h"

#include "gui/widgets/exporting.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/trailpicture.h"

#include <QAccessible>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollArea>
#include <QToolTip>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int PreferredWidth = 90 * Grid;
constexpr int LeastWidth = 30 * Grid;

} // namespace

TrailView::TrailView(QWidget *parent)
    : QWidget(parent)
    , m_picture(std::make_unique<TrailPicture>())
{
    setFocusPolicy(Qt::StrongFocus);
    setAutoFillBackground(true); // of copied pictures too
    setBackgroundRole(QPalette::Base);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    describe();
}

TrailView::~TrailView() = default;

void TrailView::setResolution(const QJsonObject &resolution, const AddressMask &mask)
{
    show(TrailContent::of(resolution, mask));
}

void TrailView::clear()
{
    show({});
}

void TrailView::show(const TrailContent &content)
{
    if (content == m_content)
        return;
    m_content = content;
    m_current = -1;
    arrange();
    describe();
}

void TrailView::arrange()
{
    *m_picture = TrailPicture(m_content, std::max(width(), LeastWidth), font());
    updateGeometry();
    update();
}

void TrailView::describe()
{
    setAccessibleDescription(plainText());
    if (m_current < 0) {
        setAccessibleName(u"How the client was found"_s);
        return;
    }
    setAccessibleName(u"Step %1 of %2: %3"_s.arg(
        QString::number(m_current + 1), QString::number(m_content.steps.size()),
        m_content.stepText(m_content.steps[size_t(m_current)])));
}

void TrailView::setCurrentStep(int step)
{
    const int current = std::clamp(step, -1, int(m_content.steps.size()) - 1);
    if (current == m_current)
        return;
    m_current = current;
    describe();
    update();
    QAccessibleEvent event(this, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&event);
    // The scroll area is the parent of the viewport, which is the parent of this.
    QWidget *ancestor = parentWidget();
    for (; ancestor; ancestor = ancestor->parentWidget()) {
        if (auto *area = qobject_cast<QScrollArea *>(ancestor)) {
            const QPoint center = mapTo(area->widget(), m_picture->boxOf(m_current).center());
            area->ensureVisible(center.x(), center.y(), Grid, 8 * Grid);
            return;
        }
    }
}

int TrailView::heightForWidth(int width) const
{
    return TrailPicture(m_content, std::max(width, LeastWidth), font()).size().height();
}

QSize TrailView::sizeHint() const
{
    return {PreferredWidth, heightForWidth(PreferredWidth)};
}

QSize TrailView::minimumSizeHint() const
{
    return {LeastWidth, 0};
}

bool TrailView::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        if (!showToolTip(help->pos(), help->globalPos()))
            event->ignore();
        return true;
    }
    return QWidget::event(event);
}

bool TrailView::showToolTip(const QPoint &position, const QPoint &globalPosition)
{
    const int step = m_picture->stepAt(position);
    if (step < 0) {
        QToolTip::hideText();
        return false;
    }
    const QString text = m_content.stepText(m_content.steps[size_t(step)]);
    QToolTip::showText(globalPosition, text.toHtmlEscaped(), this, m_picture->boxOf(step));
    return true;
}

void TrailView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        arrange();
    else if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

void TrailView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    m_picture->paint(painter, palette(), hasFocus() ? m_current : -1);
}

void TrailView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (m_picture->size().width() != std::max(width(), LeastWidth))
        arrange();
}

void TrailView::keyPressEvent(QKeyEvent *event)
{
    const int last = int(m_content.steps.size()) - 1;
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(plainText());
    else if (event->key() == Qt::Key_Right || event->key() == Qt::Key_Down)
        setCurrentStep(std::min(m_current + 1, last));
    else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Up)
        setCurrentStep(std::max(m_current - 1, 0));
    else if (event->key() == Qt::Key_Home)
        setCurrentStep(0);
    else if (event->key() == Qt::Key_End)
        setCurrentStep(last);
    else
        QWidget::keyPressEvent(event);
}

void TrailView::mousePressEvent(QMouseEvent *event)
{
    if (const int step = m_picture->stepAt(event->pos()); step >= 0)
        setCurrentStep(step);
    QWidget::mousePressEvent(event);
}

void TrailView::focusInEvent(QFocusEvent *event)
{
    if (m_current < 0 && event->reason() != Qt::MouseFocusReason && !isEmpty())
        setCurrentStep(0);
    QWidget::focusInEvent(event);
}

void TrailView::contextMenuEvent(QContextMenuEvent *event)
{
    if (isEmpty())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QClipboard *clipboard = QGuiApplication::clipboard();
    const int hit = m_picture->stepAt(event->pos());
    const int step = hit >= 0 ? hit : m_current;
    if (step >= 0) {
        const QString who = m_content.steps[size_t(step)].who;
        QString shown = who; // an & would be a mnemonic
        shown.replace(u'&', u"&&"_s);
        menu->addAction(
            u"Copy “%1”"_s.arg(fontMetrics().elidedText(shown, Qt::ElideMiddle, 40 * Grid)), this,
            [clipboard, who] { clipboard->setText(who); });
        menu->addSeparator();
    }
    menu->addAction(icon(Glyph::Copy), u"Copy as &text"_s, this,
                    [this, clipboard] { clipboard->setText(plainText()); });
    menu->addAction(u"Copy &picture"_s, this, [this, clipboard] { clipboard->setPixmap(grab()); });
    menu->addAction(icon(Glyph::Export), u"&Save picture…"_s, this,
                    [this] { exportPng(this, *this, u"truepeer-trail.png"_s); });
    menu->popup(event->globalPos());
}

} // namespace truepeer
