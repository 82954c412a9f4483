// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/clients/headerlist.h"

#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int HeaderMark = 16;

QLabel *selectable(const QString &text, const QFont &font, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setWordWrap(true);
    label->setFont(font);
    return label;
}

// One line that scrolls: values have no places to wrap at, and are to be copied as they are.
QLineEdit *valueLine(const QString &value, QWidget *parent)
{
    auto *line = new QLineEdit(value, parent);
    line->setReadOnly(true);
    line->setFrame(false);
    line->setFont(monospaceFont());
    line->setCursorPosition(0);
    line->setToolTip(value.toHtmlEscaped());
    QPalette colours = line->palette();
    colours.setColor(QPalette::Base, Qt::transparent);
    line->setPalette(colours);
    return line;
}

} // namespace

HeaderList::HeaderList(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(Grid);
    m_grid->setVerticalSpacing(Grid / 2);
    m_grid->setColumnStretch(1, 1);
}

HeaderList::~HeaderList() = default;

void HeaderList::setHeaders(const QList<ClientDetail::Header> &headers)
{
    if (headers == m_headers)
        return;
    m_headers = headers;
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int row = 0;
    for (const ClientDetail::Header &header : headers) {
        auto *mark = new QLabel(this);
        mark->setPixmap(tonePixmap(header.isUsed ? Glyph::Ok : Glyph::Remove,
                                   header.isUsed ? Tone::Ok : Tone::Muted, HeaderMark, *this));
        mark->setAccessibleName(header.isUsed ? u"used"_s : u"ignored"_s);
        const QString verdict = header.isUsed ? u"used: "_s : u"ignored: "_s;
        m_grid->addWidget(mark, row, 0, Qt::AlignTop);
        QFont bold = font();
        bold.setBold(true);
        m_grid->addWidget(selectable(header.name, bold, this), row++, 1);
        m_grid->addWidget(selectable(verdict + header.reason, smallFont(font()), this), row++, 1);
        QLineEdit *value = valueLine(header.value, this);
        value->setAccessibleName(header.name);
        m_grid->addWidget(value, row++, 1);
        m_grid->setRowMinimumHeight(row++, Grid / 2);
    }
}

} // namespace truepeer
