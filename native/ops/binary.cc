#include "ops/binary.h"

#include <array>
#include <string_view>

#include "ops/check.h"

namespace lw {
namespace {

// In the order of BinaryFn.
constexpr std::array<std::string_view, static_cast<size_t>(BinaryFn::kLogicalXor) + 1> kNames = {
    "add",        "sub",     "mul",          "div",        "pow",
    "maximum",    "minimum", "mod",          "floorDiv",   "squaredDifference",
    "atan2",      "prelu",   "equal",        "notEqual",   "less",
    "lessEqual",  "greater", "greaterEqual", "logicalAnd", "logicalOr",
    "logicalXor",
};

BinaryFn fromName(const std::string& name) {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<BinaryFn>(i);
  throw Error(Code::kArgument, "there is no function of two arguments of this name. Received fn=" + name);
}

bool givesBool(BinaryFn fn) { return fn >= BinaryFn::kEqual; }

bool takes(BinaryFn fn, DType dtype) {
  if (isFloat(dtype) || givesBool(fn)) return true;
  if (fn == BinaryFn::kAtan2) return false;
  if (dtype != DType::kBool) return true;
  // Of bools only what gives 0 or 1 again.
  return fn == BinaryFn::kMul || fn == BinaryFn::kMaximum || fn == BinaryFn::kMinimum;
}

}  // namespace

Params makeBinary(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {2, 2}, out, {1, 1});
  BinaryParams p;
  const std::string& name = attrs.text("fn");
  p.fn = fromName(name);
  checkDType("b", in[1].dtype, in[0].dtype);
  check(takes(p.fn, in[0].dtype), Code::kDType, name, " does not take this dtype. Received a=", in[0].dtype);
  checkDType("out", out[0].dtype, givesBool(p.fn) ? DType::kBool : in[0].dtype);
  checkDims("out", out[0].dims, broadcast(in[0].dims, in[1].dims));
  return p;
}

}  // namespace lw
