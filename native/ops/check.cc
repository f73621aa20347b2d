#include "ops/check.h"

#include <algorithm>
#include <cstdio>

namespace lw {

void appendPart(std::string& text, double part) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.17g", part);
  text += digits;
}

void appendPart(std::string& text, const std::vector<int64_t>& part) {
  text += "[";
  for (size_t i = 0; i < part.size(); ++i) text += (i ? ", " : "") + std::to_string(part[i]);
  text += "]";
}

void checkCounts(const std::vector<TensorDesc>& in, CountRange inputs, const std::vector<TensorDesc>& out,
                 CountRange outputs) {
  check(in.size() >= inputs.min && in.size() <= inputs.max, Code::kArgument, "takes ", inputs.min, " to ",
        inputs.max, " inputs. Received ", in.size());
  check(out.size() >= outputs.min && out.size() <= outputs.max, Code::kArgument, "gives ", outputs.min,
        " to ", outputs.max, " outputs. Received ", out.size());
}

void checkDims(const char* name, const Dims& dims, const Dims& expected) {
  check(dims == expected, Code::kShape, "the shape of ", name, " does not follow from the inputs. Received ",
        name, "=", dims, ", expected ", expected);
}

void checkDType(const char* name, DType dtype, DType expected) {
  check(dtype == expected, Code::kDType, "the dtype of ", name, " must be ", expected, ". Received ", name,
        "=", dtype);
}

void checkFloat(const char* name, DType dtype) {
  check(isFloat(dtype), Code::kDType, name, " must be float32 or float64. Received ", name, "=", dtype);
}

int axisOf(const Attrs& attrs, int rank) {
  check(rank > 0, Code::kShape, "a scalar has no axis. Received rank=0");
  return static_cast<int>(attrs.integer("axis", 0, rank - 1));
}

std::vector<int> axesOf(const Attrs& attrs, int rank) {
  const std::vector<int64_t> axes = attrs.integers("axes", -1, 0, rank - 1);
  std::vector<int> result;
  for (int64_t axis : axes) {
    check(result.empty() || axis > result.back(), Code::kArgument,
          "axes must ascend without repetition. Received axes=", axes);
    result.push_back(static_cast<int>(axis));
  }
  return result;
}

Dims broadcast(const Dims& a, const Dims& b) {
  const int rank = std::max(a.rank(), b.rank());
  Dims result;
  for (int i = 0; i < rank; ++i) {
    const int fromA = i - (rank - a.rank()), fromB = i - (rank - b.rank());
    const int64_t p = fromA < 0 ? 1 : a[fromA], q = fromB < 0 ? 1 : b[fromB];
    check(p == q || p == 1 || q == 1, Code::kShape, "the shapes do not broadcast at axis ", i, ". Received ",
          a, " and ", b);
    result.push(p == 1 ? q : p);
  }
  return result;
}

}  // namespace lw
