// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/csv.h"

#include "gui/models/roles.h"

#include <QAbstractItemModel>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

bool isNumber(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::Double:
        return true;
    default:
        return false;
    }
}

// Spreadsheets look behind leading blanks, and take a tab or a line end for the start of a cell.
bool looksLikeFormula(const QString &text)
{
    const QString inside = text.trimmed();
    if (!inside.isEmpty() && u"=+-@\uff1d\uff0b\uff0d\uff20"_s.contains(inside.front()))
        return true;
    return !text.isEmpty() && (text.front() == u'\t' || text.front() == u'\r');
}

QByteArray field(QString text)
{
    const bool quote = text.contains(u',') || text.contains(u'"') || text.contains(u'\n')
                       || text.contains(u'\r') || text.startsWith(u' ') || text.endsWith(u' ');
    if (quote)
        text = u'"' + text.replace(u'"', u"\"\""_s) + u'"';
    return text.toUtf8();
}

QByteArray cell(const QVariant &value)
{
    const QString text = value.toString();
    // A negative number is a number; only text can be a formula.
    return field(!isNumber(value) && looksLikeFormula(text) ? QString(u'\'' + text) : text);
}

} // namespace

QByteArray toCsv(const QAbstractItemModel &model)
{
    const int columns = model.columnCount();
    QByteArray csv;
    const auto append = [&csv, columns](int column, const QVariant &value) {
        csv += cell(value);
        csv += column + 1 < columns ? ","_ba : "\r\n"_ba;
    };
    for (int column = 0; column < columns; ++column)
        append(column, model.headerData(column, Qt::Horizontal));
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = 0; column < columns; ++column) {
            const QModelIndex index = model.index(row, column);
            const QVariant value = index.data(ExportRole);
            append(column, value.isValid() ? value : index.data());
        }
    }
    return csv;
}

} // namespace truepeer
