#pragma once

#include <string>
#include <vector>

#include "ops/op.h"

namespace lw {

/// Parts of a message. Messages are built only when a check fails.
inline void appendPart(std::string& text, const char* part) { text += part; }
inline void appendPart(std::string& text, const std::string& part) { text += part; }
inline void appendPart(std::string& text, int64_t part) { text += std::to_string(part); }
inline void appendPart(std::string& text, int part) { text += std::to_string(part); }
inline void appendPart(std::string& text, size_t part) { text += std::to_string(part); }
inline void appendPart(std::string& text, DType part) { text += dtypeName(part); }
inline void appendPart(std::string& text, const Dims& part) { text += part.toString(); }
void appendPart(std::string& text, double part);
void appendPart(std::string& text, const std::vector<int64_t>& part);

/// Throws Error(code) with the parts as its message unless `holds`. makeOp puts the op's name in front:
/// `<op>: <the rule that failed>. Received <name>=<value>, ...`.
template <typename... Parts>
void check(bool holds, Code code, const Parts&... parts) {
  if (holds) [[likely]]
    return;
  std::string message;
  (appendPart(message, parts), ...);
  throw Error(code, message);
}

struct CountRange {
  size_t min, max;
};
/// The number of inputs and outputs of a node.
void checkCounts(const std::vector<TensorDesc>& in, CountRange inputs, const std::vector<TensorDesc>& out,
                 CountRange outputs);

void checkDims(const char* name, const Dims& dims, const Dims& expected);
void checkDType(const char* name, DType dtype, DType expected);
/// float32 or float64.
void checkFloat(const char* name, DType dtype);
/// The attribute `axis` in [0, rank).
int axisOf(const Attrs& attrs, int rank);
/// The attribute `axes`: strictly ascending, in [0, rank).
std::vector<int> axesOf(const Attrs& attrs, int rank);

/// NumPy's rule; throws Error(kShape) where an extent is neither equal nor 1.
Dims broadcast(const Dims& a, const Dims& b);

}  // namespace lw
