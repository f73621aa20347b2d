#include <vector>

#include "backend/cuda/doors.h"
#include "backend/cuda/index.h"
#include "backend/cuda/operand.h"

namespace lw::cuda {
namespace {

constexpr int kInputs = 8;  ///< of one launch

/// Some inputs side by side: rows of all that lies along the axis and behind it.
template <typename T>
struct ConcatItems {
  const T* x[kInputs];
  uint32_t width[kInputs], begin[kInputs];  ///< begin of one that is not there: behind everything
  T* y;
  int64_t pitch;  ///< from row to row of y
  Divisor row;
  uint32_t count, items;

  LW_HD void operator()(int64_t item) const {
    const auto numbers = scattered(static_cast<uint32_t>(item), items, count);
    T value[kScattered];
    LW_UNROLL_LOOP for (int u = 0; u < kScattered; ++u) value[u] = read(numbers.v[u]);
    LW_UNROLL_LOOP for (uint32_t u = 0; u < kScattered; ++u) {
      const uint32_t i = static_cast<uint32_t>(item) + u * items, r = row.quotient(i);
      if (i < count) y[r * pitch + row.rest(i, r)] = value[u];
    }
  }

 private:
  LW_HD T read(uint32_t i) const {
    const uint32_t r = row.quotient(i), column = row.rest(i, r);
    const T* from = x[0];
    uint32_t w = width[0], b = 0;
    LW_UNROLL_LOOP for (int k = 1; k < kInputs; ++k) if (column >= begin[k]) from = x[k], w = width[k],
                                                                             b = begin[k];
    return from[static_cast<int64_t>(r) * w + (column - b)];
  }
};

struct Run {
  const std::byte* x;
  int64_t bytes;
};

class Concat : public Prepared {
 public:
  Concat(const Op& op, const PrepareContext& context)
      : axis_(op.as<ConcatParams>().axis), bytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))) {
    for (size_t i = 0; i < op.in.size(); ++i) x_.emplace_back(context, i);
  }
  void run(RunContext& queue, const View* in, const View* out) const override {
    const Dims& dims = out[0].dims;
    const int64_t rows = dims.product(0, axis_), pitch = dims.product(axis_, dims.rank()) * bytes_;
    std::byte* y = out[0].as<std::byte>();
    std::vector<Run> group;
    const auto flush = [&] {
      int64_t width = 0;
      for (const Run& run : group) width += run.bytes;
      if (width > 0) copyGroup(queue, group, rows, width, y, pitch);
      y += width;
      group.clear();
    };
    for (size_t i = 0; i < x_.size(); ++i) {
      const int64_t bytes = in[i].dims.product(axis_, in[i].dims.rank()) * bytes_;
      if (bytes > 0) group.push_back({x_[i].get<std::byte>(in), bytes});
      if (group.size() == kInputs) flush();
    }
    flush();
  }
  const char* algorithm() const override { return "runs"; }

 private:
  static void copyGroup(RunContext& queue, const std::vector<Run>& group, int64_t rows, int64_t width,
                        std::byte* y, int64_t pitch) {
    int64_t bytes = unitOf({address(y), pitch});
    for (const Run& run : group) bytes = unitOf({bytes, address(run.x), run.bytes});
    const int64_t step = kMostItems / (width / bytes);
    if (step == 0) return copyLong(queue, group, rows, y, pitch);
    for (int64_t row = 0; row < rows; row += step)
      byUnit(bytes,
             [&]<typename T>(T) { copyRows<T>(queue, group, row, std::min(step, rows - row), y, pitch); });
  }

  template <typename T>
  static void copyRows(RunContext& queue, const std::vector<Run>& group, int64_t first, int64_t rows,
                       std::byte* y, int64_t pitch) {
    constexpr int64_t kBytes = sizeof(T);
    ConcatItems<T> kernel{};
    std::fill_n(kernel.begin, kInputs, ~uint32_t{0});
    int64_t width = 0;
    for (size_t k = 0; k < group.size(); ++k) {
      kernel.x[k] = reinterpret_cast<const T*>(group[k].x + first * group[k].bytes);
      kernel.width[k] = static_cast<uint32_t>(group[k].bytes / kBytes);
      kernel.begin[k] = static_cast<uint32_t>(width);
      width += group[k].bytes / kBytes;
    }
    kernel.y = reinterpret_cast<T*>(y + first * pitch);
    kernel.pitch = pitch / kBytes;
    kernel.row = Divisor(width);
    kernel.count = static_cast<uint32_t>(rows * width);
    kernel.items = scatteredItems(rows * width);
    forEach(queue, kernel.items, kernel);
  }

  /// Rows that no launch can count.
  static void copyLong(RunContext& queue, const std::vector<Run>& group, int64_t rows, std::byte* y,
                       int64_t pitch) {
    for (const Run& run : group) {
      for (int64_t row = 0; row < rows; ++row)
        queueOf(queue).copy(y + row * pitch, run.x + row * run.bytes, static_cast<size_t>(run.bytes));
      y += run.bytes;
    }
  }

  int axis_;
  int64_t bytes_;
  std::vector<Operand> x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareConcat(const Op& op, const PrepareContext& context) {
  return std::make_unique<Concat>(op, context);
}

}  // namespace lw::cuda
