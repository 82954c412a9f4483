// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// How the dashboard does beside a busy server: the whole window with all pages, offscreen.
//
//   bench_dashboard SOCKET SECONDS
//
// It stays SECONDS on each page, then on the clients for five times as long, and filters and sorts
// there. One line each, of key=value figures:
//
//   page=NAME      how late a timer of 5 ms was in the GUI thread, at the median and at worst: how
//                  long the window does not react. The first second, which builds the page, is
//                  counted apart ("first")
//   filter, sort   from the order until the rows are there, 20 of each, median and worst
//   memory         of the process, resident, in kB: after the first round of pages, and at the end
//   cpu            of the process, in percent of one core, while the clients are shown
#include "gui/composition.h"
#include "gui/dashboard.h"
#include "gui/models/clientmodel.h"
#include "gui/views/window/mainwindow.h"
#include "gui/views/window/windows.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace {

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

double at(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, size_t(double(values.size()) * share))];
}

qint64 residentKilobytes()
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong();
    }
    return 0;
}

double cpuSeconds()
{
    timespec time = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

void wait(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

// How late a timer is, in milliseconds.
std::vector<double> lateness(std::chrono::milliseconds time)
{
    std::vector<double> late;
    QElapsedTimer clock;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    timer.setInterval(5ms);
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        late.push_back(std::max(0.0, double(clock.nsecsElapsed()) / 1e6 - 5));
        clock.restart();
    });
    clock.start();
    timer.start();
    wait(time);
    return late;
}

void measurePage(MainWindow &window, const QString &page, std::chrono::milliseconds time)
{
    window.showPage(page);
    const std::vector<double> first = lateness(1s);
    const std::vector<double> late = lateness(time);
    std::printf("page=%s first_worst_ms=%.1f median_ms=%.2f p99_ms=%.1f worst_ms=%.1f\n",
                qPrintable(page), at(first, 1), at(late, 0.5), at(late, 0.99), at(late, 1));
    std::fflush(stdout);
}

// Until the model has the answer to what `order` changed.
double answerTime(ClientModel &model, const std::function<void()> &order)
{
    QEventLoop loop;
    QElapsedTimer clock;
    QObject::connect(&model, &ClientModel::answered, &loop, [&] {
        if (model.isLoaded())
            loop.quit();
    });
    clock.start();
    order();
    QTimer::singleShot(30s, &loop, &QEventLoop::quit);
    loop.exec();
    return double(clock.nsecsElapsed()) / 1e6;
}

void measureOrders(ClientModel &model)
{
    std::vector<double> filters;
    std::vector<double> sorts;
    for (int i = 0; i < 20; ++i) {
        filters.push_back(answerTime(model, [&] {
            model.setFilter(i % 2 == 0 ? u"ip:127.0.0.0/8 -room:none"_s : QString());
        }));
        const QString column = i % 2 == 0 ? u"idle_s"_s : u"client"_s;
        sorts.push_back(answerTime(model, [&] {
            model.setSort(column, i % 4 < 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
        }));
    }
    std::printf("filter median_ms=%.0f worst_ms=%.0f\n", at(filters, 0.5), at(filters, 1));
    std::printf("sort median_ms=%.0f worst_ms=%.0f\n", at(sorts, 0.5), at(sorts, 1));
}

int run(const QString &socket, std::chrono::seconds seconds)
{
    Windows::Options options;
    options.compose = composePages;
    Windows windows(options);
    MainWindow *window = windows.open({socket});
    window->resize(1280, 800);
    for (int i = 0; i < 100 && !window->dashboard().link().isUp(); ++i)
        wait(100ms);
    auto *clients = window->dashboard().findChild<ClientModel *>();
    if (!window->dashboard().link().isUp() || clients == nullptr) {
        std::fprintf(stderr, "bench_dashboard: no server at %s\n", qPrintable(socket));
        return 1;
    }
    for (const QString &page : {u"overview"_s, u"clients"_s, u"trust"_s, u"rooms"_s, u"events"_s,
                                u"diagnosis"_s, u"configuration"_s})
        measurePage(*window, page, seconds);
    const qint64 before = residentKilobytes();
    const double cpuBefore = cpuSeconds();
    measurePage(*window, u"clients"_s, 5 * seconds);
    const double cpu = (cpuSeconds() - cpuBefore) / (5.0 * double(seconds.count()) + 1);
    measureOrders(*clients);
    std::printf("memory before_kb=%lld after_kb=%lld\n", static_cast<long long>(before),
                static_cast<long long>(residentKilobytes()));
    std::printf("cpu percent=%.1f clients=%lld\n", 100 * cpu,
                static_cast<long long>(clients->total()));
    return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() != 3 || arguments.at(2).toInt() < 1) {
        std::fprintf(stderr, "usage: bench_dashboard SOCKET SECONDS\n");
        return 2;
    }
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QCoreApplication::setOrganizationName(u"Truepeer"_s);
    QCoreApplication::setApplicationName(u"bench_dashboard"_s);
    return run(arguments.at(1), std::chrono::seconds(arguments.at(2).toInt()));
}
