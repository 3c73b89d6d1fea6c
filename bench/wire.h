// What both generators need of sockets and files. Everything throws std::runtime_error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

// The requests of a file that requests_ahead.py saved: each with its length as four bytes before it.
std::vector<std::string> read_requests(const char* path);

// A connected socket to a port of 127.0.0.1, without Nagle's delay.
int connect_to(int port);

void send_all(int socket, std::string_view bytes);
