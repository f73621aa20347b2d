#include "ops/attrs.h"

#include <cmath>

#include "ops/check.h"

namespace lw {
namespace {

/// Largest magnitude below which every integer is a double, and the cast to int64 is exact.
constexpr double kMaxSafe = 9007199254740991.0;

int64_t integerOf(const std::string& name, double value, int64_t min, int64_t max) {
  // The comparison is false for NaN, so that NaN is refused as well.
  const bool whole = std::abs(value) <= kMaxSafe && std::trunc(value) == value;
  check(whole && value >= static_cast<double>(min) && value <= static_cast<double>(max), Code::kArgument,
        name, " must be an integer from ", min, " to ", max, ". Received ", name, "=", value);
  return static_cast<int64_t>(value);
}

bool needsAlpha(UnaryFn fn) {
  switch (fn) {
    case UnaryFn::kLeakyRelu:
    case UnaryFn::kElu:
    case UnaryFn::kCelu:
    case UnaryFn::kHardSigmoid:
    case UnaryFn::kClip:
    case UnaryFn::kThreshold:
      return true;
    default:
      return false;
  }
}

bool needsBeta(UnaryFn fn) {
  return fn == UnaryFn::kHardSigmoid || fn == UnaryFn::kClip || fn == UnaryFn::kThreshold;
}

}  // namespace

const Attrs::Value& Attrs::get(const std::string& name) const {
  const auto found = values_.find(name);
  check(found != values_.end(), Code::kArgument, "the attribute ", name, " is missing");
  return found->second;
}

int64_t Attrs::integer(const std::string& name, int64_t min, int64_t max) const {
  const double* value = std::get_if<double>(&get(name));
  check(value != nullptr, Code::kArgument, name, " must be a number");
  return integerOf(name, *value, min, max);
}

double Attrs::number(const std::string& name, double fallback) const {
  if (!has(name)) return fallback;
  const double* value = std::get_if<double>(&get(name));
  check(value != nullptr && !std::isnan(*value), Code::kArgument, name, " must be a number");
  return *value;
}

bool Attrs::boolean(const std::string& name) const {
  const bool* value = std::get_if<bool>(&get(name));
  check(value != nullptr, Code::kArgument, name, " must be true or false");
  return *value;
}

bool Attrs::boolean(const std::string& name, bool fallback) const {
  return has(name) ? boolean(name) : fallback;
}

const std::string& Attrs::text(const std::string& name) const {
  const std::string* value = std::get_if<std::string>(&get(name));
  check(value != nullptr, Code::kArgument, name, " must be a string");
  return *value;
}

std::vector<int64_t> Attrs::integers(const std::string& name, int count, int64_t min, int64_t max) const {
  const std::vector<double>* values = std::get_if<std::vector<double>>(&get(name));
  check(values != nullptr, Code::kArgument, name, " must be an array of integers");
  check(count < 0 || values->size() == static_cast<size_t>(count), Code::kArgument, name, " must hold ",
        count, " integers. Received ", values->size());
  std::vector<int64_t> result;
  result.reserve(values->size());
  for (double value : *values) result.push_back(integerOf(name, value, min, max));
  return result;
}

Activation Attrs::activation(const std::string& name) const {
  Activation result;
  if (!has(name)) return result;
  result.fn = unaryFnFromName(text(name));
  if (needsAlpha(result.fn)) {
    check(has("alpha"), Code::kArgument, unaryFnName(result.fn), " needs the attribute alpha");
    result.alpha = number("alpha", 0);
  }
  if (needsBeta(result.fn)) {
    check(has("beta"), Code::kArgument, unaryFnName(result.fn), " needs the attribute beta");
    result.beta = number("beta", 0);
  }
  check(result.fn != UnaryFn::kCelu || result.alpha != 0, Code::kArgument,
        "alpha of celu must not be 0. Received alpha=0");
  return result;
}

}  // namespace lw
