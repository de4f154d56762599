#include "cli/io/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/text.h"
#include "chat/json_text.h"
#include "cli/report/text.h"

namespace toktally::cli {
namespace {

constexpr std::size_t kMostDepth = 64;
constexpr std::size_t kMostYamlBytes = std::size_t{16} << 20;  // beyond what the file itself has

// One event of libyaml, freed with its owner.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* operator->() { return &event_; }
  yaml_event_t* get() { return &event_; }

 private:
  yaml_event_t event_ = {};
};

std::string_view TextOf(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool IsJsonNumber(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at - begin;
  };
  if (text.starts_with('-')) ++at;
  const std::size_t whole = at;
  const std::size_t count = digits();
  if (count == 0 || (count > 1 && text[whole] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

// What a plain scalar is in JSON; nullopt for a text.
std::optional<std::string_view> PlainValue(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return "null";
  }
  if (text == "true" || text == "True" || text == "TRUE") return "true";
  if (text == "false" || text == "False" || text == "FALSE") return "false";
  if (IsJsonNumber(text)) return text;
  return std::nullopt;
}

class YamlReader {
 public:
  YamlReader(std::string_view yaml, std::string_view name, int first_line)
      : name_(name), first_line_(first_line), most_bytes_(kMostYamlBytes + 6 * yaml.size()) {
    ready_ = yaml_parser_initialize(&parser_) != 0;
    if (!ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(yaml.data()),
                                 yaml.size());
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;
  ~YamlReader() {
    if (ready_) yaml_parser_delete(&parser_);
  }

  absl::StatusOr<std::string> Read() {
    if (!ready_) return absl::ResourceExhaustedError(Concat(name_, ": no memory to read YAML"));
    int documents = 0;
    while (true) {
      Event event;
      if (yaml_parser_parse(&parser_, event.get()) == 0) return ParserError();
      line_ = first_line_ + static_cast<int>(event->start_mark.line);
      if (event->type == YAML_STREAM_END_EVENT) break;
      if (event->type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
        return Error("more than one YAML document; give each a file of its own");
      }
      if (absl::Status status = Use(event); !status.ok()) return status;
      if (out_.size() > most_bytes_) {
        return Error("aliases that write too much: the document would be larger than 16 MB");
      }
    }
    if (documents == 0) return Error("no YAML document");
    return std::move(out_);
  }

 private:
  // A sequence or mapping that is open.
  struct Open {
    bool mapping = false;
    bool value_next = false;  // of a mapping: the key stands there
    bool first = true;
    std::string anchor;
    std::size_t begin = 0;
  };

  absl::Status Error(std::string_view reason) const {
    return absl::InvalidArgumentError(Concat(name_, ":", line_, ": ", reason));
  }

  absl::Status ParserError() {
    const auto mark = parser_.problem_mark;
    line_ = first_line_ + static_cast<int>(mark.line);
    const char* const problem = parser_.problem == nullptr ? "unreadable" : parser_.problem;
    if (parser_.error == YAML_READER_ERROR) return Error(Concat("no YAML text: ", problem));
    return Error(Concat("no YAML: ", problem));
  }

  absl::Status Use(Event& event) {
    switch (event->type) {
      case YAML_SCALAR_EVENT:
        return Scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return Begin(event, TextOf(event->data.sequence_start.anchor),
                     TextOf(event->data.sequence_start.tag), '[');
      case YAML_MAPPING_START_EVENT:
        return Begin(event, TextOf(event->data.mapping_start.anchor),
                     TextOf(event->data.mapping_start.tag), '{');
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        End();
        return absl::OkStatus();
      case YAML_ALIAS_EVENT:
        return Alias(std::string(TextOf(event->data.alias.anchor)));
      default:
        return absl::OkStatus();
    }
  }

  // What goes before a value or key: the separator, and its line.
  void Place() {
    if (!open_.empty()) {
      Open& top = open_.back();
      if (top.mapping && top.value_next) {
        out_ += ':';
      } else if (!std::exchange(top.first, false)) {
        out_ += ',';
      }
    }
    for (; at_line_ < line_; ++at_line_) out_ += '\n';
  }
  void Placed() {
    if (!open_.empty() && open_.back().mapping) open_.back().value_next ^= true;
  }
  bool IsKey() const { return !open_.empty() && open_.back().mapping && !open_.back().value_next; }

  absl::Status Scalar(Event& event) {
    const auto& scalar = event->data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const std::string_view tag = TextOf(scalar.tag);
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    constexpr std::string_view kText = "tag:yaml.org,2002:str";
    if (!tag.empty() && tag != kText && tag != "!") {
      return Error(Concat("the tag ", tag, " is not read; leave it out"));
    }
    if (IsKey() && plain && text == "<<") {
      return Error("a merge key (<<) is not read; write its members out");
    }
    Place();
    const std::size_t begin = out_.size();
    const bool is_text = IsKey() || !plain || !tag.empty();
    const auto value = is_text ? std::nullopt : PlainValue(text);
    if (value) {
      out_ += *value;
    } else {
      chat::AppendJsonString(text, /*ascii_only=*/false, out_);
    }
    Keep(std::string(TextOf(scalar.anchor)), begin);
    Placed();
    return absl::OkStatus();
  }

  absl::Status Begin(Event& event, std::string_view anchor, std::string_view tag, char bracket) {
    (void)event;
    if (!tag.empty() && !tag.starts_with("tag:yaml.org,2002:")) {
      return Error(Concat("the tag ", tag, " is not read; leave it out"));
    }
    if (IsKey()) return Error("a key that is a list or a mapping; JSON has none");
    if (open_.size() == kMostDepth) return Error("nested deeper than 64 levels");
    Place();
    Open& open = open_.emplace_back();
    open.mapping = bracket == '{';
    open.anchor = anchor;
    open.begin = out_.size();
    // An anchor's new meaning begins here, so that the old one cannot stand inside of it.
    if (!anchor.empty()) anchors_.erase(std::string(anchor));
    out_ += bracket;
    return absl::OkStatus();
  }

  void End() {
    const Open open = std::move(open_.back());
    open_.pop_back();
    out_ += open.mapping ? '}' : ']';
    Keep(open.anchor, open.begin);
    Placed();
  }

  // Remembers where an anchor's value stands. Copies of it stay on the alias's line.
  void Keep(const std::string& anchor, std::size_t begin) {
    if (!anchor.empty()) anchors_[anchor] = {begin, out_.size()};
  }

  absl::Status Alias(const std::string& anchor) {
    for (const Open& open : open_) {
      if (open.anchor == anchor) return Error(Concat("the anchor &", anchor, " holds itself"));
    }
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      return Error(Concat("no anchor &", anchor, " stands before the alias *", anchor));
    }
    const auto [begin, end] = found->second;
    if (IsKey() && out_[begin] != '"') return Error("a key that is no text");
    if (out_.size() + (end - begin) > most_bytes_) {
      return Error("aliases that write too much: the document would be larger than 16 MB");
    }
    Place();
    std::string copy = out_.substr(begin, end - begin);
    std::erase(copy, '\n');  // only between values: in texts they are escaped
    out_ += copy;
    Placed();
    return absl::OkStatus();
  }

  yaml_parser_t parser_ = {};
  bool ready_ = false;
  const std::string_view name_;
  const int first_line_;
  const std::size_t most_bytes_;
  int line_ = 1;
  int at_line_ = 1;
  std::string out_;
  std::vector<Open> open_;
  std::map<std::string, std::pair<std::size_t, std::size_t>> anchors_;
};

}  // namespace

absl::StatusOr<std::string> YamlToJson(std::string_view yaml, std::string_view name,
                                       int first_line) {
  return YamlReader(yaml, name, first_line).Read();
}

}  // namespace toktally::cli
