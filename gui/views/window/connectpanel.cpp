// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/connectpanel.h"

#include "gui/models/recentservers.h"
#include "gui/views/window/serverdelegate.h"
#include "gui/widgets/codebox.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QDir>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxVisibleRows = 5;
constexpr quint16 DefaultPort = 6001;

QLabel *plainLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QLabel *titleLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    QFont font = parent->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

// As high as its rows, up to some.
void fitHeight(QListView *list)
{
    const int rows = qMin(list->model()->rowCount(), MaxVisibleRows);
    list->setVisible(rows > 0);
    if (rows > 0)
        list->setFixedHeight(rows * list->sizeHintForRow(0) + 2 * list->frameWidth());
}

} // namespace

ConnectPanel::ConnectPanel(const QStringList &socketDirectories, RecentServers &recent,
                           QWidget *parent)
    : QWidget(parent)
    , m_finder(socketDirectories)
    , m_recent(recent)
{
    setObjectName(u"connectPanel"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid);
    addFound(layout);
    layout->addSpacing(Grid);
    addRecent(layout);
    layout->addSpacing(Grid);
    addFields(layout);
    for (QAbstractItemModel *model :
         std::initializer_list<QAbstractItemModel *>{&m_finder, &m_recent}) {
        connect(model, &QAbstractItemModel::rowsInserted, this, &ConnectPanel::update);
        connect(model, &QAbstractItemModel::rowsRemoved, this, &ConnectPanel::update);
    }
    connect(&m_finder, &ServerFinder::settled, this, [this] {
        update();
        Q_EMIT settled();
    });
    update();
}

ConnectPanel::~ConnectPanel() = default;

bool ConnectPanel::isTouched() const
{
    return m_path->isModified() || m_host->isModified() || m_remotePath->isModified();
}

void ConnectPanel::focusFirst()
{
    if (m_found->isVisible())
        m_found->setFocus();
    else if (m_recentList->isVisible())
        m_recentList->setFocus();
    else
        m_path->setFocus();
}

void ConnectPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_finder.setActive(true);
}

void ConnectPanel::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_finder.setActive(false);
}

QListView *ConnectPanel::makeList(const QString &name, QAbstractItemModel *model, int detailRole)
{
    auto *list = new QListView(this);
    list->setObjectName(name);
    list->setModel(model);
    list->setItemDelegate(new ServerDelegate(detailRole, list));
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    return list;
}

void ConnectPanel::addFound(QVBoxLayout *layout)
{
    layout->addWidget(titleLabel(u"Servers on this machine"_s, this));
    m_found = makeList(u"foundServers"_s, &m_finder, ServerFinder::DetailRole);
    m_found->setAccessibleName(u"Servers on this machine"_s);
    layout->addWidget(m_found);
    const auto choose = [this](const QModelIndex &index) {
        want({index.data(KeyRole).toString(), {}});
    };
    connect(m_found, &QListView::clicked, this, choose);
    auto *enter = new QAction(m_found);
    enter->setShortcuts({Qt::Key_Return, Qt::Key_Enter});
    enter->setShortcutContext(Qt::WidgetShortcut);
    m_found->addAction(enter);
    connect(enter, &QAction::triggered, this, [this, choose] { choose(m_found->currentIndex()); });

    m_nothing = plainLabel({}, this);
    m_nothing->setObjectName(u"nothingFound"_s);
    m_nothing->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_startCommand = new CodeBox(2, this);
    m_startCommand->setText(u"sudo systemctl start truepeerd"_s);
    layout->addWidget(m_nothing);
    layout->addWidget(m_startCommand);
}

void ConnectPanel::addRecent(QVBoxLayout *layout)
{
    m_recentTitle = titleLabel(u"Recent"_s, this);
    m_recentList = makeList(u"recentServers"_s, &m_recent, -1);
    m_recentList->setAccessibleName(u"Recent servers"_s);
    layout->addWidget(m_recentTitle);
    layout->addWidget(m_recentList);
    const auto choose = [this](const QModelIndex &index) {
        if (index.isValid())
            want(m_recent.addresses().at(index.row()));
    };
    connect(m_recentList, &QListView::clicked, this, choose);
    auto *enter = new QAction(m_recentList);
    enter->setShortcuts({Qt::Key_Return, Qt::Key_Enter});
    auto *forget = new QAction(m_recentList);
    forget->setShortcut(Qt::Key_Delete);
    for (QAction *action : {enter, forget}) {
        action->setShortcutContext(Qt::WidgetShortcut);
        m_recentList->addAction(action);
    }
    connect(enter, &QAction::triggered, this,
            [this, choose] { choose(m_recentList->currentIndex()); });
    connect(forget, &QAction::triggered, this, [this] {
        const QModelIndex index = m_recentList->currentIndex();
        if (index.isValid())
            m_recent.forget(ServerAddress(m_recent.addresses().at(index.row())));
    });
    m_recentList->setToolTip(u"Enter connects, Delete forgets"_s);
}

void ConnectPanel::addFields(QVBoxLayout *layout)
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(Grid);
    grid->setVerticalSpacing(Grid);
    const auto addRow = [this, grid](int row, const QString &title, const QString &name,
                                     const QString &placeholder) {
        auto *label = new QLabel(title, this);
        auto *edit = new QLineEdit(this);
        edit->setObjectName(name);
        edit->setFont(monospaceFont());
        edit->setPlaceholderText(placeholder);
        label->setBuddy(edit);
        grid->addWidget(label, row, 0);
        grid->addWidget(edit, row, 1);
        return edit;
    };
    const auto addButton = [this, grid](int row, const QString &text, const QString &name) {
        auto *button = new QPushButton(text, this);
        button->setObjectName(name);
        button->setAutoDefault(false);
        grid->addWidget(button, row, 2);
        return button;
    };
    grid->addWidget(titleLabel(u"Another socket"_s, this), 0, 0, 1, 3);
    m_path = addRow(1, u"&Path"_s, u"pathEdit"_s, systemSocket(DefaultPort));
    QPushButton *open = addButton(1, u"&Connect"_s, u"connectButton"_s);
    grid->addWidget(titleLabel(u"Another machine, by ssh"_s, this), 2, 0, 1, 3);
    m_host = addRow(3, u"&Host"_s, u"hostEdit"_s, u"user@host, or a name of ~/.ssh/config"_s);
    m_remotePath = addRow(4, u"&Socket there"_s, u"remotePathEdit"_s, {});
    m_remotePath->setText(systemSocket(DefaultPort));
    QPushButton *tunnel = addButton(4, u"Connect by ss&h"_s, u"sshButton"_s);
    layout->addLayout(grid);
    m_problem = plainLabel({}, this);
    m_problem->setObjectName(u"addressProblem"_s);
    m_problem->hide();
    layout->addWidget(m_problem);
    connect(open, &QPushButton::clicked, this, &ConnectPanel::wantTyped);
    connect(m_path, &QLineEdit::returnPressed, this, &ConnectPanel::wantTyped);
    connect(tunnel, &QPushButton::clicked, this, &ConnectPanel::wantRemote);
    connect(m_host, &QLineEdit::returnPressed, this, &ConnectPanel::wantRemote);
    connect(m_remotePath, &QLineEdit::returnPressed, this, &ConnectPanel::wantRemote);
}

void ConnectPanel::update()
{
    fitHeight(m_found);
    fitHeight(m_recentList);
    const bool hasRecent = m_recent.rowCount() > 0;
    m_recentTitle->setVisible(hasRecent);
    const bool isEmpty = m_finder.rowCount() == 0;
    const bool isIdle = isEmpty || (m_finder.isSettled() && m_finder.reachable().isEmpty());
    const QString places = m_finder.directories().join(u" and "_s);
    QString text = isEmpty ? u"There is no admin socket in %1."_s.arg(places)
                           : u"None of these servers can be reached."_s;
    if (m_startHint)
        text += u" Start one; it is listed here as soon as it runs."_s;
    m_nothing->setText(text);
    m_nothing->setVisible(isIdle);
    m_startCommand->setVisible(isIdle && m_startHint);
}

void ConnectPanel::setStartHint(bool wanted)
{
    if (wanted == m_startHint)
        return;
    m_startHint = wanted;
    update();
}

void ConnectPanel::want(const ServerAddress &address)
{
    const QString problem = problemOf(address);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, toneColor(Tone::Error, colors));
    m_problem->setPalette(colors);
    if (problem.isEmpty())
        Q_EMIT connectWanted(address);
}

void ConnectPanel::wantTyped()
{
    QString path = m_path->text().trimmed();
    if (path.startsWith("~/"_L1))
        path = QDir::homePath() + path.mid(1);
    want({path, {}});
}

void ConnectPanel::wantRemote()
{
    const QString host = m_host->text().trimmed();
    if (host.isEmpty()) {
        m_host->setFocus();
        return;
    }
    want({m_remotePath->text().trimmed(), host});
}

} // namespace truepeer
