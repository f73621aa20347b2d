#include "backend/cpu/pad.h"

#include <cstring>

#include "backend/cpu/loops.h"
#include "backend/cpu/operands.h"
#include "base/by_type.h"

namespace lw {
namespace {

/// Which of n elements stands at position i in [-begin, n + end); -1 for the constant.
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

/// Rows run along the last axis that is padded and everything behind it: a part in front, one copy, a part at
/// the end.
class Pad : public Prepared {
 public:
  Pad(const Op& op, const PrepareContext& context)
      : p_(op.as<PadParams>()),
        operands_(op, context),
        bytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))) {
    for (int i = 0; i < op.out[0].dims.rank(); ++i)
      if (p_.begin[i] != 0 || p_.end[i] != 0) axis_ = i;
    setValue(op.out[0].dtype);
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    const Dims &from = in[0].dims, &to = out[0].dims;
    const std::byte* x = operands_.get<std::byte>(0, in);
    std::byte* y = out[0].as<std::byte>();
    if (to.rank() == 0) {
      std::memcpy(y, x, static_cast<size_t>(bytes_));
      return;
    }
    const int64_t inner = to.product(axis_ + 1, to.rank()) * bytes_, rowBytes = to[axis_] * inner;
    parallelRanges(context, to.product(0, axis_), 2 * rowBytes, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const int64_t sourceRow = rowOf(row, from, to);
        std::byte* target = y + row * rowBytes;
        if (sourceRow < 0)
          fill(target, rowBytes);
        else
          copyRow(x + sourceRow * from[axis_] * inner, target, from[axis_], inner);
      }
    });
  }
  const char* algorithm() const override { return "runs"; }

 private:
  void setValue(DType dtype) {
    byType(dtype, [&]<typename T>(T) {
      const T value = static_cast<T>(p_.value);
      std::memcpy(value_, &value, sizeof value);
    });
  }
  /// The row of x that row `row` of out repeats, or -1.
  int64_t rowOf(int64_t row, const Dims& from, const Dims& to) const {
    int64_t result = 0, stride = 1;
    for (int i = axis_ - 1; i >= 0; --i) {
      const int64_t element = source(p_.mode, row % to[i] - p_.begin[i], from[i]);
      if (element < 0) return -1;
      result += element * stride;
      stride *= from[i];
      row /= to[i];
    }
    return result;
  }
  void fill(std::byte* y, int64_t bytes) const {
    if (bytes_ == 1) {
      std::memset(y, static_cast<int>(value_[0]), static_cast<size_t>(bytes));
    } else if (bytes_ == 4) {
      uint32_t value;
      std::memcpy(&value, value_, sizeof value);
      std::fill_n(reinterpret_cast<uint32_t*>(y), bytes / 4, value);
    } else {
      uint64_t value;
      std::memcpy(&value, value_, sizeof value);
      std::fill_n(reinterpret_cast<uint64_t*>(y), bytes / 8, value);
    }
  }
  void copyRow(const std::byte* x, std::byte* y, int64_t n, int64_t inner) const {
    const int64_t begin = p_.begin[axis_], end = p_.end[axis_];
    const auto part = [&](int64_t from, int64_t to) {
      std::byte* target = y + (from + begin) * inner;
      if (p_.mode == PadMode::kConstant) return fill(target, (to - from) * inner);
      for (int64_t i = from; i < to; ++i, target += inner)
        std::memcpy(target, x + source(p_.mode, i, n) * inner, static_cast<size_t>(inner));
    };
    part(-begin, 0);
    // An input of no elements may have no address, and memcpy from null is undefined even for no bytes.
    if (n * inner > 0) std::memcpy(y + begin * inner, x, static_cast<size_t>(n * inner));
    part(n, n + end);
  }

  PadParams p_;
  Operands<1> operands_;
  int64_t bytes_;
  int axis_ = 0;
  std::byte value_[8] = {};
};

}  // namespace

bool supportsPad(const Op&) { return true; }

std::unique_ptr<Prepared> preparePad(const Op& op, const PrepareContext& context) {
  return std::make_unique<Pad>(op, context);
}

}  // namespace lw
