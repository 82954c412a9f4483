// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrailView is the picture of a resolution: from left to right the peer, the hops and the client,
// arrows with the header that named the next one, and below them where scheme, host and port come
// from. It wraps into as many rows as its width asks for: put it into a QScrollArea that resizes
// its widget. The arrow keys move between the boxes; the context menu copies and saves.
#pragma once

#include "gui/models/trailcontent.h"

#include <QJsonObject>
#include <QWidget>

#include <memory>

namespace truepeer {

class AddressMask;
class TrailPicture;

class TrailView : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrailView)

public:
    explicit TrailView(QWidget *parent = nullptr);
    ~TrailView() override;

    // The "resolution" object of the admin protocol. Call it again when the mask changes; with an
    // equal one nothing happens.
    void setResolution(const QJsonObject &resolution, const AddressMask &mask);
    void clear();
    bool isEmpty() const { return m_content.steps.empty(); }
    // The walk in words, as it is copied and as screen readers get it.
    QString plainText() const { return m_content.plainText(); }

    // The box that the arrow keys moved to; -1: none.
    int currentStep() const { return m_current; }
    void setCurrentStep(int step);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void show(const TrailContent &content);
    void arrange();
    void describe();
    bool showToolTip(const QPoint &position, const QPoint &globalPosition);

    TrailContent m_content;
    std::unique_ptr<TrailPicture> m_picture; // of the content, for the width that there is
    int m_current = -1;
};

} // namespace truepeer
