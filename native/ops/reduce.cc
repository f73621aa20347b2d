#include "ops/reduce.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "ops/check.h"

namespace lw {
namespace {

// In the order of ReduceFn.
constexpr std::array<std::string_view, static_cast<size_t>(ReduceFn::kAll) + 1> kNames = {
    "sum", "mean", "max", "min", "prod", "variance", "sumSquare", "argMax", "argMin", "any", "all",
};

ReduceFn fromName(const std::string& name) {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<ReduceFn>(i);
  throw Error(Code::kArgument, "there is no reduction of this name. Received fn=" + name);
}

bool isArg(ReduceFn fn) { return fn == ReduceFn::kArgMax || fn == ReduceFn::kArgMin; }
bool isLogical(ReduceFn fn) { return fn == ReduceFn::kAny || fn == ReduceFn::kAll; }
bool isExtreme(ReduceFn fn) { return fn == ReduceFn::kMax || fn == ReduceFn::kMin || isArg(fn); }

bool takes(ReduceFn fn, DType dtype) {
  if (isFloat(dtype) || isExtreme(fn) || isLogical(fn)) return true;
  return dtype != DType::kBool && (fn == ReduceFn::kSum || fn == ReduceFn::kProd);
}

DType outputDType(ReduceFn fn, DType dtype) {
  if (isArg(fn)) return DType::kInt32;
  return isLogical(fn) ? DType::kBool : dtype;
}

}  // namespace

Params makeReduce(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  const Dims& x = in[0].dims;
  ReduceParams p;
  const std::string& name = attrs.text("fn");
  p.fn = fromName(name);
  p.axes = axesOf(attrs, x.rank());
  p.keepDims = attrs.boolean("keepDims");
  check(takes(p.fn, in[0].dtype), Code::kDType, name, " does not take this dtype. Received x=", in[0].dtype);
  checkDType("out", out[0].dtype, outputDType(p.fn, in[0].dtype));

  Dims expected;
  int64_t reduced = 1;
  for (int i = 0; i < x.rank(); ++i) {
    if (std::find(p.axes.begin(), p.axes.end(), i) == p.axes.end()) {
      expected.push(x[i]);
    } else {
      reduced = checkedMul(reduced, x[i]);
      if (p.keepDims) expected.push(1);
    }
  }
  checkDims("out", out[0].dims, expected);
  if (isArg(p.fn)) {
    check(p.axes.size() == 1, Code::kArgument, name, " takes exactly one axis. Received ", p.axes.size());
    check(reduced <= INT32_MAX, Code::kShape, "the axis is too long for an int32 index. Received x=", x);
  }
  check(!isExtreme(p.fn) || reduced > 0, Code::kShape, name,
        " of no elements is not defined. Received x=", x);
  return p;
}

}  // namespace lw
