// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What `cmake --install` puts in place: the files, and that others can build against them. The
// examples are built from where they were installed, and run.
#include "tests/support/eventclient.h"
#include "tests/support/rawclient.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/prctl.h>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr int BuildPatience = 240'000; // ms
constexpr int RunPatience = 30'000;

constexpr auto StrictFlags = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion "
                             "-Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Werror";

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeFile(const QString &path, const QByteArray &content)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

// Runs in the child between fork and exec.
void dieWithTheTest()
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

struct Run
{
    int exitCode = -1;
    QByteArray output;
};

Run run(const QString &program, const QStringList &arguments, const QString &folder = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setChildProcessModifier(dieWithTheTest);
    process.setWorkingDirectory(folder);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : {u"DESTDIR"_s, u"CXXFLAGS"_s, u"LDFLAGS"_s, u"CMAKE_PREFIX_PATH"_s})
        environment.remove(name);
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    const bool isDone = process.waitForFinished(BuildPatience);
    Run result{isDone ? process.exitCode() : -1, process.readAll()};
    if (!isDone) {
        process.kill();
        process.waitForFinished();
    }
    return result;
}

Run cmake(const QStringList &arguments)
{
    return run(QStringLiteral(TRUEPEER_CMAKE), arguments);
}

// An example as a child process, on a free port; it never outlives the test.
class Example
{
    Q_DISABLE_COPY_MOVE(Example)

public:
    explicit Example(const QString &program)
    {
        m_process.setChildProcessModifier(dieWithTheTest);
        m_process.start(program, {u"0"_s});
        while (!m_process.canReadLine() && m_process.waitForReadyRead(RunPatience)) {
        }
        m_readyLine = m_process.readLine().trimmed();
        const QByteArray start = "truepeerd ready http://127.0.0.1:"_ba;
        if (m_readyLine.startsWith(start))
            m_port = m_readyLine.sliced(start.size()).split(' ').first().toUShort();
    }
    ~Example()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    quint16 port() const { return m_port; }
    QByteArray complaint() { return m_readyLine + m_process.readAllStandardError(); }

    // The first signal drains, the second one ends it at once. The exit code.
    int stop()
    {
        m_process.setReadChannel(QProcess::StandardError);
        QByteArray log;
        m_process.terminate();
        do {
            log += m_process.readAllStandardError();
        } while (!log.contains("draining") && m_process.waitForReadyRead(RunPatience));
        m_process.terminate();
        const bool isDone = m_process.waitForFinished(RunPatience);
        return isDone && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }

private:
    QProcess m_process;
    QByteArray m_readyLine;
    quint16 m_port = 0;
};

QJsonObject askFor(quint16 port, const QByteArray &target, const QByteArray &headers = {})
{
    return RawClient(port).exchange(httpGet(target, headers)).json();
}

} // namespace

class tst_Package : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void files_data();
    void files();
    void allHeaders();
    void allExamples();
    void nothingPointsToTheBuild();
    void libraryShowsPublicNamesOnly();
    void programRuns();

    void versions_data();
    void versions();
    void consumer();
    void requestDetails();
    void chat();

private:
    QString inPrefix(const QString &path) const
    {
        return m_directory.filePath(QString(u"prefix/"_s + path));
    }
    // The only one of that name below the prefix: where libraries go is the system's custom.
    QString found(const QString &name) const;
    Run configure(const QString &source, const QString &build) const;
    // Configures and builds the project in `source`; returns the folder of the build, or nothing.
    QString build(const QString &source) const;

    QTemporaryDir m_directory;
};

void tst_Package::initTestCase()
{
    QVERIFY(m_directory.isValid());
    // For what is built, and not for CMake's own looks at the compiler.
    writeFile(m_directory.filePath(u"strict.cmake"_s),
              "add_compile_options("_ba + StrictFlags + ")\n"_ba);
    const Run install = cmake({u"--install"_s, QStringLiteral(TRUEPEER_BUILD_DIR), u"--prefix"_s,
                               m_directory.filePath(u"prefix"_s)});
    QVERIFY2(install.exitCode == 0, install.output.constData());
}

QString tst_Package::found(const QString &name) const
{
    QStringList paths;
    QDirIterator files(inPrefix(u"."_s), {name}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext())
        paths += files.next();
    return paths.size() == 1 ? paths.first() : QString();
}

Run tst_Package::configure(const QString &source, const QString &build) const
{
    const QString prefix = inPrefix({});
    return cmake({u"-S"_s, source, u"-B"_s, build, u"-G"_s, QStringLiteral(TRUEPEER_GENERATOR),
                  u"-DCMAKE_CXX_COMPILER="_s + QStringLiteral(TRUEPEER_COMPILER),
                  u"-DCMAKE_PREFIX_PATH="_s + prefix, u"-DTRUEPEER_PREFIX="_s + prefix.chopped(1),
                  u"-DCMAKE_PROJECT_INCLUDE="_s + m_directory.filePath(u"strict.cmake"_s),
                  u"--no-warn-unused-cli"_s});
}

QString tst_Package::build(const QString &source) const
{
    const QString folder =
        m_directory.filePath(QString(u"build-"_s + QFileInfo(source).fileName()));
    const Run configured = configure(source, folder);
    if (configured.exitCode != 0) {
        qWarning("%s", configured.output.constData());
        return {};
    }
    const Run built = cmake({u"--build"_s, folder});
    if (built.exitCode != 0) {
        qWarning("%s", built.output.constData());
        return {};
    }
    return folder;
}

// ---- files ------------------------------------------------------------------------------------

void tst_Package::files_data()
{
    QTest::addColumn<QString>("path");
    for (const char *path :
         {"bin/truepeerd", "include/truepeer/server.h", "share/man/man8/truepeerd.8",
          "share/man/man5/truepeer.toml.5", "share/doc/truepeer/LICENSE",
          "share/doc/truepeer/config/truepeer.example.toml", "share/doc/truepeer/docs/trust.md",
          "share/doc/truepeer/proxies/nginx.conf.in"})
        QTest::newRow(path) << QString::fromLatin1(path);
}

void tst_Package::files()
{
    QFETCH(const QString, path);
    QVERIFY(QFileInfo(inPrefix(path)).size() > 0);
}

void tst_Package::allHeaders()
{
    const QStringList pattern = {u"*.h"_s};
    const QDir source(QStringLiteral(TRUEPEER_SOURCE_DIR "/server/include/truepeer"));
    const QStringList names = source.entryList(pattern, QDir::Files);
    QVERIFY(names.size() >= 7);
    QCOMPARE(QDir(inPrefix(u"include/truepeer"_s)).entryList(pattern, QDir::Files), names);
    for (const QString &name : names) {
        const QByteArray text = contentOf(inPrefix(u"include/truepeer/"_s + name));
        QVERIFY(!text.isEmpty());
        // They need Qt, the standard library and each other.
        QVERIFY2(!text.contains("#include \""), qPrintable(name));
    }
}

void tst_Package::allExamples()
{
    const QString installed = inPrefix(u"share/doc/truepeer/examples/"_s);
    const QString source = QStringLiteral(TRUEPEER_SOURCE_DIR "/resources/examples/");
    int count = 0;
    QDirIterator files(source, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        QCOMPARE(contentOf(installed + path.sliced(source.size())), contentOf(path));
        ++count;
    }
    QVERIFY(count >= 6);
}

void tst_Package::nothingPointsToTheBuild()
{
    const QString folder = QFileInfo(found(u"TruepeerConfig.cmake"_s)).path();
    QVERIFY(folder.endsWith(u"/cmake/Truepeer"_s));
    const QStringList names = QDir(folder).entryList(QDir::Files);
    QVERIFY(names.size() >= 4);
    for (const QString &name : names) {
        const QByteArray text = contentOf(folder + u'/' + name);
        QVERIFY2(!text.contains(TRUEPEER_BUILD_DIR), qPrintable(name));
        QVERIFY2(!text.contains(TRUEPEER_SOURCE_DIR), qPrintable(name));
    }
    const Run header =
        run(u"readelf"_s, {u"--dynamic"_s, u"--wide"_s, found(u"libtruepeer.so.*.*.*"_s)});
    QVERIFY2(header.exitCode == 0, header.output.constData());
    QVERIFY(header.output.contains("Library soname: [libtruepeer.so."));
    QVERIFY2(!header.output.contains(TRUEPEER_BUILD_DIR), header.output.constData());
}

void tst_Package::libraryShowsPublicNamesOnly()
{
    const Run names = run(u"nm"_s, {u"--dynamic"_s, u"--defined-only"_s, u"--demangle"_s,
                                    u"--format=posix"_s, found(u"libtruepeer.so.*.*.*"_s)});
    QVERIFY2(names.exitCode == 0, names.output.constData());
    const QRegularExpression publicName(
        u"^((typeinfo|vtable|typeinfo name) for )?"
        "truepeer::(Client|Request|Response|Room|Server|ServerConfig)(::| |$)"_s);
    int count = 0;
    for (const QByteArray &line : names.output.split('\n')) {
        if (line.isEmpty())
            continue;
        QVERIFY2(publicName.match(QString::fromUtf8(line)).hasMatch(), line.constData());
        ++count;
    }
    QVERIFY(count > 80);
}

void tst_Package::programRuns()
{
    const Run version = run(inPrefix(u"bin/truepeerd"_s), {u"--version"_s});
    QCOMPARE(version.exitCode, 0);
    QCOMPARE(version.output, "truepeerd " TRUEPEER_VERSION "\n"_ba);
}

// ---- users of the library ---------------------------------------------------------------------

void tst_Package::versions_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<bool>("isFound");
    const QStringList parts = QStringLiteral(TRUEPEER_VERSION).split(u'.');
    const QString series = parts[0] + u'.' + parts[1];
    const QString next = parts[0] + u'.' + QString::number(parts[1].toInt() + 1);
    QTest::newRow("this one") << QStringLiteral(TRUEPEER_VERSION) << true;
    QTest::newRow("its series") << series << true;
    QTest::newRow("the next series") << next << false;
    QTest::newRow("a far one") << u"9"_s << false;
}

void tst_Package::versions()
{
    QFETCH(const QString, version);
    QFETCH(const bool, isFound);
    const QString source = m_directory.filePath(QString(u"version-"_s + version));
    const QByteArray project = "cmake_minimum_required(VERSION 3.25)\n"
                               "project(version LANGUAGES CXX)\n"
                               "find_package(Truepeer "_ba
                               + version.toLatin1() + " CONFIG REQUIRED)\n"_ba;
    writeFile(source + u"/CMakeLists.txt"_s, project);
    const Run configured = configure(source, source + u"/build"_s);
    QVERIFY2((configured.exitCode == 0) == isFound, configured.output.constData());
    QVERIFY2(isFound || configured.output.contains("compatible with requested version"),
             configured.output.constData());
}

void tst_Package::consumer()
{
    const QString source = m_directory.filePath(u"consumer"_s);
    const QString data = QStringLiteral(TRUEPEER_TEST_DATA "/consumer");
    writeFile(source + u"/CMakeLists.txt"_s, contentOf(data + u"/CMakeLists.txt"_s));
    writeFile(source + u"/main.cpp"_s, contentOf(data + u"/main.cpp.in"_s));
    const QString built = build(source);
    QVERIFY(QFileInfo(built + u"/app"_s).isExecutable());
    QVERIFY(QFileInfo::exists(built + u"/libheaders.a"_s));
}

void tst_Package::requestDetails()
{
    const QString built = build(inPrefix(u"share/doc/truepeer/examples/request-details"_s));
    Example example(built + u"/request-details"_s);
    QVERIFY2(example.port() != 0, example.complaint().constData());

    const QByteArray forwarded = "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.1.2.3\r\n"
                                 "X-Forwarded-Proto: https\r\n"
                                 "X-Forwarded-Host: shop.example\r\n"_ba;
    const QJsonObject expected{{u"ip_address"_s, u"203.0.113.7"_s},
                               {u"scheme"_s, u"https"_s},
                               {u"host"_s, u"shop.example"_s},
                               {u"port"_s, 443},
                               {u"url"_s, u"https://shop.example/api/request-details?a=b"_s}};
    QCOMPARE(askFor(example.port(), "/api/request-details?a=b"_ba, forwarded), expected);
    const QJsonObject reasons = askFor(example.port(), "/api/why"_ba, forwarded);
    QCOMPARE(trailText(reasons), "127.0.0.1 peer by 127.0.0.1; "
                                 "10.1.2.3 trusted by 10.0.0.0/8 X-Forwarded-For#1; "
                                 "203.0.113.7 client X-Forwarded-For#2; "
                                 "6.6.6.6 unread X-Forwarded-For#3"_ba);
    QCOMPARE(askFor(example.port(), "/api/hello/Ann%20B"_ba),
             QJsonObject({{u"hello"_s, u"Ann B"_s}}));
    QCOMPARE(askFor(example.port(), "/health"_ba).value("status"_L1), u"healthy"_s);
    QCOMPARE(example.stop(), 0);
}

void tst_Package::chat()
{
    const QString source = inPrefix(u"share/doc/truepeer/examples/chat"_s);
    const QString built = build(source);
    Example example(built + u"/chat"_s);
    QVERIFY2(example.port() != 0, example.complaint().constData());

    const HttpResponse page = RawClient(example.port()).exchange(httpGet("/"_ba));
    QCOMPARE(page.status, 200);
    QVERIFY(page.header("content-type").startsWith("text/html"));
    QCOMPARE(page.body, contentOf(source + u"/page.html"_s));

    // Behind a trusted proxy, and without one but with the same claim.
    const QByteArray claim = "X-Forwarded-For: 203.0.113.7\r\n"_ba;
    const auto next = [](EventClient &client, const QString &event) {
        const QJsonObject message = client.readEvent();
        return message["event"_L1] == event ? message["data"_L1].toObject() : QJsonObject();
    };
    EventClient ann(example.port());
    QVERIFY(ann.open("/socket"_ba, QByteArray(claim + "Origin: http://app.example\r\n")));
    QCOMPARE(next(ann, u"chat.welcome"_s)["ip_address"_L1], u"203.0.113.7"_s);
    QCOMPARE(next(ann, u"chat.members"_s)["count"_L1], 1);
    EventClient bob(example.port(), "127.0.0.2"_ba);
    QVERIFY(bob.open("/socket"_ba, claim));
    QCOMPARE(next(bob, u"chat.welcome"_s)["ip_address"_L1], u"127.0.0.2"_s);
    QCOMPARE(next(bob, u"chat.members"_s)["count"_L1], 2);
    QCOMPARE(next(ann, u"chat.members"_s)["count"_L1], 2);

    QVERIFY(ann.sendEvent(u"chat.name"_s, QJsonObject{{u"name"_s, u"  Ann "_s}}));
    QCOMPARE(next(ann, u"chat.welcome"_s)["name"_L1], u"Ann"_s);
    QVERIFY(ann.sendEvent(u"chat.message"_s, QJsonObject{{u"text"_s, u" hello "_s}}));
    for (EventClient *client : {&ann, &bob}) {
        const QJsonObject message = next(*client, u"chat.message"_s);
        QCOMPARE(message["text"_L1], u"hello"_s);
        QCOMPARE(message["from"_L1]["ip_address"_L1], u"203.0.113.7"_s);
        QCOMPARE(message["from"_L1]["name"_L1], u"Ann"_s);
    }
    QVERIFY(bob.close());
    QCOMPARE(next(ann, u"chat.members"_s)["count"_L1], 1);

    EventClient foreign(example.port());
    QVERIFY(!foreign.open("/socket"_ba, "Origin: http://evil.example\r\n"_ba));
    QCOMPARE(foreign.response().status, 403);
    QCOMPARE(example.stop(), 0);
}

QTEST_GUILESS_MAIN(tst_Package)
#include "tst_package.moc"
