#include "backend/cuda/doors.h"
#include "backend/cuda/index.h"
#include "backend/cuda/operand.h"

namespace lw::cuda {
namespace {

/// x [outer, extent, inner], y [outer, indices, inner].
template <typename T, typename Index>
struct GatherItems {
  const T* x;
  const Index* indices;
  T* y;
  uint64_t* refused;
  int64_t extent, inner;
  Divisor indexCount, run;
  uint32_t count, items;

  LW_HD void operator()(int64_t item) const {
    const auto numbers = scattered(static_cast<uint32_t>(item), items, count);
    T value[kScattered];
    LW_UNROLL_LOOP for (int u = 0; u < kScattered; ++u) value[u] = read(numbers.v[u]);
    LW_UNROLL_LOOP for (uint32_t u = 0; u < kScattered; ++u) {
      const uint32_t i = static_cast<uint32_t>(item) + u * items;
      if (i < count) y[i] = value[u];
    }
  }

 private:
  LW_HD T read(uint32_t i) const {
    const uint32_t row = run.quotient(i), outer = indexCount.quotient(row);
    const int64_t index = indices[indexCount.rest(row, outer)];
    return x[(outer * extent + wrapped(index)) * inner + run.rest(i, row)];
  }
  /// An index out of range is noted, and nothing behind x is read.
  LW_HD int64_t wrapped(int64_t index) const {
    const int64_t result = index < 0 ? index + extent : index;
    if (result >= 0 && result < extent) return result;
    *refused = static_cast<uint64_t>(index) + 1;
    return 0;
  }
};

class Gather : public Prepared {
 public:
  Gather(const Op& op, const PrepareContext& context)
      : axis_(op.as<GatherParams>().axis),
        bytes_(static_cast<int64_t>(sizeOf(op.out[0].dtype))),
        wide_(op.in[1].dtype == DType::kInt64),
        x_(context, 0),
        indices_(context, 1) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    const std::byte* x = x_.get<std::byte>(in);
    const int64_t run = in[0].dims.product(axis_ + 1, in[0].dims.rank()) * bytes_;
    byUnit(unitOf({run, address(x), address(out[0].data)}), [&]<typename T>(T) {
      const T* from = reinterpret_cast<const T*>(x);
      if (wide_)
        start(queue, from, indices_.get<int64_t>(in), in, out);
      else
        start(queue, from, indices_.get<int32_t>(in), in, out);
    });
  }
  const char* algorithm() const override { return "runs"; }

 private:
  template <typename T, typename Index>
  void start(RunContext& queue, const T* x, const Index* indices, const View* in, const View* out) const {
    const Dims& dims = in[0].dims;
    const int64_t extent = dims[axis_],
                  inner = dims.product(axis_ + 1, dims.rank()) * bytes_ / static_cast<int64_t>(sizeof(T));
    Box all;
    all.rank = 3;
    all.dims[0] = dims.product(0, axis_), all.dims[1] = in[1].size(), all.dims[2] = inner;
    eachBox(all, [&](const Box& part) {
      const uint32_t count = static_cast<uint32_t>(part.count()), items = scatteredItems(count);
      const int64_t first = part.from[0] * extent * inner + part.from[2];
      uint64_t* refused = queueOf(queue).refusal(
          "gather: the index is out of range. Received index=%, extent=" + std::to_string(extent));
      forEach(
          queue, items,
          GatherItems<T, Index>{x + first, indices + part.from[1], out[0].as<T>() + part.first, refused,
                                extent, inner, Divisor(part.dims[1]), Divisor(part.dims[2]), count, items});
    });
  }

  int axis_;
  int64_t bytes_;
  bool wide_;
  Operand x_, indices_;
};

}  // namespace

std::unique_ptr<Prepared> prepareGather(const Op& op, const PrepareContext& context) {
  return std::make_unique<Gather>(op, context);
}

}  // namespace lw::cuda
