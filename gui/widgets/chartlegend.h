// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractButton>
#include <QString>

namespace truepeer {

// The name, colour and value of one series. A click shows this series alone, another one all.
class ChartLegendButton final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartLegendButton)

public:
    // `widest` is the longest usual value: the button does not move when it changes.
    ChartLegendButton(int series, const QString &name, const QString &widest,
                      QWidget *parent = nullptr);
    ~ChartLegendButton() override;

    void setValue(const QString &value);
    const QString &value() const { return m_value; }
    void setFaded(bool faded);         // another series is shown alone
    void setChoosable(bool choosable); // whether there are others

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const int m_series;
    const QString m_widest;
    QString m_value;
    bool m_faded = false;
};

} // namespace truepeer
