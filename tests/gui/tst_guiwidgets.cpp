// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/addressmask.h"
#include "gui/models/csv.h"
#include "gui/models/format.h"
#include "gui/models/roles.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/codebox.h"
#include "gui/widgets/columnheader.h"
#include "gui/widgets/emptystate.h"
#include "gui/widgets/exporting.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"
#include "tests/gui/fakelink.h"

#include <QClipboard>
#include <QFileDialog>
#include <QHelpEvent>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>
#include <QToolButton>
#include <QToolTip>

#include <cmath>

using namespace truepeer;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(truepeer::Tone)

namespace {

constexpr int LastGlyph = int(Glyph::History);

QPalette lightPalette()
{
    QPalette palette(QColor(0xef, 0xef, 0xef));
    palette.setColor(QPalette::Base, Qt::white);
    palette.setColor(QPalette::Text, Qt::black);
    palette.setColor(QPalette::WindowText, Qt::black);
    palette.setColor(QPalette::Highlight, QColor(0x30, 0x8c, 0xc6));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    return palette;
}

QPalette darkPalette()
{
    QPalette palette(QColor(0x35, 0x35, 0x35));
    palette.setColor(QPalette::Base, QColor(0x23, 0x23, 0x23));
    palette.setColor(QPalette::Text, Qt::white);
    palette.setColor(QPalette::WindowText, Qt::white);
    palette.setColor(QPalette::Highlight, QColor(0x2a, 0x82, 0xda));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    return palette;
}

// Neither black nor white anywhere.
QPalette softPalette()
{
    QPalette palette(QColor(0xee, 0xe8, 0xd5));
    palette.setColor(QPalette::Base, QColor(0xfd, 0xf6, 0xe3));
    palette.setColor(QPalette::Text, QColor(0x4a, 0x5a, 0x61));
    palette.setColor(QPalette::WindowText, QColor(0x4a, 0x5a, 0x61));
    return palette;
}

// WCAG 2.1.
double contrast(const QColor &one, const QColor &other)
{
    const auto linear = [](int channel) {
        const double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    const auto luminance = [&linear](const QColor &color) {
        return 0.2126 * linear(color.red()) + 0.7152 * linear(color.green())
               + 0.0722 * linear(color.blue());
    };
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

// The part of the picture that is not transparent.
QRect inkOf(const QImage &image)
{
    QRect ink;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (qAlpha(image.pixel(x, y)) > 30)
                ink |= QRect(x, y, 1, 1);
    return ink;
}

// The part of the picture that is not of this colour.
QRect changedIn(const QImage &image, const QColor &background)
{
    QRect changed;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixelColor(x, y).rgb() != background.rgb())
                changed |= QRect(x, y, 1, 1);
    return changed;
}

// Three columns: an address, a name that cannot be sorted by, a number.
class PeopleModel final : public QStandardItemModel
{
public:
    PeopleModel()
        : QStandardItemModel(0, 3)
    {
        setHorizontalHeaderLabels({u"Address"_s, u"Name"_s, u"Messages"_s});
        setHeaderData(0, Qt::Horizontal, u"address"_s, ColumnNameRole);
        setHeaderData(2, Qt::Horizontal, u"messages"_s, ColumnNameRole);
    }

    void add(const QString &key, const QString &address, const QString &name, qint64 messages)
    {
        QList<QStandardItem *> row;
        for (const QString &text : {address, name, countText(messages)}) {
            row.append(new QStandardItem(text));
            row.last()->setData(key, KeyRole);
        }
        row[0]->setData(true, MonospaceRole);
        row[2]->setData(true, NumericRole);
        row[2]->setData(messages, ExportRole);
        appendRow(row);
    }

    void addSome()
    {
        add(u"a"_s, u"203.0.113.7"_s, u"Ann"_s, 12431);
        add(u"b"_s, u"2001:db8::1"_s, u"Bob"_s, 3);
        add(u"c"_s, u"198.51.100.20"_s, u"Cy\tof\nTroy"_s, 7);
    }
};

bool isMonospaced(const QFont &font)
{
    const QFontMetrics metrics(font);
    return metrics.horizontalAdvance(u"iiii"_s) == metrics.horizontalAdvance(u"MMMM"_s);
}

ColumnHeader &headerOf(const TableView &table)
{
    return static_cast<ColumnHeader &>(*table.horizontalHeader());
}

void clickHeader(TableView &table, int column)
{
    const QHeaderView *header = table.horizontalHeader();
    const QPoint middle(header->sectionViewportPosition(column) + header->sectionSize(column) / 2,
                        header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, middle);
}

QAction *actionOf(const QMenu &menu, const QString &text)
{
    for (QAction *action : menu.actions())
        if (action->text().remove(u'&') == text)
            return action;
    return nullptr;
}

QString clipboard()
{
    return QGuiApplication::clipboard()->text();
}

// Does `act` with the file dialog that opens next.
void withFileDialog(QObject *context, std::function<void(QFileDialog &)> act)
{
    auto *timer = new QTimer(context);
    QObject::connect(timer, &QTimer::timeout, context, [timer, act = std::move(act)] {
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            auto *dialog = qobject_cast<QFileDialog *>(widget);
            if (!dialog || !dialog->isVisible())
                continue;
            delete timer;
            act(*dialog);
            return;
        }
    });
    timer->start(1);
}

} // namespace

class tst_GuiWidgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void numbersAndTimes_data();
    void numbersAndTimes();
    void momentsAreOfTheZoneOfNow();
    void csv();
    void csvFormulas_data();
    void csvFormulas();
    void masked_data();
    void masked();
    void maskOffShowsAll();

    void tonesCanBeRead_data();
    void tonesCanBeRead();
    void seriesDiffer_data();
    void seriesDiffer();
    void fontsScale();
    void glyphsAreOneFamily_data();
    void glyphsAreOneFamily();
    void glyphsFollowPaletteAndMode();
    void applicationIconHasAllSizes();

    void columnsAreRemembered();
    void columnsThatAreGoneOrNew();
    void columnMenu();
    void theColumnsEndTheContextMenu();
    void theStretchedColumnTakesWhatIsLeft();
    void widthsSuitTheFirstRows();
    void sortIsWantedNotDone();
    void copyingSelectedRows();
    void keysOfRows();
    void selectionSurvivesOtherRows();
    void placeholder();
    void numbersStandAtTheRight();
    void toneColoursCells();
    void shareIsABar();
    void toolTips();

    void gateClosedByConnection();
    void gateClosedByRole();
    void gateKeepsToolTips();
    void banner();
    void emptyState();
    void codeBox();
    void exportWritesAFile();
    void exportTellsWhatWentWrong();
    void exportGivenUp();

private:
    QTemporaryDir m_folder;
};

void tst_GuiWidgets::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QCoreApplication::setOrganizationName(u"Truepeer"_s);
    QCoreApplication::setApplicationName(u"tst_guiwidgets"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
}

void tst_GuiWidgets::init()
{
    // But for what the platform without a screen says of tool tips and dialogs.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
    QSettings().clear();
    QApplication::setPalette(lightPalette());
}

void tst_GuiWidgets::numbersAndTimes_data()
{
    QTest::addColumn<QString>("actual");
    QTest::addColumn<QString>("expected");
    QTest::newRow("count: zero") << countText(0) << u"0"_s;
    QTest::newRow("count: three digits") << countText(999) << u"999"_s;
    QTest::newRow("count: four digits") << countText(1000) << u"1\u202f000"_s;
    QTest::newRow("count: millions") << countText(1234567) << u"1\u202f234\u202f567"_s;
    QTest::newRow("count: negative") << countText(-123456) << u"-123\u202f456"_s;
    QTest::newRow("count: one client") << countText(1, "client", "clients") << u"1 client"_s;
    QTest::newRow("count: no clients") << countText(0, "client", "clients") << u"0 clients"_s;
    QTest::newRow("count: many clients")
        << countText(12431, "client", "clients") << u"12\u202f431 clients"_s;

    QTest::newRow("bytes: none") << bytesText(0) << u"0 B"_s;
    QTest::newRow("bytes: below a KiB") << bytesText(1023) << u"1\u202f023 B"_s;
    QTest::newRow("bytes: a KiB") << bytesText(1024) << u"1.0 KiB"_s;
    QTest::newRow("bytes: with a decimal") << bytesText(1229) << u"1.2 KiB"_s;
    QTest::newRow("bytes: without one") << bytesText(34.2 * 1024 * 1024) << u"34 MiB"_s;
    QTest::newRow("bytes: nearly ten") << bytesText(9.97 * 1024) << u"10 KiB"_s;
    QTest::newRow("bytes: what rounds to 1024 KiB is a MiB")
        << bytesText(1023.7 * 1024) << u"1.0 MiB"_s;
    QTest::newRow("bytes: the largest unit")
        << bytesText(std::ldexp(5000.0, 50)) << u"5\u202f000 PiB"_s;
    QTest::newRow("bytes: no number") << bytesText(std::nan("")) << u"0 B"_s;
    QTest::newRow("bytes: negative") << bytesText(-3) << u"0 B"_s;
    QTest::newRow("bytes a second") << byteRateText(1229) << u"1.2 KiB/s"_s;

    QTest::newRow("rate: none") << rateText(0) << u"0"_s;
    QTest::newRow("rate: hardly any is not none") << rateText(0.01) << u"<0.1"_s;
    QTest::newRow("rate: below one") << rateText(0.42) << u"0.4"_s;
    QTest::newRow("rate: one") << rateText(1) << u"1"_s;
    QTest::newRow("rate: nearly ten") << rateText(9.96) << u"10"_s;
    QTest::newRow("rate: whole") << rateText(12.4) << u"12"_s;
    QTest::newRow("rate: large") << rateText(12431.2) << u"12\u202f431"_s;

    QTest::newRow("ms: none") << millisecondsText(0) << u"0 ms"_s;
    QTest::newRow("ms: hardly any") << millisecondsText(0.02) << u"<0.1 ms"_s;
    QTest::newRow("ms: below one") << millisecondsText(0.21) << u"0.2 ms"_s;
    QTest::newRow("ms: some") << millisecondsText(12.3) << u"12 ms"_s;
    QTest::newRow("ms: what rounds to 1000 is a second") << millisecondsText(999.7) << u"1 s"_s;
    QTest::newRow("ms: seconds") << millisecondsText(1540) << u"1.5 s"_s;
    QTest::newRow("ms: minutes") << millisecondsText(200'000) << u"3m 20s"_s;

    QTest::newRow("duration: negative is none") << durationText(-5) << u"0s"_s;
    QTest::newRow("duration: seconds") << durationText(45) << u"45s"_s;
    QTest::newRow("duration: minutes") << durationText(200) << u"3m 20s"_s;
    QTest::newRow("duration: whole minutes") << durationText(180) << u"3m"_s;
    QTest::newRow("duration: hours") << durationText(3 * 3600 + 25 * 60 + 59) << u"3h 25m"_s;
    QTest::newRow("duration: days") << durationText(12 * 86400 + 4 * 3600) << u"12d 4h"_s;

    QTest::newRow("ago: the clocks differ") << agoText(-3) << u"just now"_s;
    QTest::newRow("ago: a second") << agoText(1) << u"just now"_s;
    QTest::newRow("ago: more") << agoText(45) << u"45s ago"_s;
    QTest::newRow("ago: hours") << agoText(3 * 3600 + 25 * 60) << u"3h 25m ago"_s;

    const QDateTime noon(QDate(2026, 11, 24), QTime(12, 0));
    const qint64 earlier = QDateTime(QDate(2026, 11, 24), QTime(0, 0, 5)).toSecsSinceEpoch();
    QTest::newRow("time: today") << timeText(earlier, noon) << u"00:00:05"_s;
    QTest::newRow("time: yesterday") << timeText(earlier - 10, noon) << u"2026-11-23 23:59:55"_s;
    QTest::newRow("time: never") << timeText(0, noon) << u"never"_s;
    QTest::newRow("date and time") << dateTimeText(earlier) << u"2026-11-24 00:00:05"_s;
    QTest::newRow("date and time: never") << dateTimeText(0) << u"never"_s;
}

void tst_GuiWidgets::numbersAndTimes()
{
    QFETCH(const QString, actual);
    QTEST(actual, "expected");
}

void tst_GuiWidgets::momentsAreOfTheZoneOfNow()
{
    const QDateTime now(QDate(2026, 11, 24), QTime(12, 0), QTimeZone(2 * 3600));
    const qint64 moment =
        QDateTime(QDate(2026, 11, 24), QTime(9, 30), QTimeZone(0)).toSecsSinceEpoch();
    QCOMPARE(timeText(moment, now), u"11:30:00"_s);
}

void tst_GuiWidgets::csv()
{
    PeopleModel model;
    model.add(u"a"_s, u"203.0.113.7"_s, u"Ann, \"the\" first"_s, 12431);
    model.add(u"b"_s, u"2001:db8::1"_s, u"B\u00f6b\nof two lines"_s, -3);
    QCOMPARE(toCsv(model), "Address,Name,Messages\r\n"
                           "203.0.113.7,\"Ann, \"\"the\"\" first\",12431\r\n"
                           "2001:db8::1,\"B\xc3\xb6"
                           "b\nof two lines\",-3\r\n"_ba);
}

void tst_GuiWidgets::csvFormulas_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("cell");
    QTest::newRow("a usual text") << u"Mozilla/5.0"_s << "Mozilla/5.0"_ba;
    QTest::newRow("an equals sign") << u"=1+1"_s << "'=1+1"_ba;
    QTest::newRow("a plus sign") << u"+1"_s << "'+1"_ba;
    QTest::newRow("a minus sign") << u"-1"_s << "'-1"_ba;
    QTest::newRow("an at sign") << u"@SUM(1)"_s << "'@SUM(1)"_ba;
    QTest::newRow("a tab") << u"\t=1"_s << "'\t=1"_ba;
    QTest::newRow("behind blanks") << u"  =1"_s << "'  =1"_ba;
    QTest::newRow("behind a line end") << u"\n=1"_s << "\"'\n=1\""_ba;
    QTest::newRow("the wide form of a sign") << u"\uff1d1"_s
                                             << "'\xef\xbc\x9d"
                                                "1"_ba;
    QTest::newRow("with a comma") << u"=A1,B1"_s << "\"'=A1,B1\""_ba;
    QTest::newRow("a sign inside") << u"a=1"_s << "a=1"_ba;
    QTest::newRow("nothing") << QString() << QByteArray();
}

void tst_GuiWidgets::csvFormulas()
{
    QFETCH(const QString, text);
    QFETCH(const QByteArray, cell);
    QStandardItemModel model(1, 1);
    model.setHorizontalHeaderLabels({u"x"_s});
    model.setItem(0, 0, new QStandardItem(text));
    QCOMPARE(toCsv(model), QByteArray("x\r\n" + cell + "\r\n"));
}

void tst_GuiWidgets::masked_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char *name, const QString &text, const QString &shown) {
        QTest::newRow(name) << text << shown;
    };
    row("IPv4", u"203.0.113.7"_s, u"203.0.113.x"_s);
    row("IPv6", u"2001:db8:7:1::9"_s, u"2001:db8:7:x"_s);
    row("IPv6, short", u"2001:db8::9"_s, u"2001:db8:0:x"_s);
    row("IPv6 with a quad", u"64:ff9b::203.0.113.7"_s, u"64:ff9b:0:x"_s);
    row("mapped IPv4", u"::ffff:203.0.113.7"_s, u"203.0.113.x"_s);
    row("loopback", u"127.0.0.1 and ::1"_s, u"127.0.0.1 and ::1"_s);
    row("any address", u"0.0.0.0:80 [::]:80"_s, u"0.0.0.0:80 [::]:80"_s);
    row("IPv4 and port", u"203.0.113.7:51234"_s, u"203.0.113.x:51234"_s);
    row("IPv6 and port", u"[2001:db8::9]:443"_s, u"[2001:db8:0:x]:443"_s);
    row("IPv6 and zone", u"fe80::1%eth0"_s, u"fe80:0:0:x%eth0"_s);
    row("a narrow range", u"203.0.113.64/26"_s, u"203.0.113.x/26"_s);
    row("one address as a range", u"203.0.113.7/32"_s, u"203.0.113.x/32"_s);
    row("a range of what is shown anyway", u"203.0.113.0/24"_s, u"203.0.113.0/24"_s);
    row("a wide range", u"10.0.0.0/8"_s, u"10.0.0.0/8"_s);
    row("a wide range of IPv6", u"2001:db8::/32"_s, u"2001:db8::/32"_s);
    row("a narrow range of IPv6", u"2001:db8:7:1::/64"_s, u"2001:db8:7:x/64"_s);
    row("a range with host bits", u"203.0.113.7/8"_s, u"203.0.113.x/8"_s);
    row("everybody", u"0.0.0.0/0, ::/0"_s, u"0.0.0.0/0, ::/0"_s);
    row("URL", u"https://203.0.113.7/8"_s, u"https://203.0.113.x/8"_s);
    row("URL with zero as its path", u"http://203.0.113.7/0"_s, u"http://203.0.113.x/0"_s);
    row("URL of IPv6", u"wss://[2001:db8::9]:6001/?key=k"_s, u"wss://[2001:db8:0:x]:6001/?key=k"_s);
    row("URL with a path of digits", u"http://203.0.113.7/2026/11"_s,
        u"http://203.0.113.x/2026/11"_s);
    row("header", u"X-Forwarded-For: 203.0.113.7, 198.51.100.20"_s,
        u"X-Forwarded-For: 203.0.113.x, 198.51.100.x"_s);
    row("Forwarded", u"for=\"[2001:db8::9]:1\";by=203.0.113.7"_s,
        u"for=\"[2001:db8:0:x]:1\";by=203.0.113.x"_s);
    row("filter", u"ip:203.0.113.7 -via:2001:db8::9"_s, u"ip:203.0.113.x -via:2001:db8:0:x"_s);
    row("end of a sentence", u"It came from 203.0.113.7."_s, u"It came from 203.0.113.x."_s);
    row("end of a sentence with IPv6", u"From 2001:db8::9: no."_s, u"From 2001:db8:0:x: no."_s);
    row("a word instead of the port", u"203.0.113.7:http"_s, u"203.0.113.x:http"_s);
    row("in brackets", u"(203.0.113.7)"_s, u"(203.0.113.x)"_s);
    row("a name that begins so", u"203.0.113.7.example.org"_s, u"203.0.113.x.example.org"_s);
    row("version", u"Truepeer 1.2.3"_s, u"Truepeer 1.2.3"_s);
    row("long version", u"1.2.3.4.5"_s, u"1.2.3.4.5"_s);
    row("browser", u"Chrome/120.0.6099.109"_s, u"Chrome/120.0.6099.109"_s);
    row("version with a letter", u"v1.2.3.4 1.2.3.4beta"_s, u"v1.2.3.4 1.2.3.4beta"_s);
    row("time", u"at 12:30:45"_s, u"at 12:30:45"_s);
    row("date and time", u"2026-11-24T12:30:45.123Z"_s, u"2026-11-24T12:30:45.123Z"_s);
    row("leading zeros", u"010.0.0.1"_s, u"010.0.0.1"_s);
    row("too large", u"300.1.1.1"_s, u"300.1.1.1"_s);
    row("C++", u"std::string cafe::Bar"_s, u"std::string cafe::Bar"_s);
    row("hash", u"4f2a9c:1d"_s, u"4f2a9c:1d"_s);
    row("masked already", u"203.0.113.x 2001:db8:7:x"_s, u"203.0.113.x 2001:db8:7:x"_s);
    row("other scripts", u"\u043e\u0442 203.0.113.7\u3002"_s, u"\u043e\u0442 203.0.113.x\u3002"_s);
    row("nothing", QString(), QString());
}

void tst_GuiWidgets::masked()
{
    QFETCH(const QString, text);
    AddressMask mask;
    const QSignalSpy changed(&mask, &AddressMask::changed);
    mask.setOn(true);
    mask.setOn(true);
    QCOMPARE(changed.size(), 1);
    QTEST(mask.shownText(text), "shown");
    QTEST(mask.shown(text), "shown");
    // However it is cut, no whole address is left that was not meant to be.
    for (qsizetype size = 0; size < text.size(); ++size)
        QVERIFY(!mask.shownText(text.first(size)).contains(u"203.0.113.7"_s));
}

void tst_GuiWidgets::maskOffShowsAll()
{
    AddressMask mask;
    QCOMPARE(mask.shownText(u"203.0.113.7:1"_s), u"203.0.113.7:1"_s);
    mask.setOn(true);
    mask.setOn(false);
    QCOMPARE(mask.shown(u"203.0.113.7"_s), u"203.0.113.7"_s);
}

void tst_GuiWidgets::tonesCanBeRead_data()
{
    QTest::addColumn<QPalette>("palette");
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << lightPalette() << false;
    QTest::newRow("dark") << darkPalette() << true;
    QTest::newRow("soft") << softPalette() << false;
}

void tst_GuiWidgets::tonesCanBeRead()
{
    QFETCH(const QPalette, palette);
    QTEST(isDark(palette), "dark");
    for (int tone = int(Tone::Normal); tone <= int(Tone::Client); ++tone) {
        const QColor color = toneColor(Tone(tone), palette);
        const QColor fill = toneFill(Tone(tone), palette);
        for (const QColor &background :
             {palette.color(QPalette::Base), palette.color(QPalette::Window), fill}) {
            const double found = contrast(color, background);
            QVERIFY2(found >= 4.5, qPrintable(u"tone %1: %2 on %3 has %4"_s.arg(
                                       QString::number(tone), color.name(), background.name(),
                                       QString::number(found))));
        }
        QVERIFY(fill != palette.color(QPalette::Base));
        QVERIFY(contrast(palette.color(QPalette::Text), fill) >= 4.5);
    }
}

void tst_GuiWidgets::seriesDiffer_data()
{
    tonesCanBeRead_data();
}

void tst_GuiWidgets::seriesDiffer()
{
    QFETCH(const QPalette, palette);
    QSet<QRgb> colors;
    for (int series = 0; series < 6; ++series) {
        const QColor color = seriesColor(series, palette);
        QVERIFY(contrast(color, palette.color(QPalette::Base)) >= 3);
        colors.insert(color.rgb());
    }
    QCOMPARE(colors.size(), 6);
    QCOMPARE(seriesColor(6, palette), seriesColor(0, palette));
    QVERIFY(seriesColor(-1, palette).isValid());
}

void tst_GuiWidgets::fontsScale()
{
    QFont points;
    points.setPointSizeF(10);
    QFont pixels;
    pixels.setPixelSize(20);
    QVERIFY(smallFont(points).pointSizeF() < 10);
    QVERIFY(titleFont(points).pointSizeF() > 10);
    QVERIFY(figureFont(points).pointSizeF() > titleFont(points).pointSizeF());
    QVERIFY(smallFont(pixels).pixelSize() < 20);
    QVERIFY(figureFont(pixels).pixelSize() > 30);
    QVERIFY(isMonospaced(monospaceFont()));
}

void tst_GuiWidgets::glyphsAreOneFamily_data()
{
    QTest::addColumn<Glyph>("glyph");
    for (int glyph = 0; glyph <= LastGlyph; ++glyph)
        QTest::addRow("glyph %d", glyph) << Glyph(glyph);
}

// All are about as large, keep off the edge, and stand in the middle.
void tst_GuiWidgets::glyphsAreOneFamily()
{
    QFETCH(const Glyph, glyph);
    const QRect ink = inkOf(icon(glyph).pixmap(96, 96).toImage());
    QVERIFY(!ink.isEmpty());
    QVERIFY(QRect(6, 6, 84, 84).contains(ink));
    QVERIFY(std::max(ink.width(), ink.height()) >= 60);
    QVERIFY(qAbs(ink.center().x() - 48) <= 6);
    QVERIFY(qAbs(ink.center().y() - 48) <= 6);
    const QRect small = inkOf(icon(glyph).pixmap(16, 16).toImage());
    QVERIFY(std::max(small.width(), small.height()) >= 10);
}

void tst_GuiWidgets::glyphsFollowPaletteAndMode()
{
    const auto middle = [](const QIcon &icon, QIcon::Mode mode) {
        return icon.pixmap(QSize(48, 48), 1, mode).toImage().pixelColor(24, 24);
    };
    const QIcon plus = icon(Glyph::Add); // crosses in the middle
    QCOMPARE(middle(plus, QIcon::Normal), QColor(Qt::black));
    QPalette palette = darkPalette();
    palette.setColor(QPalette::Disabled, QPalette::WindowText, Qt::gray);
    palette.setColor(QPalette::HighlightedText, Qt::yellow);
    QApplication::setPalette(palette);
    QCOMPARE(middle(plus, QIcon::Normal), QColor(Qt::white));
    QCOMPARE(middle(plus, QIcon::Disabled), QColor(Qt::gray));
    QCOMPARE(middle(plus, QIcon::Selected), QColor(Qt::yellow));
    QCOMPARE(middle(icon(Glyph::Add, Tone::Error), QIcon::Normal), toneColor(Tone::Error, palette));
    const QPixmap twice = plus.pixmap(QSize(16, 16), 2.0);
    QCOMPARE(twice.size(), QSize(32, 32));
    QCOMPARE(twice.devicePixelRatio(), 2.0);
}

void tst_GuiWidgets::applicationIconHasAllSizes()
{
    const QIcon icon = applicationIcon();
    for (const int size : {16, 22, 24, 32, 48, 64, 128, 256, 512}) {
        QVERIFY(icon.availableSizes().contains(QSize(size, size)));
        QVERIFY(!inkOf(icon.pixmap(size, size).toImage()).isEmpty());
    }
}

void tst_GuiWidgets::columnsAreRemembered()
{
    PeopleModel model;
    model.addSome();
    {
        TableView table(u"people"_s);
        table.setModel(&model);
        table.resize(800, 300);
        table.horizontalHeader()->moveSection(2, 0);
        table.horizontalHeader()->resizeSection(0, 231);
        const std::unique_ptr<QMenu> menu(headerOf(table).createMenu());
        actionOf(*menu, u"Name"_s)->trigger();
    }
    TableView other(u"others"_s);
    other.setModel(&model);
    QCOMPARE(headerOf(other).shownColumns(), (QList<int>{0, 1, 2}));

    TableView again(u"people"_s);
    again.setModel(&model);
    again.resize(800, 300);
    QCOMPARE(headerOf(again).shownColumns(), (QList<int>{2, 0}));
    again.setStretchColumn(2);
    QCOMPARE(again.columnWidth(0), 231);
    const std::unique_ptr<QMenu> menu(headerOf(again).createMenu());
    actionOf(*menu, u"Reset columns"_s)->trigger();
    QCOMPARE(headerOf(again).shownColumns(), (QList<int>{0, 1, 2}));
    QVERIFY(again.columnWidth(0) != 231);
    QVERIFY(!QSettings().childGroups().contains(u"columns"_s));
}

void tst_GuiWidgets::columnsThatAreGoneOrNew()
{
    QSettings().setValue(u"columns/people/order"_s, QStringList{u"gone"_s, u"messages"_s});
    QSettings().setValue(u"columns/people/widths"_s, QStringList{u"10"_s, u"nonsense"_s});
    QSettings().setValue(u"columns/people/hidden"_s, QStringList{u"gone"_s});
    PeopleModel model;
    TableView table(u"people"_s);
    table.setHiddenByDefault({u"address"_s});
    table.setModel(&model);
    QCOMPARE(headerOf(table).shownColumns(), (QList<int>{2, 1}));
    QVERIFY(table.columnWidth(2) > 30);

    QSettings().setValue(u"columns/none/order"_s, QStringList{u"messages"_s});
    QSettings().setValue(u"columns/none/hidden"_s, QStringList{u"messages"_s});
    TableView none(u"none"_s);
    none.setHiddenByDefault({u"address"_s, u"Name"_s});
    none.setModel(&model);
    QVERIFY(!headerOf(none).shownColumns().isEmpty());
}

void tst_GuiWidgets::columnMenu()
{
    PeopleModel model;
    TableView table(u"people"_s);
    table.setModel(&model);
    table.setHiddenByDefault({u"address"_s, u"messages"_s});
    const std::unique_ptr<QMenu> menu(headerOf(table).createMenu());
    QAction *name = actionOf(*menu, u"Name"_s);
    QAction *address = actionOf(*menu, u"Address"_s);
    QVERIFY(name->isChecked());
    QVERIFY2(!name->isEnabled(), "the last column cannot be hidden");
    QVERIFY(!address->isChecked());
    address->trigger();
    QVERIFY(!table.isColumnHidden(0));
    QVERIFY(table.columnWidth(0) > 30);
}

void tst_GuiWidgets::theColumnsEndTheContextMenu()
{
    PeopleModel model;
    TableView table(u"people"_s);
    table.setModel(&model);
    QAction own(u"Kick"_s);
    table.addAction(&own);
    const QList<QAction *> actions = table.actions();
    QCOMPARE(actions.first(), &own);
    QMenu *columns = actions.last()->menu();
    QVERIFY(columns);
    Q_EMIT columns->aboutToShow();
    QVERIFY(actionOf(*columns, u"Name"_s));
    actionOf(*columns, u"Name"_s)->trigger();
    QVERIFY(table.isColumnHidden(1));
}

void tst_GuiWidgets::theStretchedColumnTakesWhatIsLeft()
{
    PeopleModel model;
    model.addSome();
    TableView table(u"people"_s);
    table.setModel(&model);
    table.setStretchColumn(1);
    table.resize(900, 300);
    table.show();
    const auto total = [&table] {
        return table.columnWidth(0) + table.columnWidth(1) + table.columnWidth(2);
    };
    QTRY_COMPARE(total(), table.viewport()->width());
    table.resize(1100, 300);
    QTRY_COMPARE(total(), table.viewport()->width());
    table.horizontalHeader()->resizeSection(0, 300); // as by the mouse
    QTRY_COMPARE(total(), table.viewport()->width());
    QCOMPARE(table.columnWidth(0), 300);
    table.resize(120, 300);
    QTRY_VERIFY(total() > table.viewport()->width());
    QVERIFY(table.columnWidth(1) > 30);
}

void tst_GuiWidgets::widthsSuitTheFirstRows()
{
    PeopleModel model;
    TableView table(u"people"_s);
    table.setModel(&model);
    const int empty = table.columnWidth(0);
    model.add(u"a"_s, u"2001:db8:1111:2222:3333:4444"_s, u"Ann"_s, 1);
    const int wide = table.columnWidth(0);
    QVERIFY(wide > empty);
    model.add(u"b"_s, u"2001:db8:1111:2222:3333:4444:5555:6666"_s, u"Bob"_s, 1);
    QCOMPARE(table.columnWidth(0), wide);
}

void tst_GuiWidgets::sortIsWantedNotDone()
{
    PeopleModel model;
    model.addSome();
    model.setHeaderData(2, Qt::Horizontal, int(Qt::DescendingOrder), Qt::InitialSortOrderRole);
    TableView table(u"people"_s);
    table.setModel(&model);
    table.resize(800, 300);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    const QSignalSpy wanted(&table, &TableView::sortWanted);
    const QHeaderView *header = table.horizontalHeader();

    clickHeader(table, 0);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][0].toString(), u"address"_s);
    QCOMPARE(wanted[0][1].value<Qt::SortOrder>(), Qt::AscendingOrder);
    QVERIFY2(!header->isSortIndicatorShown(), "nobody has sorted yet");
    QCOMPARE(model.item(0, 1)->text(), u"Ann"_s);

    table.showSort(u"address"_s, Qt::AscendingOrder);
    QVERIFY(header->isSortIndicatorShown());
    QCOMPARE(header->sortIndicatorSection(), 0);
    clickHeader(table, 0);
    QCOMPARE(wanted[1][1].value<Qt::SortOrder>(), Qt::DescendingOrder);
    QCOMPARE(header->sortIndicatorOrder(), Qt::AscendingOrder);

    clickHeader(table, 1);
    QCOMPARE(wanted.size(), 2);
    QCOMPARE(header->sortIndicatorSection(), 0);
    clickHeader(table, 2);
    QCOMPARE(wanted[2][0].toString(), u"messages"_s);
    QCOMPARE(wanted[2][1].value<Qt::SortOrder>(), Qt::DescendingOrder);
    table.showSort({}, Qt::AscendingOrder);
    QVERIFY(!header->isSortIndicatorShown());
}

void tst_GuiWidgets::copyingSelectedRows()
{
    PeopleModel model;
    model.addSome();
    TableView table(u"people"_s);
    table.setModel(&model);
    QGuiApplication::clipboard()->setText(u"before"_s);
    table.copySelection();
    QCOMPARE(clipboard(), u"before"_s);

    table.horizontalHeader()->moveSection(2, 0);
    table.selectAll();
    QTest::keyClick(&table, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard(), u"12431\t203.0.113.7\tAnn\n3\t2001:db8::1\tBob\n"
                          "7\t198.51.100.20\tCy of Troy"_s);
    table.selectKey(u"b"_s);
    table.setColumnHidden(0, true);
    table.copySelection();
    QCOMPARE(clipboard(), u"3\tBob"_s);
}

void tst_GuiWidgets::keysOfRows()
{
    PeopleModel model;
    model.addSome();
    TableView table(u"people"_s);
    table.setModel(&model);
    const QSignalSpy changed(&table, &TableView::selectedKeysChanged);
    const QSignalSpy activated(&table, &TableView::rowActivated);

    table.selectKey(u"b"_s);
    QCOMPARE(table.selectedKeys(), QStringList{u"b"_s});
    QCOMPARE(changed.size(), 1);
    table.selectKey(u"unknown"_s);
    QCOMPARE(table.selectedKeys(), QStringList{u"b"_s});
    QTest::keyClick(&table, Qt::Key_Return);
    QTest::keyClick(&table, Qt::Key_Enter, Qt::KeypadModifier);
    QCOMPARE(activated.size(), 2);
    QCOMPARE(activated[0][0].toString(), u"b"_s);

    const QModelIndex first = model.index(0, 1);
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(first).center());
    QTest::mouseDClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(first).center());
    QCOMPARE(activated.size(), 3);
    QCOMPARE(activated[2][0].toString(), u"a"_s);

    table.selectAll();
    QCOMPARE(table.selectedKeys(), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
}

void tst_GuiWidgets::selectionSurvivesOtherRows()
{
    PeopleModel model;
    model.addSome();
    TableView table(u"people"_s);
    table.setModel(&model);
    table.selectKey(u"b"_s);
    model.insertRow(0, new QStandardItem(u"new"_s));
    QCOMPARE(table.selectedKeys(), QStringList{u"b"_s});
    model.removeRows(0, 2);
    QCOMPARE(table.selectedKeys(), QStringList{u"b"_s});
    const QSignalSpy changed(&table, &TableView::selectedKeysChanged);
    model.removeRow(0);
    QCOMPARE(table.selectedKeys(), QStringList());
    QCOMPARE(changed.size(), 1);
}

void tst_GuiWidgets::placeholder()
{
    PeopleModel model;
    TableView table(u"people"_s);
    table.setModel(&model);
    table.resize(600, 300);
    const auto words = [&table] {
        return changedIn(table.viewport()->grab().toImage(),
                         table.viewport()->palette().color(QPalette::Base));
    };
    QVERIFY(words().isEmpty());
    table.setPlaceholder(u"Nobody is here."_s);
    const QRect there = words();
    QVERIFY(!there.isEmpty());
    QVERIFY(qAbs(there.center().x() - table.viewport()->width() / 2) < 10);
    QVERIFY(qAbs(there.center().y() - table.viewport()->height() / 2) < 10);
    model.addSome();
    QVERIFY(words() != there);
}

void tst_GuiWidgets::numbersStandAtTheRight()
{
    PeopleModel model;
    model.add(u"a"_s, u"a"_s, u"b"_s, 3);
    TableView table(u"people"_s);
    table.setModel(&model);
    table.setStretchColumn(2);
    table.resize(700, 200);
    table.show();
    const auto ink = [&table, &model](int column) {
        const QRect cell = table.visualRect(model.index(0, column));
        return changedIn(table.viewport()->grab(cell).toImage(),
                         table.palette().color(QPalette::Base));
    };
    QVERIFY(ink(1).right() < table.columnWidth(1) / 2);
    QVERIFY(ink(2).left() > table.columnWidth(2) / 2);
    QVERIFY(ink(2).right() < table.columnWidth(2) - 4);
}

void tst_GuiWidgets::toneColoursCells()
{
    PeopleModel model;
    model.add(u"a"_s, {}, u"IIII"_s, 3);
    TableView table(u"people"_s);
    QFont large;
    large.setPixelSize(60); // strokes that are wider than their edges
    table.setFont(large);
    table.setModel(&model);
    table.resize(700, 200);
    table.show();
    const auto isPainted = [&table, &model](const QColor &color) {
        const QImage cell = table.viewport()->grab(table.visualRect(model.index(0, 1))).toImage();
        for (int x = 0; x < cell.width(); ++x)
            if (cell.pixelColor(x, cell.height() / 2).rgb() == color.rgb())
                return true;
        return false;
    };
    const QPalette palette = table.palette();
    QVERIFY(isPainted(Qt::black));
    model.item(0, 1)->setData(int(Tone::Error), ToneRole);
    QVERIFY(isPainted(toneColor(Tone::Error, palette)));
    QVERIFY(!isPainted(Qt::black));
    table.selectKey(u"a"_s);
    QVERIFY(isPainted(palette.color(QPalette::HighlightedText)));
    QVERIFY(!isPainted(toneColor(Tone::Error, palette)));
    table.clearSelection();
    table.setEnabled(false);
    QVERIFY(isPainted(palette.color(QPalette::Disabled, QPalette::Text)));
    QVERIFY(!isPainted(toneColor(Tone::Error, palette)));
}

void tst_GuiWidgets::shareIsABar()
{
    PeopleModel model;
    model.add(u"a"_s, {}, u"b"_s, 3);
    TableView table(u"people"_s);
    table.setModel(&model);
    table.resize(700, 200);
    table.horizontalHeader()->resizeSection(0, 200);
    const auto bar = [&table, &model](double share) {
        model.item(0, 0)->setData(share, ShareRole);
        return changedIn(table.viewport()->grab(table.visualRect(model.index(0, 0))).toImage(),
                         table.palette().color(QPalette::Base))
            .width();
    };
    QCOMPARE(bar(0), 0);
    QVERIFY(qAbs(bar(0.5) - 98) <= 2);
    QVERIFY(qAbs(bar(1) - 196) <= 2);
    QCOMPARE(bar(7), bar(1));
}

void tst_GuiWidgets::toolTips()
{
    PeopleModel model;
    model.add(u"a"_s, u"<b>& a text that does not fit there, by far</b>"_s, u"Bob"_s, 3);
    TableView table(u"people"_s);
    table.setModel(&model);
    table.resize(700, 200);
    table.horizontalHeader()->resizeSection(0, 60);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    const auto tipOf = [&table, &model](int column) {
        const QPoint place = table.visualRect(model.index(0, column)).center();
        QHelpEvent event(QEvent::ToolTip, place, table.viewport()->mapToGlobal(place));
        QCoreApplication::sendEvent(table.viewport(), &event);
        return QToolTip::text();
    };
    QCOMPARE(tipOf(1), QString());
    QVERIFY(tipOf(0).contains(u"&lt;b&gt;&amp; a text"_s));
    QVERIFY(Qt::mightBeRichText(tipOf(0)));
    model.item(0, 0)->setToolTip(u"A &amp; O"_s);
    QVERIFY(tipOf(0).contains(u">A &amp; O<"_s));
    QToolTip::hideText();
}

void tst_GuiWidgets::gateClosedByConnection()
{
    FakeLink link;
    ActionGate gate(link, nullptr);
    QAction action(u"&Kick…"_s);
    QPushButton button;
    button.setToolTip(u"Closes it"_s);
    gate.add(&action, ActionGate::Needs::Operator);
    gate.add(&button, ActionGate::Needs::Connection);
    QVERIFY(action.isEnabled() && button.isEnabled());
    QCOMPARE(button.toolTip(), u"Closes it"_s);
    const QString own = action.toolTip();

    link.setUp(false);
    QVERIFY(!action.isEnabled() && !button.isEnabled());
    QVERIFY(action.toolTip().contains(u"no connection"_s));
    QVERIFY(button.toolTip().contains(u"no connection"_s));

    link.setUp(true);
    QVERIFY(action.isEnabled() && button.isEnabled());
    QCOMPARE(button.toolTip(), u"Closes it"_s);
    QCOMPARE(action.toolTip(), own);
    action.setText(u"Other"_s); // the tool tip still follows the text
    QCOMPARE(action.toolTip(), u"Other"_s);
}

void tst_GuiWidgets::gateClosedByRole()
{
    FakeLink link;
    link.setHello({{u"role"_s, u"viewer"_s}});
    ActionGate gate(link, nullptr);
    QAction operates;
    auto looks = std::make_unique<QPushButton>();
    gate.add(&operates, ActionGate::Needs::Operator);
    gate.add(looks.get(), ActionGate::Needs::Connection);
    QVERIFY(!operates.isEnabled());
    QVERIFY(operates.toolTip().contains(u"needs operator"_s));
    QVERIFY(looks->isEnabled());

    gate.setWanted(&operates, true);
    QVERIFY(!operates.isEnabled());
    gate.setWanted(looks.get(), false);
    QVERIFY(!looks->isEnabled());
    QCOMPARE(looks->toolTip(), QString());
    looks.reset();

    // Another server, after a reconnect.
    link.setHello({{u"role"_s, u"operator"_s}});
    link.setUp(true);
    QVERIFY(operates.isEnabled());
    gate.setWanted(&operates, false);
    QVERIFY(!operates.isEnabled());
    link.setUp(false);
    link.setUp(true);
    QVERIFY2(!operates.isEnabled(), "the page does not want it");
    gate.setWanted(&operates, true);
    QVERIFY(operates.isEnabled());
}

void tst_GuiWidgets::gateKeepsToolTips()
{
    FakeLink link;
    ActionGate gate(link, nullptr);
    QPushButton button;
    button.setToolTip(u"old"_s);
    gate.add(&button, ActionGate::Needs::Operator);
    link.setUp(false);
    button.setToolTip(u"new"_s);
    link.setUp(true);
    QCOMPARE(button.toolTip(), u"new"_s);
    link.setUp(false);
    link.setHello({{u"role"_s, u"viewer"_s}});
    link.setUp(true);
    QVERIFY(button.toolTip().contains(u"needs operator"_s));
    link.setHello({{u"role"_s, u"operator"_s}});
    link.setUp(true);
    QCOMPARE(button.toolTip(), u"new"_s);
}

void tst_GuiWidgets::banner()
{
    QWidget window;
    Banner banner(&window);
    window.show();
    QVERIFY(banner.isHidden());
    banner.showMessage(Tone::Warning, u"<b>Draining</b>"_s);
    QVERIFY(banner.isVisible());
    QCOMPARE(banner.text(), u"<b>Draining</b>"_s);
    QCOMPARE(banner.accessibleName(), banner.text());
    const QList<QLabel *> labels = banner.findChildren<QLabel *>();
    for (const QLabel *label : labels)
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
    const QPushButton *button = banner.addButton(u"Cancel"_s);
    QCOMPARE(button->text(), u"Cancel"_s);
    QTRY_VERIFY(button->isVisible());

    banner.resize(400, 60);
    const auto background = [&banner] { return banner.grab().toImage().pixelColor(20, 2).rgb(); };
    QCOMPARE(background(), toneFill(Tone::Warning, banner.palette()).rgb());
    QApplication::setPalette(darkPalette());
    QTRY_COMPARE(background(), toneFill(Tone::Warning, darkPalette()).rgb());

    banner.showMessage(Tone::Error, {});
    QVERIFY(banner.isHidden());
}

void tst_GuiWidgets::emptyState()
{
    EmptyState state;
    state.setContent(Glyph::Clients, u"No <i>clients</i>"_s, u"Connect one."_s);
    state.show();
    const auto *title = state.findChild<QLabel *>(u"title"_s);
    const auto *text = state.findChild<QLabel *>(u"text"_s);
    const auto *command = state.findChild<CodeBox *>(u"command"_s);
    QCOMPARE(title->text(), u"No <i>clients</i>"_s);
    QCOMPARE(title->textFormat(), Qt::PlainText);
    QVERIFY(text->isVisible());
    QVERIFY(!command->isVisible());
    state.setContent(Glyph::Clients, u"No clients"_s, {}, u"wscat -c ws://localhost:6001"_s);
    QVERIFY(command->isVisible());
    QCOMPARE(command->text(), u"wscat -c ws://localhost:6001"_s);
    QVERIFY(!text->isVisible());
    QPushButton *button = state.addButton(u"Clear filter"_s);
    const QSignalSpy clicked(button, &QPushButton::clicked);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(clicked.size(), 1);
}

void tst_GuiWidgets::codeBox()
{
    CodeBox box(4);
    box.show();
    auto *edit = box.findChild<QPlainTextEdit *>();
    QVERIFY(edit->isReadOnly());
    QVERIFY(isMonospaced(edit->font()));
    const auto heightOf = [&box, edit](int lines) {
        box.setText(QStringList(lines, u"line"_s).join(u'\n'));
        return edit->height();
    };
    const int two = heightOf(2);
    const int four = heightOf(4);
    QVERIFY(four > two);
    QCOMPARE(heightOf(5), four);
    QCOMPARE(heightOf(2), two);

    const QString longLine(400, u'x');
    box.resize(700, 100);
    const int one = heightOf(1);
    box.setText(longLine); // a command is wrapped, so that all of it is seen
    QTRY_VERIFY(edit->height() > 2 * one);
    box.resize(7000, 100);
    QTRY_COMPARE(edit->height(), one);
    box.resize(700, 100);
    box.setText(QString(longLine + u"\n}"_s)); // lines are not
    QTRY_VERIFY(edit->height() > two);
    QVERIFY(edit->height() < 2 * two);

    const QString text = u"no-break\u00a0blank\n\tand a tab"_s;
    box.setText(text);
    QCOMPARE(box.text(), text);
    auto *copy = box.findChild<QToolButton *>(u"copy"_s);
    QTest::mouseClick(copy, Qt::LeftButton);
    QCOMPARE(clipboard(), text);
    QCOMPARE(copy->text(), u"Copied"_s);
    QTRY_COMPARE(copy->text(), u"Copy"_s);
}

void tst_GuiWidgets::exportWritesAFile()
{
    PeopleModel model;
    model.addSome();
    TableView table(u"people"_s);
    table.setModel(&model);
    const QString path = m_folder.filePath(u"people.csv"_s);
    QString suggested;
    withFileDialog(this, [&](QFileDialog &dialog) {
        suggested = QFileInfo(dialog.selectedFiles().value(0)).fileName();
        dialog.selectFile(path);
        model.removeRows(0, 3); // what is exported was there before
        static_cast<QDialog &>(dialog).accept();
    });
    QVERIFY(table.exportCsv(u"truepeer people"_s));
    QCOMPARE(suggested, u"truepeer people.csv"_s);
    QFile csv(path);
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll().count('\n'), 5); // one is in a name

    const QString picture = m_folder.filePath(u"table.png"_s);
    QString folder;
    withFileDialog(this, [&](QFileDialog &dialog) {
        folder = dialog.directory().absolutePath();
        dialog.selectFile(picture);
        static_cast<QDialog &>(dialog).accept();
    });
    table.resize(320, 200);
    QVERIFY(exportPng(&table, table, u"table.png"_s));
    QCOMPARE(folder, QDir(m_folder.path()).absolutePath());
    QCOMPARE(QImage(picture).size(), QSize(320, 200));
}

void tst_GuiWidgets::exportTellsWhatWentWrong()
{
    PeopleModel model;
    QWidget window;
    window.show();
    const QString path = m_folder.filePath(u"none"_s);
    QVERIFY(QDir().mkpath(path));
    withFileDialog(this, [&](QFileDialog &dialog) {
        dialog.setDirectory(path);
        dialog.selectFile(path + u"/a.csv"_s);
        QDir().rmdir(path);
        static_cast<QDialog &>(dialog).accept();
    });
    QVERIFY(!exportCsv(&window, model, u"a"_s));
    auto *box = window.findChild<QMessageBox *>();
    QVERIFY(box);
    QVERIFY(box->isVisible());
    QCOMPARE(box->textFormat(), Qt::PlainText);
    QVERIFY(box->informativeText().contains(u"a.csv"_s));
}

void tst_GuiWidgets::exportGivenUp()
{
    const PeopleModel model;
    QWidget window;
    withFileDialog(this, [](QFileDialog &dialog) { dialog.reject(); });
    QVERIFY(!exportCsv(&window, model, u"a"_s));
    QVERIFY(!window.findChild<QMessageBox *>());
}

QTEST_MAIN(tst_GuiWidgets)

#include "tst_guiwidgets.moc"
