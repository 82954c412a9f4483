// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/tone.h"

#include <QCache>
#include <QColor>
#include <QFont>
#include <QFontMetrics>
#include <QStaticText>
#include <QStyledItemDelegate>

#include <array>

namespace truepeer {

// CellDelegate draws the cells of all tables by their ModelRole: the colour of the tone, numbers at
// the right, addresses monospaced, a bar behind shares. What does not fit is elided, ids in the
// middle, and stands in the tool tip. A ToolTipRole of the model is HTML: the model escapes what it
// puts in.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CellDelegate)

public:
    explicit CellDelegate(QObject *parent = nullptr);
    ~CellDelegate() override;

    void applyFonts(); // when those of the desktop changed

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    struct TextKey
    {
        QString text;
        QFont font;
        int width;

        bool operator==(const TextKey &other) const = default;
    };
    // Not of the font: cells have two or three of them.
    friend size_t qHash(const TextKey &key, size_t seed) noexcept
    {
        return qHashMulti(seed, key.text, key.width);
    }

    const QStaticText &laidOut(const QStyleOptionViewItem &option, int width) const;
    void paintText(QPainter &painter, const QStyleOptionViewItem &option,
                   const QColor &color) const;
    QColor textColor(const QStyleOptionViewItem &option, Tone tone) const;

    // Kept: to ask for them takes longer than to paint a cell.
    mutable std::array<QColor, 8> m_colors; // of the tones
    mutable qint64 m_colorsOf = 0;          // the palette, by its cacheKey()
    QFont m_monospace;
    QFontMetrics m_monospaceMetrics;
    mutable QCache<TextKey, QStaticText> m_texts; // elided and laid out
};

} // namespace truepeer
