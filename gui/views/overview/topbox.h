// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractButton>
#include <QFrame>

#include <array>

class QLabel;
class QModelIndex;

namespace truepeer {

class TopListModel;

// A name, and its figure with a bar behind it.
class TopRowButton final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TopRowButton)

public:
    explicit TopRowButton(QWidget *parent = nullptr);
    ~TopRowButton() override;

    void display(const QModelIndex &row);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_figure;
    double m_share = 0;
    bool m_monospace = false;
};

// TopBox shows a TopListModel; each row leads to what it is about.
class TopBox final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TopBox)

public:
    // The model outlives the box.
    TopBox(const QString &title, const QString &nothing, TopListModel &model,
           QWidget *parent = nullptr);
    ~TopBox() override;

Q_SIGNALS:
    void activated(const QModelIndex &row);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showRows();
    void applyFonts();

    static constexpr size_t MaxRows = 5;

    TopListModel &m_model;
    QLabel *m_heading;
    QLabel *m_nothing;
    const QString m_nothingText;
    std::array<TopRowButton *, MaxRows> m_rows{};
};

} // namespace truepeer
