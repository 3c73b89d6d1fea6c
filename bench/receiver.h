// Receivers of webhooks, each on a port of 127.0.0.1 of its own, all on one epoll. They verify nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

enum class Behaviour {
  kAnswers,   // 204 at once
  kBreaks,    // 500 at once
  kSilent,    // accepts, reads, never answers
  kRefusing,  // holds the port and does not listen
};

class Receivers {
 public:
  // Called for each whole request to a receiver that answers: the id of what the event is about (`data.id`).
  using OnArrival = std::function<void(std::size_t receiver, std::string_view data_id)>;

  // `poll`: an epoll instance, which outlives us. Events of our sockets carry a pointer to a Peer.
  Receivers(int poll, OnArrival on_arrival) : poll_(poll), on_arrival_(std::move(on_arrival)) {}

  // A new receiver; returns its port. Receivers are numbered from 0 in the order of these calls.
  int add(Behaviour behaviour);

  struct Peer {
    int socket = -1;
    bool listens = false;
    std::size_t receiver = 0;
    Behaviour behaviour = Behaviour::kAnswers;
    std::string buffer;  // of a request, as far as it came
  };
  // To be called with the pointer of a ready event.
  void ready(Peer& peer);

 private:
  void accept_from(Peer& listener);
  void read(Peer& peer);
  bool take_request(Peer& peer);

  int poll_;
  OnArrival on_arrival_;
  std::vector<std::unique_ptr<Peer>> listeners_;
  std::vector<char> input_ = std::vector<char>(64 * 1024);
};
