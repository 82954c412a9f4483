# SPDX-FileCopyrightText: 2026 The Truepeer authors
# SPDX-License-Identifier: MIT
#
# What the project needs from Debian 12; sourced by resources/quickstart and tests/run.
# shellcheck shell=bash disable=SC2034

build_packages=(
    g++ cmake ninja-build
    qt6-base-dev qt6-websockets-dev
    libboost1.81-dev libtomlplusplus-dev prometheus-cpp-dev
)

test_packages=(
    clang-14 clang-format-14 libclang-rt-14-dev
    apache2-bin caddy curl fish git haproxy man-db nginx-light openssl python3 shellcheck zsh
    appstream desktop-file-utils
)

# tests/interop/run; tests/run adds nodejs and npm where there is no npm.
interop_packages=(chromium python3-websockets jq)
