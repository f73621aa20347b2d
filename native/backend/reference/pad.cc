#include "backend/reference/dispatch.h"
#include "backend/reference/indexing.h"
#include "backend/reference/reference.h"

namespace lw::reference {
namespace {

/// Which element of an axis of n elements stands at position i, from -begin to n + end - 1; -1 for the
/// constant.
int64_t source(PadMode mode, int64_t i, int64_t n) {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case PadMode::kConstant:
      return -1;
    case PadMode::kReflect:
      return i < 0 ? -i : 2 * (n - 1) - i;
    case PadMode::kSymmetric:
      return i < 0 ? -i - 1 : 2 * n - 1 - i;
    case PadMode::kEdge:
      return i < 0 ? 0 : n - 1;
    case PadMode::kWrap:
      return i < 0 ? i + n : i - n;
  }
  return -1;
}

}  // namespace

void runPad(const Op& op, const View* in, const View* out) {
  const auto& p = op.as<PadParams>();
  const Dims& x = in[0].dims;
  const Dims strides = x.strides();
  byType(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    T* y = out[0].as<T>();
    forEach(out[0].dims, [&](const Index& index) {
      int64_t from = 0;
      for (int i = 0; i < x.rank() && from >= 0; ++i) {
        const int64_t element = source(p.mode, index[i] - p.begin[i], x[i]);
        from = element < 0 ? -1 : from + element * strides[i];
      }
      *y++ = from < 0 ? static_cast<T>(p.value) : in[0].as<T>()[from];
    });
  });
}

}  // namespace lw::reference
