// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/elidedlabel.h"

#include <QPainter>
#include <QTextLayout>

namespace truepeer {

namespace {

constexpr int MinimumCharacters = 8;

} // namespace

ElidedLabel::ElidedLabel(int maxLines, Qt::TextElideMode mode, QWidget *parent)
    : QLabel(parent)
    , m_maxLines(maxLines)
    , m_mode(mode)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred,
                  maxLines > 1 ? QSizePolicy::Preferred : QSizePolicy::Fixed);
}

ElidedLabel::~ElidedLabel() = default;

void ElidedLabel::showText(const QString &text)
{
    if (text == this->text())
        return;
    setText(text);
    setToolTip(text.toHtmlEscaped());
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + 1, fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {qMin(sizeHint().width(), MinimumCharacters * fontMetrics().averageCharWidth()),
            fontMetrics().height()};
}

int ElidedLabel::heightForWidth(int width) const
{
    return int(lines(width).size()) * fontMetrics().height();
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    int flags = int(Qt::AlignVCenter) | Qt::AlignLeft;
    if (m_maxLines == 1)
        flags |= Qt::TextSingleLine;
    painter.drawText(rect(), flags, lines(width()).join(u'\n'));
}

QStringList ElidedLabel::lines(int width) const
{
    QTextLayout layout(text(), font());
    QStringList found;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        const QString rest = text().sliced(line.textStart());
        const bool isLast = int(found.size()) == m_maxLines - 1;
        if (isLast || line.textStart() + line.textLength() >= text().size()) {
            found.append(fontMetrics().elidedText(rest, m_mode, width));
            break;
        }
        found.append(rest.first(line.textLength()).trimmed());
    }
    layout.endLayout();
    return found.isEmpty() ? QStringList{QString()} : found;
}

} // namespace truepeer
