#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "conversation.h"

namespace {

bool equal_folded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

class Http1 final : public Conversation {
 public:
  std::string greeting() override { return {}; }

  void ask(std::string_view request, std::string& out) override { out.append(request); }

  bool take(std::string_view bytes, std::string&, Answer& answer) override {
    buffer_.append(bytes);
    if (head_size_ == 0 && !read_head()) return false;
    if (buffer_.size() < head_size_ + answer_.body_size) return false;
    if (buffer_.size() > head_size_ + answer_.body_size) throw std::runtime_error("more bytes than one answer has");
    answer = std::move(answer_);
    if (is_page_) answer.page = buffer_.substr(head_size_);
    is_page_ = false;
    answer_ = {};
    buffer_.clear();
    head_size_ = 0;
    return true;
  }

 private:
  bool read_head() {
    const auto end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    head_size_ = end + 4;
    std::string_view head(buffer_.data(), end);
    std::from_chars(head.data() + 9, head.data() + 12, answer_.status);
    for (auto line = head.find("\r\n"); line != std::string_view::npos;) {
      const auto next = head.find("\r\n", line + 2);
      const auto field = head.substr(line + 2, (next == std::string_view::npos ? head.size() : next) - line - 2);
      line = next;
      const auto colon = field.find(':');
      if (colon == std::string_view::npos) continue;
      const auto name = field.substr(0, colon);
      auto value = field.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      if (equal_folded(name, "content-length")) {
        std::from_chars(value.data(), value.data() + value.size(), answer_.body_size);
      } else if (equal_folded(name, "location")) {
        answer_.location = value;
      } else if (equal_folded(name, "set-cookie")) {
        answer_.cookie = value.substr(0, value.find(';'));
      } else if (equal_folded(name, "content-type")) {
        is_page_ = value.starts_with("text/html");
      } else if (equal_folded(name, "transfer-encoding")) {
        throw std::runtime_error("answers with a transfer coding are not measured here");
      }
    }
    return true;
  }

  std::string buffer_;
  std::size_t head_size_ = 0;  // 0: not complete yet
  bool is_page_ = false;
  Answer answer_;
};

}  // namespace

std::unique_ptr<Conversation> http1_conversation() { return std::make_unique<Http1>(); }
