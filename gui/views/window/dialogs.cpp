// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/dialogs.h"

#include "gui/models/configreload.h"
#include "gui/models/format.h"
#include "gui/models/serverstate.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int TextWidth = 45 * Grid;

QMessageBox *messageBox(QWidget *parent, QMessageBox::Icon icon, const QString &name,
                        const QString &title, const QString &text)
{
    auto *box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setObjectName(name);
    if (icon != QMessageBox::NoIcon) {
        const Tone tone = icon == QMessageBox::Information ? Tone::Ok : Tone::Warning;
        box->setIconPixmap(tonePixmap(glyphOf(tone), tone, 5 * Grid, *box));
    }
    box->setTextFormat(Qt::PlainText);
    box->setWindowTitle(title);
    box->setText(title);
    box->setInformativeText(text);
    // Else it is as narrow as its title, and long.
    if (auto *label = box->findChild<QLabel *>(u"qt_msgbox_informativelabel"_s))
        label->setMinimumWidth(TextWidth);
    if (auto *label = box->findChild<QLabel *>(u"qt_msgbox_label"_s))
        label->setFont(titleFont(box->font()));
    return box;
}

void addPart(QString &text, const QString &title, const QStringList &lines)
{
    if (lines.isEmpty())
        return;
    if (!text.isEmpty())
        text += "\n\n"_L1;
    text += title + "\n    "_L1 + lines.join("\n    "_L1);
}

struct Key
{
    const char16_t *key;
    const char16_t *what;
};

// What the pages and tables do with keys.
constexpr Key PageKeys[] = {
    {u"Enter", u"Open or explain what is selected"},
    {u"Esc", u"Clear the filter, close the details"},
    {u"Ctrl+A", u"Select all"},
    {u"Ctrl+C", u"Copy the selected rows"},
    {u"Del", u"Kick the selected clients, remove the selected entries (asks first)"},
    {u"Shift+F10", u"What can be done with the selected rows, and the columns of the table"},
    {u"Tab, arrows", u"Go through the parts of the page, through rows and pages"},
};

class ShortcutList
{
public:
    explicit ShortcutList(QWidget *parent)
        : m_parent(parent)
        , m_grid(new QGridLayout(parent))
    {
        m_grid->setHorizontalSpacing(4 * Grid);
        m_grid->setVerticalSpacing(Grid / 2);
    }

    void addTitle(const QString &text)
    {
        auto *label = new QLabel(text, m_parent);
        QFont font = m_parent->font();
        font.setWeight(QFont::DemiBold);
        label->setFont(font);
        label->setContentsMargins(0, m_row > 0 ? Grid : 0, 0, 0);
        m_grid->addWidget(label, m_row++, 0, 1, 2);
    }

    void add(const QString &what, const QString &key)
    {
        m_grid->addWidget(new QLabel(what, m_parent), m_row, 0);
        auto *label = new QLabel(key, m_parent);
        label->setFont(monospaceFont());
        m_grid->addWidget(label, m_row++, 1);
    }

    void finish() { m_grid->setRowStretch(m_row, 1); }

private:
    QWidget *m_parent;
    QGridLayout *m_grid;
    int m_row = 0;
};

QString plainTitle(const QAction *action)
{
    return action->text()
        .replace("&&"_L1, "\x01"_L1)
        .remove(u'&')
        .remove(u'…')
        .replace(u'\x01', u'&');
}

} // namespace

QMessageBox *askBefore(QWidget *parent, const QString &name, const QString &title,
                       const QString &text, const QString &button, std::function<void()> action)
{
    QMessageBox *box = messageBox(parent, QMessageBox::Question, name, title, text);
    QPushButton *act = box->addButton(button, QMessageBox::DestructiveRole);
    act->setObjectName(u"confirmButton"_s);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    QObject::connect(act, &QPushButton::clicked, parent, std::move(action));
    box->open();
    return box;
}

QMessageBox *showReloaded(QWidget *parent, const ConfigReload &outcome)
{
    if (!outcome.isDone) {
        QStringList faults;
        for (const ConfigReload::Fault &fault : outcome.faults)
            faults += fault.sentence();
        return showFailure(parent, u"The configuration was not loaded again, and nothing changed"_s,
                           faults.isEmpty() ? outcome.problem : faults.join(u'\n'));
    }
    QString text;
    addPart(text, u"In force now:"_s, outcome.applied);
    addPart(text, u"Only after a restart of the server:"_s, outcome.needsRestart);
    addPart(text, u"Warnings:"_s, outcome.warnings);
    if (text.isEmpty())
        text = u"Nothing in it has changed."_s;
    QMessageBox *box =
        messageBox(parent, outcome.isQuiet() ? QMessageBox::Information : QMessageBox::Warning,
                   u"reloadedBox"_s, u"The configuration was loaded again"_s, text);
    box->open();
    return box;
}

QMessageBox *showFailure(QWidget *parent, const QString &what, const QString &why)
{
    QMessageBox *box = messageBox(parent, QMessageBox::Warning, u"failureBox"_s, what, why);
    box->open();
    return box;
}

QString drainText(const ServerState &state)
{
    return u"The health check answers 503 at once and nobody new is let in. After the configured "
           "delay the clients (%1 now) are closed, one after the other, and then the server "
           "process ends. Until then the drain can be cancelled."_s.arg(
               countText(state.status().clients));
}

void showShortcuts(QWidget *parent, const QList<QMenu *> &menus)
{
    auto *dialog = new QDialog(parent);
    dialog->setObjectName(u"shortcutsDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(u"Keyboard shortcuts"_s);
    auto *content = new QWidget;
    ShortcutList list(content);
    for (const QMenu *menu : menus) {
        list.addTitle(menu->title().remove(u'&'));
        const QList<QAction *> actions = menu->actions();
        for (const QAction *action : actions) {
            if (!action->shortcut().isEmpty())
                list.add(plainTitle(action), action->shortcut().toString(QKeySequence::NativeText));
        }
    }
    list.addTitle(u"On the pages"_s);
    for (const Key &key : PageKeys)
        list.add(QString::fromUtf16(key.what), QString::fromUtf16(key.key));
    list.finish();

    auto *scroll = new QScrollArea(dialog);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto *layout = new QVBoxLayout(dialog);
    layout->addWidget(scroll);
    layout->addWidget(buttons);
    const int room = parent->height() - 4 * Grid;
    dialog->resize(content->sizeHint().width() + 8 * Grid,
                   qMin(content->sizeHint().height() + 12 * Grid, qMax(room, 40 * Grid)));
    dialog->open();
}

QMessageBox *showAbout(QWidget *parent, const ServerState &state)
{
    QString text =
        u"The dashboard of Truepeer, the WebSocket and HTTP server that is never wrong about who "
        "is calling.\n\nDashboard %1"_s.arg(QCoreApplication::applicationVersion());
    if (state.hasData())
        text +=
            u"\nServer %1, pid %2"_s.arg(state.hello().version, QString::number(state.hello().pid));
    text += u"\nQt %1\n\nMIT licence, the Truepeer authors."_s.arg(QString::fromLatin1(qVersion()));
    QMessageBox *box = messageBox(parent, QMessageBox::NoIcon, u"aboutBox"_s, u"Truepeer"_s, text);
    box->setIconPixmap(applicationIcon().pixmap(64, 64));
    box->open();
    return box;
}

} // namespace truepeer
