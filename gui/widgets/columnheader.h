// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QHeaderView>
#include <QTimer>

class QMenu;

namespace truepeer {

// ColumnHeader is the header of a TableView. It keeps which columns are shown, in which order and
// how wide, in the settings, by their names: so they outlive columns that come and go with the
// version of the program. One column takes the room that is left.
class ColumnHeader final : public QHeaderView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ColumnHeader)

public:
    ColumnHeader(const QString &settingsGroup, QWidget *parent);
    ~ColumnHeader() override; // saves what is not saved yet

    void setModel(QAbstractItemModel *model) override;
    void setHiddenByDefault(const QStringList &columns);
    void setStretchColumn(int column);
    void fitStretchColumn();
    void showSort(const QString &column, Qt::SortOrder order);

    QList<int> shownColumns() const; // in their order
    int firstShownColumn() const;    // 0 if there is none
    // What the right mouse button shows: a column each, checked if it is shown.
    QMenu *createMenu();
    void fillMenu(QMenu &menu); // with the same

Q_SIGNALS:
    void sortWanted(const QString &column, Qt::SortOrder order);

protected:
    void initStyleOptionForIndex(QStyleOptionHeader *option, int column) const override;
    void paintSection(QPainter *painter, const QRect &rect, int column) const override;
    QSize sectionSizeFromContents(int column) const override;

private:
    QString nameOf(int column) const;
    int columnOf(const QString &name) const; // -1: there is none
    bool isNumeric(int column) const;
    int stretchColumn() const; // -1: nothing is shown
    int goodWidth(int column) const;
    void setWidths(const QHash<int, int> &saved);
    void sampleRows();
    void resetColumns();
    void restoreColumns();
    void setDefaults();
    void noteResized(int column, int width);
    void noteChanged();
    void saveColumns();
    void sortClicked(int column);
    void showSortIndicator();

    const QString m_group;
    QStringList m_hiddenByDefault;
    int m_stretchColumn = -1;
    QHash<int, int> m_widths;   // that each column wants; the stretched one may be wider
    bool m_isSampled = false;   // the widths are of real rows, or of the operator
    bool m_isArranging = false; // it is us who changes the columns
    QTimer m_save;
    QString m_sortColumn; // its name; empty: not sorted
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace truepeer
