#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ops/activation.h"

namespace lw {

/// The attributes of a node as they come from the caller: names and plain values, nothing of N-API, nothing
/// trusted.
class Attrs {
 public:
  using Value = std::variant<double, bool, std::string, std::vector<double>>;
  void set(const std::string& name, Value value) { values_[name] = std::move(value); }
  bool has(const std::string& name) const { return values_.count(name) != 0; }

  /// The getters throw Error(kArgument) when the attribute is missing, of another type, NaN, not an integer,
  /// or out of range.
  int64_t integer(const std::string& name, int64_t min, int64_t max) const;
  double number(const std::string& name, double fallback) const;
  bool boolean(const std::string& name) const;
  bool boolean(const std::string& name, bool fallback) const;
  const std::string& text(const std::string& name) const;
  /// Integers in [min, max]; `count` of them, or any number when count is -1.
  std::vector<int64_t> integers(const std::string& name, int count, int64_t min, int64_t max) const;
  /// The elementwise function that `name` names, with `alpha` and `beta` where it has them; identity when
  /// there is none.
  Activation activation(const std::string& name = "activation") const;

 private:
  const Value& get(const std::string& name) const;
  std::map<std::string, Value> values_;
};

/// Bounds of geometry attributes: far above anything real, far below what could overflow when two are
/// multiplied.
inline constexpr int64_t kMaxExtent = int64_t{1} << 31;

}  // namespace lw
