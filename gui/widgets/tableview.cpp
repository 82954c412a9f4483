// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/tableview.h"

#include "gui/models/roles.h"
#include "gui/widgets/celldelegate.h"
#include "gui/widgets/columnheader.h"
#include "gui/widgets/exporting.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QActionEvent>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString oneCell(const QVariant &value)
{
    QString text = value.toString();
    for (const QChar separator : u"\t\n\r"_s)
        text.replace(separator, u' ');
    return text;
}

} // namespace

TableView::TableView(const QString &name, QWidget *parent)
    : QTableView(parent)
    , m_delegate(new CellDelegate(this))
    , m_header(new ColumnHeader(u"columns/"_s + name, this))
    , m_beforeColumns(new QAction(this))
    , m_columns(new QAction(u"Co&lumns"_s, this))
{
    setObjectName(name);
    setHorizontalHeader(m_header);
    setItemDelegate(m_delegate);
    setShowGrid(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    fitRows();

    // Also by the keyboard: the header cannot have the focus.
    auto *columns = new QMenu(this);
    connect(columns, &QMenu::aboutToShow, this, [this, columns] { m_header->fillMenu(*columns); });
    m_columns->setMenu(columns);
    m_beforeColumns->setSeparator(true);
    addActions({m_beforeColumns, m_columns});
    setContextMenuPolicy(Qt::ActionsContextMenu);

    connect(m_header, &ColumnHeader::sortWanted, this, &TableView::sortWanted);
    connect(this, &QTableView::doubleClicked, this,
            [this](const QModelIndex &index) { Q_EMIT rowActivated(keyOf(index.row())); });
}

TableView::~TableView() = default;

void TableView::setModel(QAbstractItemModel *model)
{
    if (this->model())
        disconnect(this->model(), nullptr, viewport(), nullptr);
    QTableView::setModel(model);
    if (!model)
        return;
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TableView::selectedKeysChanged);
    // The placeholder comes and goes.
    const auto repaint = qOverload<>(&QWidget::update);
    connect(model, &QAbstractItemModel::rowsInserted, viewport(), repaint);
    connect(model, &QAbstractItemModel::rowsRemoved, viewport(), repaint);
}

void TableView::setHiddenByDefault(const QStringList &columns)
{
    m_header->setHiddenByDefault(columns);
}

void TableView::setStretchColumn(int column)
{
    m_header->setStretchColumn(column);
}

void TableView::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    setAccessibleDescription(text);
    viewport()->update();
}

void TableView::showSort(const QString &column, Qt::SortOrder order)
{
    m_header->showSort(column, order);
}

QString TableView::keyOf(int row) const
{
    return model() ? model()->index(row, 0).data(KeyRole).toString() : QString();
}

QList<int> TableView::selectedRows() const
{
    QList<int> rows;
    if (selectionModel()) {
        for (const QItemSelectionRange &range : selectionModel()->selection())
            for (int row = range.top(); row <= range.bottom(); ++row)
                rows.append(row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

QStringList TableView::selectedKeys() const
{
    QStringList keys;
    for (const int row : selectedRows())
        keys.append(keyOf(row));
    return keys;
}

void TableView::selectKey(const QString &key)
{
    if (!model())
        return;
    for (int row = 0; row < model()->rowCount(); ++row) {
        if (keyOf(row) != key)
            continue;
        const QModelIndex index = model()->index(row, m_header->firstShownColumn());
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect
                                                     | QItemSelectionModel::Rows);
        scrollTo(index);
        return;
    }
}

void TableView::copySelection() const
{
    const QList<int> columns = m_header->shownColumns();
    QStringList lines;
    for (const int row : selectedRows()) {
        QStringList cells;
        for (const int column : columns) {
            const QModelIndex index = model()->index(row, column);
            const QVariant value = index.data(ExportRole);
            cells.append(oneCell(value.isValid() ? value : index.data()));
        }
        lines.append(cells.join(u'\t'));
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

bool TableView::exportCsv(const QString &suggestedName)
{
    return model() && truepeer::exportCsv(this, *model(), suggestedName);
}

void TableView::actionEvent(QActionEvent *event)
{
    QTableView::actionEvent(event);
    const QList<QAction *> last = {m_beforeColumns, m_columns};
    if (event->type() != QEvent::ActionAdded || last.contains(event->action()))
        return;
    for (QAction *action : last)
        removeAction(action);
    addActions(last);
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    const bool enters = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const bool wantsMenu = event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier;
    if (wantsMenu) { // Qt knows the menu key only
        event->accept();
        const QPoint place = visualRect(currentIndex()).center() + viewport()->pos();
        QContextMenuEvent menu(QContextMenuEvent::Keyboard, place, mapToGlobal(place));
        QCoreApplication::sendEvent(this, &menu);
    } else if (event->matches(QKeySequence::Copy)) {
        copySelection();
        event->accept();
    } else if (enters && !(event->modifiers() & ~Qt::KeypadModifier) && currentIndex().isValid()) {
        Q_EMIT rowActivated(keyOf(currentIndex().row()));
        event->accept();
    } else {
        QTableView::keyPressEvent(event);
    }
}

void TableView::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    if (m_placeholder.isEmpty() || (model() && model()->rowCount() > 0))
        return;
    QPainter painter(viewport());
    painter.setPen(toneColor(Tone::Muted, palette()));
    const QRect room = viewport()->rect().adjusted(3 * Grid, 2 * Grid, -3 * Grid, -2 * Grid);
    painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
}

void TableView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        m_delegate->applyFonts();
        fitRows();
    }
}

void TableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    m_header->fitStretchColumn();
}

void TableView::fitRows()
{
    const int text = std::max(fontMetrics().height(), QFontMetrics(monospaceFont()).height());
    verticalHeader()->setMinimumSectionSize(text);
    verticalHeader()->setDefaultSectionSize(text + Grid);
}

} // namespace truepeer
