#include "ops/unary.h"

#include "ops/check.h"

namespace lw {
namespace {

bool takes(UnaryFn fn, DType dtype) {
  if (isFloat(dtype) || fn == UnaryFn::kIdentity) return true;
  switch (fn) {
    case UnaryFn::kNeg:
    case UnaryFn::kClip:
      return dtype != DType::kBool;  // what they give is neither 0 nor 1
    case UnaryFn::kAbs:
    case UnaryFn::kSign:
    case UnaryFn::kRelu:
      return true;
    default:
      return false;
  }
}

}  // namespace

Params makeUnary(const Attrs& attrs, const std::vector<TensorDesc>& in, const std::vector<TensorDesc>& out) {
  checkCounts(in, {1, 1}, out, {1, 1});
  checkDType("out", out[0].dtype, in[0].dtype);
  checkDims("out", out[0].dims, in[0].dims);
  check(attrs.has("fn"), Code::kArgument, "the attribute fn is missing");
  UnaryParams p;
  p.fn = attrs.activation("fn");
  check(takes(p.fn.fn, in[0].dtype), Code::kDType, unaryFnName(p.fn.fn),
        " does not take this dtype. Received x=", in[0].dtype);
  return p;
}

}  // namespace lw
