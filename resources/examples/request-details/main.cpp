// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Shows callers who they are, as the server sees it behind its proxies:
//
//   request-details [PORT]
//   curl -s http://localhost:6001/api/request-details
//   curl -s -H 'X-Forwarded-For: 203.0.113.7' http://localhost:6001/api/why
#include <truepeer/server.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char *argv[])
{
    truepeer::ServerConfig config;
    config.setHost("127.0.0.1");
    config.setPort(argc > 1 ? std::atoi(argv[1]) : 6001);
    config.setTrustProxy({"127.0.0.1", "10.0.0.0/8"});
    config.setHealthCheckPath("/health");

    truepeer::Server server(config);
    server.route("GET", "/api/request-details", [](const truepeer::Request &request) {
        return truepeer::Response::json({{"ip_address", request.ipAddress()},
                                         {"scheme", request.scheme()},
                                         {"host", request.host()},
                                         {"port", request.port()},
                                         {"url", request.url()}});
    });
    // The same with the reasons, hop by hop.
    server.route("GET", "/api/why", [](const truepeer::Request &request) {
        return truepeer::Response::json(request.resolution());
    });
    server.route("GET", "/api/hello/{name}", [](const truepeer::Request &request) {
        return truepeer::Response::json({{"hello", request.parameter("name")}});
    });
    server.setReadyHandler([](const QByteArray &line) {
        std::puts(line.constData());
        std::fflush(stdout);
    });
    return server.run();
}
