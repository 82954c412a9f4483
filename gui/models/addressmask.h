// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AddressMask hides a part of the addresses that the dashboard shows, for screenshots and screens
// that others see: the last 8 bits of IPv4 ("203.0.113.x"), the last 80 bits of IPv6
// ("2001:db8:7:x"). Loopback addresses are shown. What is sent to the server is never masked.
//
// Thread: the GUI thread.
#pragma once

#include <QObject>
#include <QString>

namespace truepeer {

class AddressMask final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AddressMask)

public:
    explicit AddressMask(QObject *parent = nullptr);
    ~AddressMask() override;

    bool isOn() const { return m_on; }
    void setOn(bool on);

    // An address as it is to be shown; of ranges the part that the prefix leaves.
    QString shown(const QString &address) const;
    // The same for all addresses in a text (URLs, reasons, headers, findings).
    QString shownText(const QString &text) const;

Q_SIGNALS:
    void changed(bool on); // models say dataChanged for all rows

private:
    bool m_on = false;
};

} // namespace truepeer
