// Output that is kept: for files that are written whole.

#ifndef TOKTALLY_CLI_IO_STRING_SINK_H_
#define TOKTALLY_CLI_IO_STRING_SINK_H_

#include <string>
#include <string_view>

#include "cli/io/output.h"

namespace toktally::cli {

class StringSink : public ByteSink {
 public:
  int Write(std::string_view bytes) override {
    text += bytes;
    return 0;
  }
  int Close() override { return 0; }

  std::string text;
};

}  // namespace toktally::cli

#endif  // TOKTALLY_CLI_IO_STRING_SINK_H_
