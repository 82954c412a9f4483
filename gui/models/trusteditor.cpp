// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trusteditor.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"
#include "gui/models/serverlink.h"
#include "gui/models/trustdraft.h"
#include "gui/models/trustpreviewmodel.h"
#include "gui/models/trusttext.h"

#include <chrono>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto UndoTime = std::chrono::minutes(10);

QString outcomeText(const QString &method, const QJsonObject &params, const QJsonObject &outcome,
                    bool isUndo)
{
    if (!outcome.value("edited"_L1).toBool(true))
        return u"The server has that list already: nothing changed."_s;
    QString text = u"Revision "_s + countText(outcome.value("revision"_L1).toInteger());
    if (isUndo)
        text += u", undone"_s;
    else if (method == "trust.rollback"_L1)
        text += u", the list of revision %1 again"_s.arg(
            countText(params.value("revision"_L1).toInteger()));
    else if (method == "trust.reset"_L1)
        text += u", the list of the configuration"_s;
    const qint64 changed = outcome.value("changed"_L1).toInteger();
    text += u": "_s
            + (changed == 0 ? u"no client changed"_s
                            : QString(countText(changed, "client", "clients") + u" changed"_s));
    if (outcome.contains("took_ms"_L1))
        text += u", took "_s + millisecondsText(outcome.value("took_ms"_L1).toDouble());
    return text + u'.';
}

} // namespace

TrustEditor::TrustEditor(const ModelContext &context, TrustDraft &draft,
                         const TrustPreviewModel &preview, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_draft(draft)
    , m_preview(preview)
{
    m_undoTimer.setSingleShot(true);
    m_undoTimer.setInterval(UndoTime);
    connect(&m_undoTimer, &QTimer::timeout, this, [this] { setUndo(std::nullopt); });
    // It would undo the edit of somebody else.
    connect(&draft, &TrustDraft::serverChanged, this, [this] {
        if (m_undo && m_draft.server().revision != m_undo->after)
            setUndo(std::nullopt);
    });
}

TrustEditor::~TrustEditor() = default;

TrustEditor::Order TrustEditor::orderTo(const QString &method) const
{
    Order order;
    order.method = method;
    order.base = m_draft.server().revision;
    order.params.insert("base_revision"_L1, order.base);
    return order;
}

void TrustEditor::apply(const QString &comment)
{
    Order order = orderTo(u"trust.set"_s);
    order.base = m_draft.baseRevision();
    order.list = m_draft.wanted();
    order.params.insert("base_revision"_L1, order.base);
    order.params.insert("mode"_L1, trustModeName(order.list->mode));
    order.params.insert("entries"_L1, trustEntriesToJson(*order.list, true));
    if (const QString text = comment.trimmed().left(MaxTrustNoteLength); !text.isEmpty())
        order.params.insert("comment"_L1, text);
    const bool isForeseen = m_preview.state() == TrustPreviewModel::State::Ready
                            && !m_preview.summary().confirm.isEmpty();
    if (isForeseen && !m_isBusy)
        askFirst(std::move(order), m_preview.summary().confirm);
    else
        start(std::move(order));
}

void TrustEditor::rollBack(qint64 revision)
{
    Order order = orderTo(u"trust.rollback"_s);
    order.params.insert("revision"_L1, revision);
    start(std::move(order));
}

void TrustEditor::reset()
{
    start(orderTo(u"trust.reset"_s));
}

void TrustEditor::undo()
{
    if (!m_undo)
        return;
    Order order = orderTo(u"trust.rollback"_s);
    order.base = m_undo->after;
    order.isUndo = true;
    order.params.insert("base_revision"_L1, m_undo->after);
    order.params.insert("revision"_L1, m_undo->before);
    start(std::move(order));
}

void TrustEditor::start(Order order)
{
    if (m_isBusy)
        return;
    m_waiting.reset();
    send(order);
}

void TrustEditor::askFirst(Order order, const QStringList &reasons)
{
    m_word = wordFor(order);
    m_reasons.clear();
    for (const QString &reason : reasons)
        m_reasons.append(m_context.mask.shownText(reason));
    m_waiting = std::move(order);
    Q_EMIT confirmationNeeded();
}

void TrustEditor::confirm()
{
    if (!m_waiting || m_isBusy)
        return;
    Order order = *std::exchange(m_waiting, std::nullopt);
    order.params.insert("confirm"_L1, true);
    send(order);
}

void TrustEditor::giveUp()
{
    m_waiting.reset();
}

void TrustEditor::send(const Order &order)
{
    m_isBusy = true;
    m_draft.hold();
    Q_EMIT busyChanged();
    m_context.link.call(order.method, order.params, this,
                        [this, order](const RpcResult &result) { finish(order, result); });
}

void TrustEditor::finish(const Order &order, const RpcResult &result)
{
    m_isBusy = false;
    Q_EMIT busyChanged();
    const auto *error = std::get_if<RpcError>(&result);
    if (!error)
        return succeed(order, resultObject(result));
    m_draft.settle();
    if (error->is(RpcCode::NeedsConfirmation)) {
        const QStringList reasons = textsOf(error->data.value("reasons"_L1));
        askFirst(order, reasons.isEmpty() ? QStringList(error->message) : reasons);
    } else {
        fail(*error);
    }
}

void TrustEditor::succeed(const Order &order, const QJsonObject &outcome)
{
    const qint64 revision = outcome.value("revision"_L1).toInteger();
    const bool isEdited = outcome.value("edited"_L1).toBool(true);
    // Before the draft says that the server has another revision: that is how it ends.
    if (isEdited)
        setUndo(std::nullopt);
    if (order.list)
        m_draft.settle(revision, *order.list);
    else
        m_draft.settle();
    if (isEdited && !order.isUndo)
        setUndo(Undo{order.base, revision});
    Q_EMIT finished(Tone::Ok, outcomeText(order.method, order.params, outcome, order.isUndo));
}

void TrustEditor::fail(const RpcError &error)
{
    QString text = error.message;
    if (!m_context.link.isUp())
        text = u"The connection was lost before the server answered. When it is back, the list "
               "shows whether it changed."_s;
    else if (error.is(RpcCode::Conflict))
        text = u"Nothing was changed: somebody else edited the list meanwhile."_s;
    else if (error.is(RpcCode::NotSaved))
        text = u"Nothing was changed, because it could not be saved: "_s + text;
    else if (error.is(RpcCode::InvalidList))
        text = u"Nothing was changed: "_s + text;
    else if (error.is(RpcCode::ReadOnly))
        text = u"Nothing was changed: this needs the role operator."_s;
    else if (error.is(RpcCode::Busy))
        text = u"Nothing was changed: the server is busy. Try again."_s;
    else if (error.is(RpcCode::NotFound))
        text = u"Nothing was changed: "_s + text;
    Q_EMIT finished(error.is(RpcCode::Conflict) ? Tone::Warning : Tone::Error,
                    m_context.mask.shownText(text));
}

QString TrustEditor::wordFor(const Order &order) const
{
    if (order.method == "trust.reset"_L1)
        return u"reset"_s;
    if (order.method == "trust.rollback"_L1)
        return QString::number(order.params.value("revision"_L1).toInteger());
    const TrustDraft::Changes &changes = m_draft.changes();
    if (changes.mode && m_draft.wanted().mode == TrustMode::All)
        return u"everybody"_s;
    const auto canShow = [this](const QStringList &entries) {
        return entries.size() == 1 && m_context.mask.shown(entries.front()) == entries.front();
    };
    if (canShow(changes.removed))
        return changes.removed.front();
    if (m_preview.state() == TrustPreviewModel::State::Ready && m_preview.summary().changed > 0)
        return QString::number(m_preview.summary().changed);
    return canShow(changes.added) ? changes.added.front() : u"apply"_s;
}

void TrustEditor::setUndo(std::optional<Undo> undo)
{
    m_undo = undo;
    if (m_undo)
        m_undoTimer.start();
    else
        m_undoTimer.stop();
    Q_EMIT undoChanged();
}

} // namespace truepeer
