// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QSocketNotifier;

namespace truepeer {

// Tells when the program is asked to end by SIGTERM, SIGINT or SIGHUP, in the event loop. A signal
// that whoever started the program has it ignore stays ignored. One at a time.
//
// Thread: the main thread.
class Termination final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Termination)

public:
    explicit Termination(QObject *parent = nullptr);
    ~Termination() override;

Q_SIGNALS:
    void wanted();

private:
    int m_ends[2] = {-1, -1}; // a pipe, which the handler writes to
    QSocketNotifier *m_notifier = nullptr;
};

} // namespace truepeer
