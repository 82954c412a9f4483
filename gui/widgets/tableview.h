// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TableView is the one look and behaviour of the dashboard's tables: rows without grid lines,
// cells by ModelRole, a column chooser on the header, saved columns, copying and CSV. The actions
// added to a table are its context menu, and the column chooser is at the end of it. The view
// never sorts by itself: a click on a header says sortWanted(), and the model asks the server, or
// sorts, and reports with showSort().
#pragma once

#include <QTableView>

namespace truepeer {

class CellDelegate;
class ColumnHeader;

class TableView : public QTableView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TableView)

public:
    // `name` is where the columns are saved, and the object name.
    explicit TableView(const QString &name, QWidget *parent = nullptr);
    ~TableView() override;

    // Restores the saved columns.
    void setModel(QAbstractItemModel *model) override;
    // By ColumnNameRole; until the operator chooses others.
    void setHiddenByDefault(const QStringList &columns);
    // The column whose width follows the window; the last one otherwise.
    void setStretchColumn(int column);
    // What stands in the table's place while it has no rows.
    void setPlaceholder(const QString &text);
    void showSort(const QString &column, Qt::SortOrder order);

    QStringList selectedKeys() const; // KeyRole of the selected rows, in their order
    void selectKey(const QString &key);
    void copySelection() const; // tab-separated, as shown
    // Asks for a file; false when the operator gave up or it could not be written (which it tells).
    bool exportCsv(const QString &suggestedName);

Q_SIGNALS:
    void sortWanted(const QString &column, Qt::SortOrder order);
    void selectedKeysChanged();
    void rowActivated(const QString &key); // Enter or double click

protected:
    void actionEvent(QActionEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QString keyOf(int row) const;
    QList<int> selectedRows() const;
    void fitRows();

    CellDelegate *m_delegate;
    ColumnHeader *m_header;
    QAction *m_beforeColumns; // the last two of the context menu
    QAction *m_columns;
    QString m_placeholder;
};

} // namespace truepeer
