// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>

namespace truepeer {

// Plain text on a few lines that gives way: what does not fit is left out, of the last line, and is
// in the tool tip.
class ElidedLabel final : public QLabel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ElidedLabel)

public:
    explicit ElidedLabel(int maxLines, Qt::TextElideMode mode = Qt::ElideRight,
                         QWidget *parent = nullptr);
    ~ElidedLabel() override;

    void showText(const QString &text);

    QSize sizeHint() const override; // of all on one line
    QSize minimumSizeHint() const override;
    // The policy of a QLabel says so only while it wraps by itself.
    bool hasHeightForWidth() const override { return m_maxLines > 1; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QStringList lines(int width) const;

    const int m_maxLines;
    const Qt::TextElideMode m_mode;
};

} // namespace truepeer
