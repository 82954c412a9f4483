// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/columnheader.h"

#include "gui/models/roles.h"
#include "gui/widgets/theme.h"

#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QSettings>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int SampledRows = 30;
constexpr int LeastStretchedChars = 20;
constexpr int SaveAfterMs = 1000; // a drag is many changes
constexpr auto OrderKey = "order"_L1;
constexpr auto WidthsKey = "widths"_L1;
constexpr auto HiddenKey = "hidden"_L1;

} // namespace

ColumnHeader::ColumnHeader(const QString &settingsGroup, QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
    , m_group(settingsGroup)
{
    setSectionsClickable(true);
    setSectionsMovable(true);
    setHighlightSections(false);
    setSortIndicatorShown(false);
    setSectionResizeMode(Interactive);
    setTextElideMode(Qt::ElideRight);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setMinimumSectionSize(4 * Grid);
    setContextMenuPolicy(Qt::CustomContextMenu);
    m_save.setSingleShot(true);

    connect(&m_save, &QTimer::timeout, this, &ColumnHeader::saveColumns);
    connect(this, &QHeaderView::sectionClicked, this, &ColumnHeader::sortClicked);
    connect(this, &QHeaderView::sectionMoved, this, &ColumnHeader::noteChanged);
    connect(this, &QHeaderView::sectionCountChanged, this, &ColumnHeader::restoreColumns);
    connect(this, &QHeaderView::sectionResized, this,
            [this](int column, int, int width) { noteResized(column, width); });
    connect(this, &QWidget::customContextMenuRequested, this, [this](const QPoint &position) {
        QMenu *menu = createMenu();
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->popup(mapToGlobal(position));
    });
}

ColumnHeader::~ColumnHeader()
{
    if (m_save.isActive())
        saveColumns();
}

void ColumnHeader::setModel(QAbstractItemModel *model)
{
    if (model == this->model())
        return;
    if (m_save.isActive())
        saveColumns();
    if (this->model())
        disconnect(this->model(), &QAbstractItemModel::rowsInserted, this,
                   &ColumnHeader::sampleRows);
    QHeaderView::setModel(model);
    if (!model)
        return;
    connect(model, &QAbstractItemModel::rowsInserted, this, &ColumnHeader::sampleRows);
    restoreColumns();
}

QString ColumnHeader::nameOf(int column) const
{
    const QString name = model()->headerData(column, Qt::Horizontal, ColumnNameRole).toString();
    return name.isEmpty() ? model()->headerData(column, Qt::Horizontal).toString() : name;
}

int ColumnHeader::columnOf(const QString &name) const
{
    for (int column = 0; column < count(); ++column)
        if (nameOf(column) == name)
            return column;
    return -1;
}

bool ColumnHeader::isNumeric(int column) const
{
    return model()->headerData(column, Qt::Horizontal, NumericRole).toBool()
           || model()->index(0, column).data(NumericRole).toBool();
}

QList<int> ColumnHeader::shownColumns() const
{
    QList<int> columns;
    for (int visual = 0; visual < count(); ++visual)
        if (!isSectionHidden(logicalIndex(visual)))
            columns.append(logicalIndex(visual));
    return columns;
}

int ColumnHeader::firstShownColumn() const
{
    const QList<int> columns = shownColumns();
    return columns.isEmpty() ? 0 : columns.first();
}

void ColumnHeader::restoreColumns()
{
    if (!model() || count() == 0)
        return;
    QSettings settings;
    settings.beginGroup(m_group);
    const QStringList order = settings.value(OrderKey).toStringList();
    const QStringList widths = settings.value(WidthsKey).toStringList();
    const QStringList hidden = settings.value(HiddenKey).toStringList();
    setDefaults();
    QScopedValueRollback arranging(m_isArranging, true);
    QHash<int, int> saved;
    int visual = 0;
    for (qsizetype at = 0; at < order.size(); ++at) {
        const int column = columnOf(order[at]);
        if (column < 0)
            continue;
        moveSection(visualIndex(column), visual++);
        setSectionHidden(column, hidden.contains(order[at]));
        if (const int width = at < widths.size() ? widths[at].toInt() : 0; width > 0)
            saved.insert(column, width);
    }
    if (shownColumns().isEmpty())
        setSectionHidden(0, false);
    m_isSampled = !saved.isEmpty() || model()->rowCount() > 0;
    setWidths(saved);
    showSortIndicator();
}

void ColumnHeader::setDefaults()
{
    QScopedValueRollback arranging(m_isArranging, true);
    for (int column = 0; column < count(); ++column) {
        moveSection(visualIndex(column), column);
        setSectionHidden(column, m_hiddenByDefault.contains(nameOf(column)));
    }
    m_isSampled = false;
}

void ColumnHeader::setWidths(const QHash<int, int> &saved)
{
    QScopedValueRollback arranging(m_isArranging, true);
    m_widths.clear();
    for (int column = 0; column < count(); ++column) {
        const int width = saved.value(column, 0);
        m_widths.insert(column, width > 0 ? width : goodWidth(column));
        if (!isSectionHidden(column))
            resizeSection(column, m_widths.value(column));
    }
    fitStretchColumn();
}

void ColumnHeader::sampleRows()
{
    if (m_isSampled || !model() || model()->rowCount() == 0)
        return;
    m_isSampled = true;
    setWidths({});
}

// Of the heading and the first rows: looking at all of them takes too long.
int ColumnHeader::goodWidth(int column) const
{
    const QFontMetrics normal(font());
    const QFontMetrics monospace(monospaceFont());
    const int arrow = style()->pixelMetric(QStyle::PM_HeaderMarkSize, nullptr, this);
    const QString title = model()->headerData(column, Qt::Horizontal).toString();
    int width = normal.horizontalAdvance(title) + arrow + Grid;
    const int rows = std::min(model()->rowCount(), SampledRows);
    for (int row = 0; row < rows; ++row) {
        const QModelIndex index = model()->index(row, column);
        const QFontMetrics &metrics = index.data(MonospaceRole).toBool() ? monospace : normal;
        const int decoration = index.data(Qt::DecorationRole).isValid() ? 3 * Grid : 0;
        width = std::max(width, metrics.horizontalAdvance(index.data().toString()) + decoration);
    }
    return std::clamp(width + 3 * Grid, 7 * Grid, 40 * normal.averageCharWidth());
}

void ColumnHeader::setHiddenByDefault(const QStringList &columns)
{
    m_hiddenByDefault = columns;
    if (model())
        restoreColumns();
}

void ColumnHeader::setStretchColumn(int column)
{
    m_stretchColumn = column;
    fitStretchColumn();
}

int ColumnHeader::stretchColumn() const
{
    if (m_stretchColumn >= 0 && m_stretchColumn < count() && !isSectionHidden(m_stretchColumn))
        return m_stretchColumn;
    const QList<int> columns = shownColumns();
    return columns.isEmpty() ? -1 : columns.last();
}

// QHeaderView's own stretching squeezes the column to nothing when there is no room.
void ColumnHeader::fitStretchColumn()
{
    const auto *table = qobject_cast<QAbstractScrollArea *>(parentWidget());
    if (!model() || count() == 0 || !table)
        return;
    QScopedValueRollback arranging(m_isArranging, true);
    const int stretched = stretchColumn();
    int used = 0;
    for (const int column : shownColumns()) {
        if (column == stretched)
            continue;
        if (const int width = m_widths.value(column); width > 0 && sectionSize(column) != width)
            resizeSection(column, width);
        used += sectionSize(column);
    }
    if (stretched < 0)
        return;
    // It gives way before others are pushed out, but not so far that nothing of it can be read.
    const int least =
        std::min(m_widths.value(stretched), LeastStretchedChars * fontMetrics().averageCharWidth());
    resizeSection(stretched, std::max(least, table->viewport()->width() - used));
}

void ColumnHeader::noteResized(int column, int width)
{
    if (m_isArranging || width == 0)
        return;
    m_widths.insert(column, width);
    m_isSampled = true;
    noteChanged();
    // Not at once: the header is in the middle of a drag.
    QMetaObject::invokeMethod(this, &ColumnHeader::fitStretchColumn, Qt::QueuedConnection);
}

void ColumnHeader::noteChanged()
{
    if (!m_isArranging)
        m_save.start(SaveAfterMs);
}

void ColumnHeader::saveColumns()
{
    m_save.stop();
    if (!model() || count() == 0)
        return;
    QStringList order;
    QStringList widths;
    QStringList hidden;
    for (int visual = 0; visual < count(); ++visual) {
        const int column = logicalIndex(visual);
        order.append(nameOf(column));
        widths.append(QString::number(m_widths.value(column)));
        if (isSectionHidden(column))
            hidden.append(nameOf(column));
    }
    QSettings settings;
    settings.beginGroup(m_group);
    settings.setValue(OrderKey, order);
    settings.setValue(WidthsKey, widths);
    settings.setValue(HiddenKey, hidden);
}

void ColumnHeader::resetColumns()
{
    m_save.stop();
    QSettings().remove(m_group);
    restoreColumns();
}

QMenu *ColumnHeader::createMenu()
{
    auto *menu = new QMenu(this);
    fillMenu(*menu);
    return menu;
}

void ColumnHeader::fillMenu(QMenu &menu)
{
    menu.clear();
    const qsizetype shown = shownColumns().size();
    for (int visual = 0; visual < count(); ++visual) {
        const int column = logicalIndex(visual);
        QString title = model()->headerData(column, Qt::Horizontal).toString();
        QAction *action = menu.addAction(title.replace(u'&', u"&&"_s));
        action->setCheckable(true);
        action->setChecked(!isSectionHidden(column));
        action->setEnabled(isSectionHidden(column) || shown > 1);
        connect(action, &QAction::toggled, this, [this, column](bool checked) {
            setSectionHidden(column, !checked);
            if (checked)
                resizeSection(column, std::max(m_widths.value(column), minimumSectionSize()));
            noteChanged();
            fitStretchColumn();
        });
    }
    menu.addSeparator();
    connect(menu.addAction(u"&Reset columns"_s), &QAction::triggered, this,
            &ColumnHeader::resetColumns);
}

void ColumnHeader::showSort(const QString &column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    showSortIndicator();
}

void ColumnHeader::showSortIndicator()
{
    const int column = model() && !m_sortColumn.isEmpty() ? columnOf(m_sortColumn) : -1;
    setSortIndicatorShown(column >= 0);
    setSortIndicator(column, m_sortOrder);
}

void ColumnHeader::sortClicked(int column)
{
    showSortIndicator(); // Qt has moved it, but nothing is sorted yet
    const QString name = model()->headerData(column, Qt::Horizontal, ColumnNameRole).toString();
    if (name.isEmpty())
        return;
    const QVariant first = model()->headerData(column, Qt::Horizontal, Qt::InitialSortOrderRole);
    Qt::SortOrder order = first.isValid() ? first.value<Qt::SortOrder>() : Qt::AscendingOrder;
    if (name == m_sortColumn)
        order = m_sortOrder == Qt::AscendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder;
    Q_EMIT sortWanted(name, order);
}

void ColumnHeader::initStyleOptionForIndex(QStyleOptionHeader *option, int column) const
{
    QHeaderView::initStyleOptionForIndex(option, column);
    const bool isAligned =
        model()->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).isValid();
    if (!isAligned && isNumeric(column))
        option->textAlignment = Qt::AlignRight | Qt::AlignVCenter;
}

// As the style's CE_Header, but the heading stands over the text of the cells, which CellDelegate
// moves inside.
void ColumnHeader::paintSection(QPainter *painter, const QRect &rect, int column) const
{
    if (!rect.isValid())
        return;
    QStyleOptionHeaderV2 option;
    initStyleOption(&option);
    option.rect = rect;
    initStyleOptionForIndex(&option, column);
    painter->save();
    painter->setClipRect(rect);
    style()->drawControl(QStyle::CE_HeaderSection, &option, painter, this);
    option.rect.adjust(Grid / 2 + 1, 0, -(Grid / 2 + 1), 0);
    QStyleOptionHeaderV2 part = option;
    part.rect = style()->subElementRect(QStyle::SE_HeaderLabel, &option, this);
    if (part.rect.isValid())
        style()->drawControl(QStyle::CE_HeaderLabel, &part, painter, this);
    if (option.sortIndicator != QStyleOptionHeader::None) {
        part.rect = style()->subElementRect(QStyle::SE_HeaderArrow, &option, this);
        style()->drawPrimitive(QStyle::PE_IndicatorHeaderArrow, &part, painter, this);
    }
    painter->restore();
}

QSize ColumnHeader::sectionSizeFromContents(int column) const
{
    return QHeaderView::sectionSizeFromContents(column) + QSize(Grid, Grid / 2);
}

} // namespace truepeer
