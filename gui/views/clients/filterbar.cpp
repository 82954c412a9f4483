// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/clients/filterbar.h"

#include "gui/views/clients/filteredit.h"
#include "gui/views/clients/filterhelp.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"
#include "shared/clients/clientfilter.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto TypingPause = std::chrono::milliseconds(300);
constexpr int MarkSize = 16;

QToolButton *toolButton(const QString &text, const QString &help, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(help);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

// As the text of an action, in which & is a mnemonic.
QString menuText(const QString &filter, const QFontMetrics &metrics)
{
    QString text = metrics.elidedText(filter, Qt::ElideMiddle, 50 * Grid);
    return text.replace(u'&', u"&&"_s);
}

} // namespace

FilterBar::FilterBar(QWidget *parent)
    : QWidget(parent)
    , m_edit(new FilterEdit(this))
    , m_mark(new QLabel(this))
    , m_message(new QLabel(this))
    , m_menu(new QMenu(this))
{
    m_edit->setObjectName(u"clientFilter"_s);
    m_edit->setAccessibleName(u"Filter of the clients"_s);
    m_edit->setPlaceholderText(u"Filter: ip:203.0.113.0/24 room:lobby idle:>5m"_s);
    m_edit->setClearButtonEnabled(true);
    m_edit->setMaxLength(int(ClientFilter::MaxCharacters));
    m_edit->addAction(icon(Glyph::Search), QLineEdit::LeadingPosition);
    m_message->setObjectName(u"clientFilterMessage"_s);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setFont(smallFont(font()));
    m_mark->setFixedSize(MarkSize, MarkSize);

    auto *filters = toolButton(u"Filters"_s, u"Saved and recent filters"_s, this);
    filters->setIcon(icon(Glyph::History));
    filters->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    filters->setPopupMode(QToolButton::InstantPopup);
    filters->setMenu(m_menu);
    auto *help = toolButton(u"?"_s, u"The language of filters, with examples"_s, this);
    help->setAccessibleName(u"Help for filters"_s);

    auto *line = new QHBoxLayout;
    line->setSpacing(Grid);
    line->addWidget(m_edit, 1);
    line->addWidget(filters);
    line->addWidget(help);
    auto *below = new QHBoxLayout;
    below->setSpacing(Grid / 2);
    below->addWidget(m_mark, 0, Qt::AlignTop);
    below->addWidget(m_message, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid / 2);
    layout->addLayout(line);
    layout->addLayout(below);
    setFocusProxy(m_edit);

    m_delay.setSingleShot(true);
    m_delay.setInterval(TypingPause);
    connect(&m_delay, &QTimer::timeout, this, [this] { apply(false); });
    connect(m_edit, &QLineEdit::textChanged, this, &FilterBar::judge);
    connect(m_edit, &QLineEdit::cursorPositionChanged, this, &FilterBar::sayState);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        if (!m_edit->isChoosing())
            apply(true);
    });
    connect(m_edit, &FilterEdit::cleared, this, [this] { apply(false); });
    connect(m_menu, &QMenu::aboutToShow, this, &FilterBar::fillMenu);
    connect(help, &QToolButton::clicked, this, &FilterBar::showHelp);
    sayState();
}

FilterBar::~FilterBar() = default;

QString FilterBar::text() const
{
    return m_edit->text();
}

void FilterBar::setFilter(const QString &filter)
{
    m_edit->setText(filter);
    apply(true);
}

void FilterBar::focusInput()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void FilterBar::showServerProblem(const QString &problem)
{
    if (problem == m_serverProblem)
        return;
    m_serverProblem = problem;
    sayState();
}

void FilterBar::judge()
{
    const ClientFilter::Parsed parsed = ClientFilter::parse(m_edit->text());
    m_isValid = parsed.filter.has_value();
    m_serverProblem.clear();
    m_problem.clear();
    if (m_isValid) {
        m_edit->markProblem(0, 0);
        m_delay.start();
    } else {
        m_delay.stop();
        const qsizetype position = parsed.problem.position;
        m_problem =
            u"Character %1: %2"_s.arg(QString::number(position + 1), parsed.problem.message);
        m_edit->markProblem(position, problemLength(m_edit->text(), position));
    }
    sayState();
}

void FilterBar::apply(bool remember)
{
    m_delay.stop();
    if (!m_isValid)
        return;
    const QString filter = m_edit->text().trimmed();
    if (remember)
        m_store.addRecent(filter);
    if (filter == m_applied)
        return;
    m_applied = filter;
    sayState();
    Q_EMIT filterWanted(filter);
}

void FilterBar::sayState()
{
    const FilterCompletion completion = m_edit->completion();
    if (!m_isValid)
        say(Tone::Error, m_problem);
    else if (!m_serverProblem.isEmpty())
        say(Tone::Warning, m_serverProblem);
    else if (m_edit->text().trimmed().isEmpty())
        say(Tone::Muted, u"All clients. Ctrl+Space completes; ? explains the language."_s);
    else if (!completion.hint.isEmpty())
        say(Tone::Ok, u"Valid; after the colon comes "_s + completion.hint);
    else
        say(Tone::Ok, u"Valid"_s);
}

void FilterBar::say(Tone tone, const QString &text)
{
    m_message->setText(text);
    if (tone == m_tone && !m_mark->pixmap().isNull())
        return;
    m_tone = tone;
    paintTone();
}

void FilterBar::paintTone()
{
    m_mark->setPixmap(tonePixmap(glyphOf(m_tone), m_tone, MarkSize, *this));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, toneColor(m_tone, palette()));
    m_message->setPalette(colours);
}

void FilterBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        paintTone();
        judge();
    }
    QWidget::changeEvent(event);
}

void FilterBar::fillMenu()
{
    m_menu->clear();
    const QString now = m_edit->text().trimmed();
    const QStringList saved = m_store.saved();
    QAction *save = m_menu->addAction(icon(Glyph::Add), u"&Save this filter"_s, this,
                                      [this, now] { m_store.save(now); });
    save->setEnabled(m_isValid && !now.isEmpty() && !saved.contains(now));
    if (saved.contains(now))
        m_menu->addAction(icon(Glyph::Remove), u"&Forget this filter"_s, this,
                          [this, now] { m_store.forget(now); });
    const auto section = [this](const QString &title, const QStringList &filters) {
        if (filters.isEmpty())
            return;
        m_menu->addSection(title);
        for (const QString &filter : filters)
            m_menu->addAction(menuText(filter, fontMetrics()), this,
                              [this, filter] { setFilter(filter); });
    };
    section(u"Saved"_s, saved);
    section(u"Recent"_s, m_store.recent());
}

void FilterBar::showHelp()
{
    auto *help = new FilterHelp(this);
    help->setAttribute(Qt::WA_DeleteOnClose);
    connect(help, &FilterHelp::exampleChosen, this, [this](const QString &filter) {
        setFilter(filter);
        m_edit->setFocus();
    });
    help->show();
}

} // namespace truepeer
