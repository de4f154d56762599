// The measuring side of bench/compare: does one thing at a time, as it is told on standard input,
// and answers with how long each repetition took. Fields are separated by tabs:
//
//   load NAME PATH                  reads a text              -> ok BYTES
//   encode ENCODING NAME REPEATS    to ids, buffer reused     -> ok TOKENS NS...
//   count ENCODING NAME REPEATS                               -> ok TOKENS NS...
//   decode ENCODING NAME REPEATS    the ids of the text       -> ok BYTES NS...
//   ids ENCODING NAME PATH          writes the ids, 32 bits each, little-endian -> ok TOKENS
//   check ENCODING NAME             by every path: Decode(Encode) = text, Count = ids, parts add up
//                                   -> ok TOKENS
//   pieces ENCODING NAME            by every path: the pieces are those of RE2 -> ok PIECES
//   run STDIN ARGUMENT...           a process; STDIN is a file, or BYTES@FILE: that file's text
//   over
//                                   and over -> ok EXIT NS MAX_RESIDENT_KIB FIRST_LINE_OF_OUTPUT
//
// What fails answers "error MESSAGE". Called as
//
//   measure once ENCODING PATH      counts a file once, in a fresh process -> TOKENS NS
//
// it times the first call alone; callgrind looks at the same function, MeasuredCount.

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bpe/encoding.h"
#include "bpe/encodings.h"
#include "bpe/engine/engine.h"
#include "bpe/split/patterns.h"
#include "bpe/split/regex/regex_splitter.h"
#include "bpe/workspace.h"

extern char** environ;

namespace toktally {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t NanosecondsSince(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

// Not inlined, so that callgrind can collect what happens inside it and nothing else.
[[gnu::noinline]] std::uint64_t MeasuredCount(const Encoding& encoding, std::string_view text,
                                              Workspace& workspace) {
  return encoding.Count(text, IllFormedUtf8::kReplace, &workspace);
}

struct Answer {
  bool ok = true;
  std::string text;
};

Answer Error(std::string message) { return {false, std::move(message)}; }

Answer TimesOf(std::uint64_t result, const std::vector<std::int64_t>& times) {
  Answer answer{true, std::to_string(result)};
  for (const std::int64_t time : times) answer.text += '\t' + std::to_string(time);
  return answer;
}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  file.seekg(0, std::ios::end);
  std::string text(static_cast<std::size_t>(std::max<std::streamoff>(file.tellg(), 0)), '\0');
  file.seekg(0);
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) return std::nullopt;
  return text;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view digits) {
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// Standard input of a process: nothing, a file, or a file's text over and over down a pipe.
struct Feed {
  std::string path;
  std::uint64_t bytes = 0;  // 0: the file itself
};

std::optional<Feed> ParseFeed(const std::string& word) {
  const std::size_t at = word.find('@');
  if (at == std::string::npos) return Feed{word, 0};
  const auto bytes = ParseNumber<std::uint64_t>(std::string_view(word).substr(0, at));
  if (!bytes || *bytes == 0) return std::nullopt;
  return Feed{word.substr(at + 1), *bytes};
}

bool WriteAll(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = write(fd, data.data(), data.size());
    if (written <= 0) return false;
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void WriteRepeated(int fd, std::string_view text, std::uint64_t bytes) {
  while (bytes > 0) {
    const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, text.size()));
    if (!WriteAll(fd, text.substr(0, part))) break;
    bytes -= part;
  }
  close(fd);
}

std::string ReadFirstLine(int fd) {
  std::string output;
  char buffer[4096];
  for (;;) {
    const ssize_t size = read(fd, buffer, sizeof buffer);
    if (size <= 0) break;
    output.append(buffer, static_cast<std::size_t>(size));
  }
  close(fd);
  return output.substr(0, output.find('\n'));
}

Answer RunProcess(const Feed& feed, std::vector<std::string>& arguments) {
  std::optional<std::string> fed_text;
  if (feed.bytes > 0) {
    fed_text = ReadFile(feed.path);
    if (!fed_text || fed_text->empty()) return Error("cannot read " + feed.path);
  }
  int input[2] = {-1, -1};
  int output[2];
  if (pipe2(output, O_CLOEXEC) != 0) return Error("no pipe");
  if (fed_text && pipe2(input, O_CLOEXEC) != 0) return Error("no pipe");

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (fed_text) {
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, feed.path.c_str(), O_RDONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  const auto start = Clock::now();
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  if (fed_text) close(input[0]);
  if (error != 0) return Error(arguments[0] + ": " + std::strerror(error));
  std::thread writer;
  if (fed_text) writer = std::thread(WriteRepeated, input[1], *fed_text, feed.bytes);
  const std::string line = ReadFirstLine(output[0]);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::int64_t time = NanosecondsSince(start);
  if (writer.joinable()) writer.join();
  const int exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {true, std::to_string(exit_code) + '\t' + std::to_string(time) + '\t' +
                    std::to_string(usage.ru_maxrss) + '\t' + line};
}

class Server {
 public:
  Answer Do(std::vector<std::string>& fields) {
    const std::string command = fields[0];
    if (command == "load" && fields.size() == 3) return Load(fields[1], fields[2]);
    if (command == "run" && fields.size() >= 3) {
      const std::optional<Feed> feed = ParseFeed(fields[1]);
      if (!feed) return Error("bad input " + fields[1]);
      fields.erase(fields.begin(), fields.begin() + 2);
      return RunProcess(*feed, fields);
    }
    if (fields.size() < 3) return Error("unknown command " + command);
    const Encoding* encoding = FindEncoding(fields[1]);
    if (encoding == nullptr) return Error("unknown encoding " + fields[1]);
    const auto text = texts_.find(fields[2]);
    if (text == texts_.end()) return Error("unknown text " + fields[2]);
    if (command == "check") return Check(*encoding, text->second);
    if (command == "pieces") return CheckPieces(*encoding, text->second);
    if (fields.size() != 4) return Error("unknown command " + command);
    if (command == "ids") return WriteIds(*encoding, text->second, fields[3]);
    const auto repeats = ParseNumber<int>(fields[3]);
    if (!repeats || *repeats < 1) return Error("bad number " + fields[3]);
    if (command == "encode") return Encode(*encoding, text->second, *repeats);
    if (command == "count") return Count(*encoding, text->second, *repeats);
    if (command == "decode") return Decode(*encoding, text->second, *repeats);
    return Error("unknown command " + command);
  }

 private:
  Answer Load(const std::string& name, const std::string& path) {
    std::optional<std::string> text = ReadFile(path);
    if (!text) return Error("cannot read " + path);
    const std::string size = std::to_string(text->size());
    texts_[name] = *std::move(text);
    return {true, size};
  }

  Answer Encode(const Encoding& encoding, const std::string& text, int repeats) {
    std::vector<std::int64_t> times;
    for (int i = 0; i < repeats; ++i) {
      const auto start = Clock::now();
      ids_.clear();
      encoding.AppendOrdinary(text, ids_, IllFormedUtf8::kReplace, &workspace_);
      times.push_back(NanosecondsSince(start));
    }
    return TimesOf(ids_.size(), times);
  }

  Answer Count(const Encoding& encoding, const std::string& text, int repeats) {
    std::vector<std::int64_t> times;
    std::uint64_t tokens = 0;
    for (int i = 0; i < repeats; ++i) {
      const auto start = Clock::now();
      tokens = MeasuredCount(encoding, text, workspace_);
      times.push_back(NanosecondsSince(start));
    }
    return TimesOf(tokens, times);
  }

  Answer Decode(const Encoding& encoding, const std::string& text, int repeats) {
    const std::vector<TokenId> ids = encoding.EncodeOrdinary(text);
    std::vector<std::int64_t> times;
    std::size_t bytes = 0;
    for (int i = 0; i < repeats; ++i) {
      const auto start = Clock::now();
      const absl::StatusOr<std::string> decoded = encoding.Decode(ids);
      times.push_back(NanosecondsSince(start));
      if (!decoded.ok()) return Error("Decode failed");
      bytes = decoded->size();
    }
    return TimesOf(bytes, times);
  }

  Answer WriteIds(const Encoding& encoding, const std::string& text, const std::string& path) {
    std::string bytes;
    const std::vector<TokenId> ids = encoding.EncodeOrdinary(text);
    for (const TokenId id : ids) {
      for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(id >> shift & 0xff);
    }
    std::ofstream file(path, std::ios::binary);
    if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
      return Error("cannot write " + path);
    }
    return {true, std::to_string(ids.size())};
  }

  Answer Check(const Encoding& encoding, const std::string& text) {
    const std::vector<TokenId> expected = encoding.EncodeOrdinary(text);
    Answer answer{true, std::to_string(expected.size())};
    for (const EnginePath* path : AvailableEnginePaths()) {
      ForceEnginePath(path);
      const std::string_view wrong = WhatIsWrong(encoding, text, expected);
      if (wrong.empty()) continue;
      answer = Error(std::string(path->name) + ": " + std::string(wrong));
      break;
    }
    ForceEnginePath(nullptr);
    return answer;
  }

  std::string_view WhatIsWrong(const Encoding& encoding, std::string_view text,
                               const std::vector<TokenId>& expected) {
    const std::uint64_t tokens = expected.size();
    for (Workspace* workspace : {static_cast<Workspace*>(nullptr), &workspace_}) {
      std::vector<TokenId> ids;
      encoding.AppendOrdinary(text, ids, IllFormedUtf8::kReplace, workspace);
      if (ids != expected) return "the ids are not those of the fastest path";
      if (encoding.Count(text, IllFormedUtf8::kReplace, workspace) != tokens) {
        return "Count is not the number of ids";
      }
    }
    const absl::StatusOr<std::string> decoded = encoding.Decode(expected);
    if (!decoded.ok() || *decoded != text) return "Decode(Encode(text)) is not the text";
    if (encoding.CountUpTo(text, tokens) != tokens ||
        (tokens > 0 && encoding.CountUpTo(text, tokens - 1))) {
      return "CountUpTo is not Count with a limit";
    }
    const std::size_t cut = encoding.FindSafeCut(text, text.size() / 2);
    if (encoding.Count(text.substr(0, cut)) + encoding.Count(text.substr(cut)) != tokens) {
      return "the counts of two parts do not add up";
    }
    return {};
  }

  static Answer CheckPieces(const Encoding& encoding, const std::string& text) {
    const auto splitter = RegexSplitter::Create(encoding.split_pattern());
    if (!splitter.ok()) return Error("RE2 does not understand the pattern");
    std::vector<RegexSplitter::Piece> pieces;
    (*splitter)->Split(text, pieces);
    std::vector<std::size_t> expected;
    for (const RegexSplitter::Piece& piece : pieces) expected.push_back(piece.end);

    for (const SplitPattern* pattern : {&kR50kPattern, &kCl100kPattern, &kO200kPattern}) {
      if (pattern->pattern != encoding.split_pattern()) continue;
      for (const EnginePath* path : AvailableEnginePaths()) {
        std::vector<std::size_t> ends;
        path->For(*pattern).split(text, ends);
        if (ends != expected) return Error(std::string(path->name) + ": pieces differ from RE2's");
      }
      return {true, std::to_string(expected.size())};
    }
    return Error("no splitter has the pattern of " + std::string(encoding.name()));
  }

  std::map<std::string, std::string> texts_;
  std::vector<TokenId> ids_;
  Workspace workspace_;
};

std::vector<std::string> SplitAtTabs(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

int Serve() {
  std::signal(SIGPIPE, SIG_IGN);
  Server server;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::vector<std::string> fields = SplitAtTabs(line);
    const Answer answer = server.Do(fields);
    std::cout << (answer.ok ? "ok\t" : "error\t") << answer.text << '\n' << std::flush;
  }
  return 0;
}

int CountOnce(std::string_view encoding_name, const std::string& path) {
  const Encoding* encoding = FindEncoding(encoding_name);
  const std::optional<std::string> text = ReadFile(path);
  if (encoding == nullptr || !text) {
    std::cerr << "measure: no such encoding or file\n";
    return 2;
  }
  Workspace workspace;
  const auto start = Clock::now();
  const std::uint64_t tokens = MeasuredCount(*encoding, *text, workspace);
  const std::int64_t time = NanosecondsSince(start);
  std::cout << tokens << '\t' << time << '\n';
  return 0;
}

}  // namespace
}  // namespace toktally

int main(int argc, char** argv) {
  if (argc == 1) return toktally::Serve();
  if (argc == 4 && std::string_view(argv[1]) == "once")
    return toktally::CountOnce(argv[2], argv[3]);
  std::cerr << "usage: measure | measure once ENCODING PATH\n";
  return 2;
}
