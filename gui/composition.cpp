// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/composition.h"

#include "gui/dashboard.h"
#include "gui/models/clientdetail.h"
#include "gui/models/clientmodel.h"
#include "gui/models/configmodel.h"
#include "gui/models/eventmodel.h"
#include "gui/models/findingmodel.h"
#include "gui/models/overviewmodel.h"
#include "gui/models/proxyconfigmodel.h"
#include "gui/models/requestmodel.h"
#include "gui/models/roommembermodel.h"
#include "gui/models/roommodel.h"
#include "gui/models/trustmodels.h"
#include "gui/views/clients/clientsview.h"
#include "gui/views/configuration/configurationview.h"
#include "gui/views/diagnosis/diagnosisview.h"
#include "gui/views/events/eventsview.h"
#include "gui/views/overview/overviewview.h"
#include "gui/views/rooms/roomsview.h"
#include "gui/views/trust/trustview.h"
#include "gui/views/window/mainwindow.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct Pages
{
    ClientsView *clients;
    TrustView *trust;
    RoomsView *rooms;
    DiagnosisView *diagnosis;
};

// The page is shown first: what it is to show may depend on its size, and it asks the server only
// while it is shown.
void connectPage(MainWindow &window, Page *page, const Pages &pages)
{
    QObject::connect(page, &Page::clientsWanted, &window, [&window, pages](const QString &filter) {
        window.showPage(u"clients"_s);
        pages.clients->showFilter(filter);
    });
    QObject::connect(page, &Page::clientWanted, &window, [&window, pages](const QString &id) {
        window.showPage(u"clients"_s);
        pages.clients->showClient(id);
    });
    QObject::connect(page, &Page::clientTestWanted, &window, [&window, pages](const QString &id) {
        window.showPage(u"trust"_s);
        pages.trust->testClient(id);
    });
    QObject::connect(page, &Page::entryWanted, &window, [&window, pages](const QString &entry) {
        window.showPage(u"trust"_s);
        pages.trust->showEntry(entry);
    });
    QObject::connect(page, &Page::findingWanted, &window, [&window, pages](const QString &id) {
        window.showPage(u"diagnosis"_s);
        pages.diagnosis->showFinding(id);
    });
    QObject::connect(page, &Page::roomWanted, &window,
                     [&window, pages](const QString &nameSpace, const QString &room) {
                         window.showPage(u"rooms"_s);
                         pages.rooms->showRoom(nameSpace, room);
                     });
}

} // namespace

void composePages(MainWindow &window, Dashboard &dashboard)
{
    const ModelContext &context = dashboard.context();
    auto *overview = new OverviewView(*new OverviewModel(context, &dashboard));
    auto *clients = new ClientsView(*new ClientModel(context, &dashboard),
                                    *new ClientDetail(context, &dashboard));
    auto *trust = new TrustView(*new TrustModels(context, &dashboard));
    auto *rooms = new RoomsView(*new RoomModel(context, &dashboard),
                                *new RoomMemberModel(context, &dashboard));
    auto *events = new EventsView(*new EventModel(context, &dashboard));
    auto *diagnosis = new DiagnosisView(*new FindingModel(context, &dashboard),
                                        *new ProxyConfigModel(context, &dashboard),
                                        *new RequestModel(context, &dashboard));
    auto *configuration = new ConfigurationView(*new ConfigModel(context, &dashboard));

    const Pages pages{clients, trust, rooms, diagnosis};
    const auto add = [&window, &pages](const QString &name, Page *page, const QString &method) {
        window.addPage(name, page, {method});
        connectPage(window, page, pages);
    };
    add(u"overview"_s, overview, u"status"_s);
    add(u"clients"_s, clients, u"clients.list"_s);
    add(u"trust"_s, trust, u"trust.get"_s);
    add(u"rooms"_s, rooms, u"rooms.list"_s);
    add(u"events"_s, events, u"events.recent"_s);
    add(u"diagnosis"_s, diagnosis, u"diagnose"_s);
    add(u"configuration"_s, configuration, u"config.get"_s);
}

} // namespace truepeer
