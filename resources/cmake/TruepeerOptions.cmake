# SPDX-FileCopyrightText: 2026 The Truepeer authors
# SPDX-License-Identifier: MIT
#
# truepeer_options: the one INTERFACE target that every target of the project links. It carries the
# language level, the warning set, hardening, the sanitizers and the Qt definitions.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_AUTOMOC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The libraries are also parts of the shared one that is installed, which shows its public classes
# and nothing else.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

add_library(truepeer_options INTERFACE)
add_library(truepeer::options ALIAS truepeer_options)

# Every include starts at the root, so that each one shows its layer; public headers are included as
# their users do it, as <truepeer/…>.
target_include_directories(truepeer_options INTERFACE
    "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/server/include")

target_compile_options(truepeer_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion
    -Wold-style-cast -Wcast-qual -Wcast-align -Wnon-virtual-dtor -Woverloaded-virtual
    -Wextra-semi -Wformat=2 -Wundef -Wvla -Wnull-dereference -Wimplicit-fallthrough
    -Wzero-as-null-pointer-constant -Werror=return-type -Werror=switch
    -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(truepeer_options INTERFACE
        -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wsuggest-override)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(truepeer_options INTERFACE
        -Wthread-safety -Winconsistent-missing-destructor-override)
endif()
if(TRUEPEER_WERROR)
    target_compile_options(truepeer_options INTERFACE -Werror)
endif()

if(TRUEPEER_SANITIZE)
    target_compile_options(truepeer_options INTERFACE
        "-fsanitize=${TRUEPEER_SANITIZE}" -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(truepeer_options INTERFACE "-fsanitize=${TRUEPEER_SANITIZE}")
    if(TRUEPEER_SANITIZE MATCHES "address|undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # The sanitizers' own branches make gcc 12 see null dereferences that are not there.
        target_compile_options(truepeer_options INTERFACE -Wno-null-dereference)
    endif()
else()
    target_compile_options(truepeer_options INTERFACE
        "$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
endif()
target_link_options(truepeer_options INTERFACE -Wl,-z,relro,-z,now)

target_compile_definitions(truepeer_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_JAVA_STYLE_ITERATORS
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER QT_TYPESAFE_FLAGS
    QT_DISABLE_DEPRECATED_BEFORE=0x060400 QT_MESSAGELOGCONTEXT
    "$<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS;QT_FORCE_ASSERTS>")

# What nearly every file includes. The presets compile it once for the libraries and once for the
# tests, which have other options; but for fuzz, where files show that they include what they use.
set(TRUEPEER_PCH_HEADERS
    <QByteArray> <QByteArrayList> <QJsonArray> <QJsonDocument> <QJsonObject>
    <QObject> <QString> <QStringList> <QTimer>
    <algorithm> <array> <atomic> <chrono> <functional> <map> <memory> <mutex> <optional> <string>
    <thread> <tuple> <unordered_map> <utility> <variant> <vector>)
set(TRUEPEER_GUI_PCH_HEADERS
    <QAbstractTableModel> <QAction> <QApplication> <QBoxLayout> <QFrame> <QHeaderView> <QLabel>
    <QLineEdit> <QPainter> <QPushButton> <QTableView> <QToolButton> <QWidget>)
