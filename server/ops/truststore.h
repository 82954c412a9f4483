// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustStore keeps the trust list that is edited live in <directory>/trust.json. Several servers of
// one host may share the directory: an edit locks it, starts from what is there, and replaces the
// file as a whole, so that no edit is lost and a reader sees the old or the new list, never a part.
//
// Thread: the main one; reading and saving block, and an edit waits for the lock.
#pragma once

#include "server/ops/trustdocument.h"
#include "server/ops/trustedit.h"
#include "shared/trust/trustlist.h"

#include <QString>

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

namespace truepeer {

class TrustStore
{
    Q_DISABLE_COPY_MOVE(TrustStore)

public:
    // What poll() found; mostly nothing.
    struct News
    {
        std::optional<TrustDocument> document; // another server changed the list
        QString problem;                       // told once; problem() keeps it
    };

    // How long an edit waits while another server holds the lock.
    explicit TrustStore(std::chrono::milliseconds lockWait = std::chrono::seconds(2))
        : m_lockWait(lockWait)
    {
    }
    ~TrustStore() = default;

    // Makes the directory if it is missing, and reads the file. Without one, or with one that
    // cannot be used, the list is the one of the configuration; see problem().
    // REQUIRES: an absolute directory and a valid list. To be called once, before all others.
    void open(const QString &directory, const TrustList &configured, std::chrono::sys_seconds now);

    // The list in force.
    const TrustDocument &document() const { return m_document; }
    // A sentence on why the file is not used or edits cannot be saved; empty: all is well.
    QString problem() const;
    QString path() const;

    // What the edit would come to now. Does not look at the disk.
    TrustResult prepare(const TrustEdit &edit, std::chrono::sys_seconds now) const;
    // Makes the edit, on the newest document of all servers. A new document is in force, and safe
    // on the disk, when this returns; otherwise all stays as it was. A file that cannot be used is
    // kept as trust.json.damaged-<Unix time>.
    TrustResult apply(const TrustEdit &edit, std::chrono::sys_seconds now);
    // The configuration was loaded again. Makes a revision when its list is the one in force and
    // differs; fails as apply() does, and the old one stays.
    // REQUIRES: a valid list.
    TrustResult setConfiguredList(const TrustList &configured, std::chrono::sys_seconds now);

    // Follows the edits of other servers. One stat() when there are none.
    News poll();

private:
    class Descriptor
    {
    public:
        explicit Descriptor(int number = -1)
            : m_number(number)
        {
        }
        Descriptor(Descriptor &&other) noexcept
            : m_number(std::exchange(other.m_number, -1))
        {
        }
        Descriptor &operator=(Descriptor &&other) noexcept
        {
            std::swap(m_number, other.m_number);
            return *this;
        }
        ~Descriptor();
        Descriptor(const Descriptor &) = delete;
        Descriptor &operator=(const Descriptor &) = delete;

        int number() const { return m_number; }
        bool isOpen() const { return m_number >= 0; }

    private:
        int m_number;
    };

    // Tells one state of the file from another.
    struct Stamp
    {
        quint64 device = 0;
        quint64 inode = 0;
        qint64 size = 0;
        qint64 modified = 0; // ns
        qint64 changed = 0;  // ns; a change of the permissions shows here

        friend bool operator==(const Stamp &a, const Stamp &b) = default;
    };

    // The outcome of reading the file: a document, a problem, or neither when there is no file.
    struct Reading
    {
        std::optional<TrustDocument> document;
        QString problem;
        bool mayPass = false; // the problem is the system's, and not the file's
        std::optional<Stamp> stamp;
        Descriptor file;
    };

    static std::optional<Stamp> stampOf(const QString &path);
    static std::optional<Stamp> stampOf(const Descriptor &file);
    static void readContent(Reading &reading);

    QString filePath(const QString &name) const;
    Reading read() const;
    void keep(Reading &reading);
    void makeDirectory();
    QString lock(Descriptor &lock);
    TrustResult edit(const std::function<TrustResult(const TrustDocument &)> &make,
                     std::chrono::sys_seconds now);
    QString save(const TrustDocument &document, bool setAside, std::chrono::sys_seconds now);
    QString writeTemporary(const QByteArray &bytes, Descriptor &file) const;
    QString replace(bool setAside, std::chrono::sys_seconds now) const;

    const std::chrono::milliseconds m_lockWait;
    QString m_directory;
    QString m_directoryProblem;
    QString m_fileProblem;
    TrustList m_configured;
    TrustDocument m_document;
    std::optional<Stamp> m_stamp; // of what was read or saved last; nothing: there was no file
    // Open as long as it is compared with: its inode cannot become that of a newer file.
    Descriptor m_file;
    bool m_readAgain = false; // although the stamp is the same
};

} // namespace truepeer
