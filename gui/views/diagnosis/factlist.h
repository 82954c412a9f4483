// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/fact.h"

#include <QWidget>

#include <vector>

class QGridLayout;

namespace truepeer {

// Facts below each other, names at the left; values can be selected.
class FactList : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FactList)

public:
    explicit FactList(QWidget *parent = nullptr);
    ~FactList() override;

    // Equal ones change nothing, so that a selection stays.
    void setFacts(const std::vector<Fact> &facts);

private:
    QGridLayout *m_grid;
    std::vector<Fact> m_facts;
};

} // namespace truepeer
