// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

namespace truepeer {

class Dashboard;
class MainWindow;

// Makes the pages of a window with their models, and connects what leads from one to another. The
// models are children of the dashboard, the pages of the window.
void composePages(MainWindow &window, Dashboard &dashboard);

} // namespace truepeer
