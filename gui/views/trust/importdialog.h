// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

namespace truepeer {

class AddressMask;
struct TrustText;

// Says which lines of a list are wrong. Accepted: the good ones are to be added.
class ImportDialog final : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ImportDialog)

public:
    ImportDialog(const TrustText &text, const AddressMask &mask, QWidget *parent = nullptr);
    ~ImportDialog() override;
};

} // namespace truepeer
