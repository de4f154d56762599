// A member that an aggregate cannot be made without: no default of it would mean anything.

#ifndef TOKTALLY_BASE_REQUIRED_H_
#define TOKTALLY_BASE_REQUIRED_H_

#include <utility>

namespace toktally {

// struct Options { Required<Date> date; bool region = false; };
// Options{} and Options{.region = true} do not compile, Options{.date = day} does.
template <typename Value>
class Required {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): it stands for the value.
  Required(Value value) : value_(std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  operator const Value&() const { return value_; }
  const Value& get() const { return value_; }
  Value& get() { return value_; }

 private:
  Value value_;
};

}  // namespace toktally

#endif  // TOKTALLY_BASE_REQUIRED_H_
