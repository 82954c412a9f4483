// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/polledtable.h"
#include "gui/models/roles.h"

#include <QJsonValue>
namespace truepeer {

struct ConfigReload;

// ConfigModel is the configuration in force, in the order of the reference. The key of a row is the
// name of the setting.
class ConfigModel final : public PolledTable
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConfigModel)

public:
    enum Column : int { Section, Key, Value, Default, Source, Where, Effect };
    enum Role : int {
        DiffersRole = FirstFreeRole, // bool: from the default
        SectionRole,                 // QString: the table of the TOML file; empty: none
        LiveRole,                    // bool: edited while the server runs, on the trust page
    };

    explicit ConfigModel(const ModelContext &context, QObject *parent = nullptr);
    ~ConfigModel() override;

    bool hasLiveKey() const;
    int differing() const; // how many settings are not their defaults
    void reload();         // reloaded() follows

    // A value as the TOML file would have it.
    static QString valueText(const QJsonValue &value);

Q_SIGNALS:
    void reloaded(const truepeer::ConfigReload &outcome);

protected:
    void askServer() override;
    QVariant cell(const QJsonObject &value, int column, int role) const override;

private:
    void take(const QJsonValue &result);
    QString text(const QJsonObject &value, int column) const;
};

} // namespace truepeer
