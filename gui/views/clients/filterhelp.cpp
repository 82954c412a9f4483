// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/clients/filterhelp.h"

#include "gui/widgets/theme.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <array>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct Line
{
    QLatin1StringView example; // a filter
    QLatin1StringView meaning;
};

constexpr std::array Lines{
    Line{"ip:203.0.113.0/24"_L1, "the client, by address or range"_L1},
    Line{"peer:10.0.0.5"_L1, "who connected to the server"_L1},
    Line{"via:10.0.0.0/8"_L1, "one of the trusted hops"_L1},
    Line{"room:lobby"_L1, "members of a room; room:/game:lobby in a namespace"_L1},
    Line{"ns:/game"_L1, "those that are in a namespace"_L1},
    Line{"ua:firefox"_L1, "a part of the user agent; host: and origin: likewise"_L1},
    Line{"conflict:yes"_L1, "the headers contradicted each other; known:no likewise"_L1},
    Line{"idle:>5m"_L1, "times: age: and idle: with s, m, h, d"_L1},
    Line{"queue:>64k"_L1, "bytes: queue:, in: and out: with k, M, G"_L1},
    Line{"-ip:10.0.0.0/8"_L1, "a minus turns a term round"_L1},
    Line{"firefox"_L1, "a word alone: in client, peer, host, user agent, or the id"_L1},
    Line{"room:lobby idle:>5m -ua:\"Some Bot\""_L1, "all terms have to fit"_L1},
};

} // namespace

FilterHelp::FilterHelp(QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(u"Filters"_s);
    auto *intro = new QLabel(u"Terms stand side by side with blanks between; a client must match "
                             "all of them. Before a number stands >, >=, <, <= or =; without one "
                             "it means “at least”. Click an example to use it."_s,
                             this);
    intro->setWordWrap(true);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(2 * Grid);
    grid->setVerticalSpacing(Grid / 2);
    int row = 0;
    for (const Line &line : Lines) {
        const QString filter = line.example;
        const QString shown = filter.toHtmlEscaped();
        auto *example =
            new QLabel(u"<a href=\"%1\">%2</a>"_s.arg(QString::number(row), shown), this);
        example->setTextFormat(Qt::RichText);
        example->setTextInteractionFlags(Qt::TextBrowserInteraction);
        example->setFont(monospaceFont());
        connect(example, &QLabel::linkActivated, this, [this, filter] {
            Q_EMIT exampleChosen(filter);
            close();
        });
        grid->addWidget(example, row, 0);
        auto *meaning = new QLabel(line.meaning, this);
        meaning->setTextFormat(Qt::PlainText);
        grid->addWidget(meaning, row, 1);
        ++row;
    }
    grid->setColumnStretch(1, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(2 * Grid);
    layout->addWidget(intro);
    layout->addLayout(grid);
    layout->addWidget(buttons);
}

FilterHelp::~FilterHelp() = default;

} // namespace truepeer
