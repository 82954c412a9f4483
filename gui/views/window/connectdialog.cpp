// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/connectdialog.h"

#include "gui/views/window/connectpanel.h"
#include "gui/widgets/theme.h"

#include <QDialogButtonBox>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

ConnectDialog::ConnectDialog(const QStringList &socketDirectories, RecentServers &recent,
                             QWidget *parent)
    : QDialog(parent)
{
    setObjectName(u"connectDialog"_s);
    setWindowTitle(u"Connect to a server"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    auto *panel = new ConnectPanel(socketDirectories, recent, this);
    // Servers come and go: the panel may grow, and the dialog stays as it is.
    auto *content = new QWidget;
    auto *contentLayout = new QVBoxLayout(content);
    contentLayout->addWidget(panel);
    contentLayout->addStretch();
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(2 * Grid);
    layout->addWidget(scroll);
    layout->addWidget(buttons);
    resize(QSize(68 * Grid, 72 * Grid).boundedTo(screen()->availableSize() - QSize(0, 8 * Grid)));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(panel, &ConnectPanel::settled, panel, &ConnectPanel::focusFirst,
            Qt::SingleShotConnection);
    connect(panel, &ConnectPanel::connectWanted, this, [this](const ServerAddress &address) {
        Q_EMIT connectWanted(address);
        accept();
    });
}

ConnectDialog::~ConnectDialog() = default;

} // namespace truepeer
