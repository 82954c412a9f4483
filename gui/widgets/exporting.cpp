// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/exporting.h"

#include "gui/models/csv.h"
#include "gui/models/wholefile.h"

#include <QAbstractItemModel>
#include <QBuffer>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPixmap>
#include <QPointer>
#include <QSettings>
#include <QStandardPaths>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto FolderKey = "export/folder"_L1;

QString folder()
{
    const QString last = QSettings().value(FolderKey).toString();
    if (!last.isEmpty() && QFileInfo(last).isDir())
        return last;
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
}

QString askForFile(QWidget *parent, const QString &suggestedName, const QString &suffix,
                   const QString &filter)
{
    QString name = suggestedName;
    if (!name.endsWith(suffix))
        name += suffix;
    QString path =
        QFileDialog::getSaveFileName(parent, u"Export"_s, QDir(folder()).filePath(name), filter);
    if (path.isEmpty())
        return {};
    QSettings().setValue(FolderKey, QFileInfo(path).absolutePath());
    return path;
}

bool write(QWidget *parent, const QString &path, const QByteArray &data)
{
    const QString problem = writeWhole(path, data);
    if (problem.isEmpty())
        return true;
    auto *box =
        new QMessageBox(QMessageBox::Warning, u"Not exported"_s, {}, QMessageBox::Close, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setText(u"The file could not be written."_s);
    box->setInformativeText(QDir::toNativeSeparators(path) + u": "_s + problem);
    box->open();
    return false;
}

} // namespace

// What is exported is what the operator saw when he asked for it: it goes on while the dialog is
// open, and the widgets may even be gone at its end.

bool exportCsv(QWidget *parent, const QAbstractItemModel &model, const QString &suggestedName)
{
    const QByteArray csv = toCsv(model);
    const QPointer<QWidget> guard(parent);
    const QString path = askForFile(parent, suggestedName, u".csv"_s, u"CSV tables (*.csv)"_s);
    return !path.isEmpty() && write(guard, path, csv);
}

bool exportPng(QWidget *parent, QWidget &widget, const QString &suggestedName)
{
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    widget.grab().save(&buffer, "PNG");
    const QPointer<QWidget> guard(parent);
    const QString path = askForFile(parent, suggestedName, u".png"_s, u"PNG pictures (*.png)"_s);
    return !path.isEmpty() && write(guard, path, png);
}

} // namespace truepeer
