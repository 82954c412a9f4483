// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the page of the clients does to them.
#include "gui/models/addressmask.h"
#include "gui/models/clientdetail.h"
#include "gui/models/clientexport.h"
#include "gui/models/clientmodel.h"
#include "gui/models/format.h"
#include "gui/models/serverlink.h"
#include "gui/views/clients/clientsview.h"
#include "gui/views/clients/filterbar.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/kickdialog.h"
#include "gui/widgets/senddialog.h"
#include "gui/widgets/tableview.h"

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMessageBox>
#include <QProgressDialog>
#include <QPushButton>

namespace truepeer {

using namespace Qt::StringLiterals;

void ClientsView::updateActions()
{
    const qsizetype selected = m_table->selectedKeys().size();
    const bool isOpen = m_model.state() == ClientModel::State::Open;
    m_gate->setWanted(m_kick, isOpen && selected > 0);
    m_gate->setWanted(m_send, isOpen && selected == 1);
    // The server refuses to close everybody: there has to be a filter.
    m_gate->setWanted(m_kickMatching,
                      isOpen && !m_model.filter().isEmpty() && m_model.filtered() > 0);
    m_gate->setWanted(m_export, m_model.filtered() > 0);
    // Without headers the list makes no difference.
    m_gate->setWanted(m_test, selected == 1 && !m_detail.headers().isEmpty());
}

void ClientsView::kickSelected()
{
    const QStringList ids = m_table->selectedKeys();
    if (ids.isEmpty())
        return;
    const ClientRow *row = m_model.find(ids.constFirst());
    openKick({ids, {}}, ids.size() == 1 && row
                            ? m_model.context().mask.shown(row->client)
                            : countText(ids.size(), "selected client", "selected clients"));
}

void ClientsView::kickMatching()
{
    openKick({{}, m_model.filter()},
             u"all %1 that match\n%2"_s.arg(countText(m_model.filtered()), m_model.filter()));
}

void ClientsView::openKick(const KickTarget &target, const QString &subject)
{
    auto *dialog = new KickDialog(*m_actions, target, subject, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &KickDialog::closedClients, this, [this](qint64 count) {
        Q_EMIT messageWanted(u"Closed "_s + countText(count, "connection", "connections"));
        m_model.refresh();
    });
    dialog->open();
}

void ClientsView::sendEvent()
{
    const QStringList ids = m_table->selectedKeys();
    const ClientRow *row = ids.size() == 1 ? m_model.find(ids.constFirst()) : nullptr;
    if (!row)
        return;
    auto *dialog = new SendDialog(
        *m_actions, {row->id, {}},
        u"To client %1, %2"_s.arg(row->id, m_model.context().mask.shown(row->client)),
        u"&Send to this client"_s, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SendDialog::sent, this, [this, id = row->id](const QString &event) {
        Q_EMIT messageWanted(u"Sent %1 to client %2"_s.arg(event, id));
    });
    dialog->open();
}

void ClientsView::copyAddress()
{
    QStringList addresses;
    const QStringList ids = m_table->selectedKeys();
    for (const QString &id : ids) {
        if (const ClientRow *row = m_model.find(id))
            addresses.append(m_model.context().mask.shown(row->client));
    }
    if (!addresses.isEmpty())
        QGuiApplication::clipboard()->setText(addresses.join(u'\n'));
}

void ClientsView::copyId()
{
    if (const QStringList ids = m_table->selectedKeys(); !ids.isEmpty())
        QGuiApplication::clipboard()->setText(ids.join(u'\n'));
}

void ClientsView::filterByAddress()
{
    const QStringList ids = m_table->selectedKeys();
    if (const ClientRow *row = ids.isEmpty() ? nullptr : m_model.find(ids.constFirst()))
        m_filter->setFilter(u"ip:"_s + row->client);
}

void ClientsView::testSelected()
{
    if (const QStringList ids = m_table->selectedKeys(); ids.size() == 1)
        Q_EMIT clientTestWanted(ids.constFirst());
}

bool ClientsView::canExport() const
{
    return m_model.filtered() > 0 && m_model.context().link.isUp();
}

void ClientsView::exportData()
{
    if (!canExport())
        return;
    if (!m_model.context().mask.isOn())
        return exportMatching(false);
    auto *question =
        new QMessageBox(QMessageBox::Question, u"Export clients"_s,
                        u"Addresses are masked on the screen. How shall they be in the file?"_s,
                        QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *masked = question->addButton(u"&Masked"_s, QMessageBox::AcceptRole);
    QPushButton *full = question->addButton(u"&In full"_s, QMessageBox::AcceptRole);
    question->setDefaultButton(masked);
    connect(masked, &QPushButton::clicked, this, [this] { exportMatching(true); });
    connect(full, &QPushButton::clicked, this, [this] { exportMatching(false); });
    question->open();
}

void ClientsView::exportMatching(bool masked)
{
    auto *dialog = new QFileDialog(this, u"Export clients"_s, {}, u"CSV files (*.csv)"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"truepeer-clients.csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this, masked](const QString &file) {
        runExport({file, m_model.filter(), m_model.state(), masked});
    });
    dialog->open();
}

void ClientsView::runExport(const ClientExport::Wish &wish)
{
    // Not modal: a modal one would run the event loop inside setValue().
    auto *progress = new QProgressDialog(u"Fetching clients…"_s, u"Cancel"_s, 0, 0, this);
    progress->setWindowTitle(u"Export clients"_s);
    progress->setAttribute(Qt::WA_DeleteOnClose);
    progress->setAutoClose(false);
    progress->setAutoReset(false);
    auto *run = new ClientExport(m_model.context(), wish, progress);
    connect(run, &ClientExport::progressed, progress, [progress](qint64 rows, qint64 of) {
        progress->setLabelText(u"%1 of %2 clients"_s.arg(countText(rows), countText(of)));
        progress->setMaximum(int(of));
        progress->setValue(int(rows));
    });
    connect(progress, &QProgressDialog::canceled, run, [run, progress] {
        run->cancel();
        progress->close();
    });
    connect(run, &ClientExport::finished, this,
            [this, progress](qint64 rows, const QString &problem) {
                progress->close();
                if (problem.isEmpty()) {
                    Q_EMIT messageWanted(u"Exported "_s + countText(rows, "client", "clients"));
                    return;
                }
                auto *box = new QMessageBox(QMessageBox::Warning, u"Export clients"_s,
                                            u"The file was not written: "_s + problem,
                                            QMessageBox::Close, this);
                box->setTextFormat(Qt::PlainText);
                box->setAttribute(Qt::WA_DeleteOnClose);
                box->open();
            });
    progress->show();
    run->start();
}

} // namespace truepeer
