#include "ops/pad.h"

#include <cmath>
#include <limits>

#include "ops/check.h"

namespace lw {
namespace {

PadMode modeFromName(const std::string& name) {
  if (name == "constant") return PadMode::kConstant;
  if (name == "reflect") return PadMode::kReflect;
  if (name == "symmetric") return PadMode::kSymmetric;
  if (name == "edge") return PadMode::kEdge;
  if (name == "wrap") return PadMode::kWrap;
  throw Error(Code::kArgument,
              "mode must be constant, reflect, symmetric, edge or wrap. Received mode=" + name);
}

/// The widest padding on one side that finds everything it repeats.
int64_t widest(PadMode mode, int64_t extent) {
  switch (mode) {
    case PadMode::kReflect:
      return extent - 1;
    case PadMode::kSymmetric:
    case PadMode::kWrap:
      return extent;
    case PadMode::kEdge:
      return extent > 0 ? kMaxExtent : 0;
    case PadMode::kConstant:
      return kMaxExtent;
  }
  return 0;
}

void checkValue(double value, DType dtype) {
  if (isFloat(dtype)) return;
  double low = 0, high = 1;
  if (dtype == DType::kUInt8) high = 255;
  if (dtype == DType::kInt32)
    low = std::numeric_limits<int32_t>::min(), high = std::numeric_limits<int32_t>::max();
  if (dtype == DType::kInt64) low = -0x1p53, high = 0x1p53;  // what a JavaScript number can say exactly
  check(std::trunc(value) == value && value >= low && value <= high, Code::kArgument, "value does not fit ",
        dtype, ". Received value=", value);
}

}  // namespace

Params makePad(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  checkDType("out", out[0].dtype, in[0].dtype);
  const Dims& x = in[0].dims;
  PadParams p;
  p.mode = modeFromName(attrs.text("mode"));
  p.begin = attrs.integers("padBegin", x.rank(), 0, kMaxExtent);
  p.end = attrs.integers("padEnd", x.rank(), 0, kMaxExtent);
  p.value = attrs.number("value", 0);
  checkValue(p.value, in[0].dtype);
  Dims expected = x;
  for (int i = 0; i < x.rank(); ++i) {
    const int64_t limit = widest(p.mode, x[i]);
    const bool none = p.begin[i] == 0 && p.end[i] == 0;
    check(none || (p.begin[i] <= limit && p.end[i] <= limit), Code::kShape, "axis ", i,
          " can be padded by at most ", limit < 0 ? 0 : limit, " in mode ", attrs.text("mode"),
          ". Received x=", x, ", padBegin=", p.begin, ", padEnd=", p.end);
    expected[i] = checkedAdd(checkedAdd(x[i], p.begin[i]), p.end[i]);
  }
  checkDims("out", out[0].dims, expected);
  return p;
}

}  // namespace lw
