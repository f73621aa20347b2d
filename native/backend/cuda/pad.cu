#include "backend/cuda/doors.h"
#include "backend/cuda/index.h"
#include "backend/cuda/operand.h"
#include "backend/cuda/stored.h"

namespace lw::cuda {
namespace {

/// Which of n elements stands at position i in [-begin, n + end); -1 for the constant.
LW_HD int64_t source(PadMode mode, int64_t i, int64_t n) {
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

struct PadAxis {
  Divisor out;
  int64_t in, begin, stride;
};

template <typename T>
struct PadItems {
  const T* x;
  T* y;
  T value;
  PadMode mode;
  int rank;
  uint32_t count, items;
  PadAxis axes[kMaxRank];

  LW_HD void operator()(int64_t item) const {
    int64_t from[kScattered];
    find(scattered(static_cast<uint32_t>(item), items, count), from);
    T result[kScattered];
    LW_UNROLL_LOOP for (int u = 0; u < kScattered; ++u) {
      result[u] = value;
      if (from[u] >= 0) result[u] = x[from[u]];
    }
    LW_UNROLL_LOOP for (uint32_t u = 0; u < kScattered;
                        ++u) if (static_cast<uint32_t>(item) + u * items < count)
        y[static_cast<uint32_t>(item) + u * items] = result[u];
  }

 private:
  /// Where the elements come from; -1: nowhere.
  LW_HD void find(Pack<uint32_t, kScattered> i, int64_t (&from)[kScattered]) const {
    LW_UNROLL_LOOP for (int u = 0; u < kScattered; ++u) from[u] = 0;
    LW_KEEP_LOOP for (int d = rank - 1; d >= 0; --d) {
      const PadAxis& axis = axes[d];
      LW_UNROLL_LOOP for (int u = 0; u < kScattered; ++u) {
        const uint32_t outer = axis.out.quotient(i.v[u]);
        const int64_t element = source(mode, axis.out.rest(i.v[u], outer) - axis.begin, axis.in);
        from[u] = from[u] < 0 || element < 0 ? -1 : from[u] + element * axis.stride;
        i.v[u] = outer;
      }
    }
  }
};

/// Axes that are not padded go with the one before them, or with one another.
struct Geometry {
  Box out;
  int64_t in[kMaxRank], begin[kMaxRank];
};

class Pad : public Prepared {
 public:
  Pad(const Op& op, const PrepareContext& context)
      : p_(op.as<PadParams>()), dtype_(op.out[0].dtype), x_(context, 0) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    if (out[0].size() == 0) return;
    Geometry geometry = collapsed(in[0].dims, out[0].dims);
    const std::byte* x = x_.get<std::byte>(in);
    const int last = geometry.out.rank - 1;
    const int64_t bytes = static_cast<int64_t>(sizeOf(dtype_));
    int64_t unit = bytes;
    // Where the innermost axis is left or has only a constant around it, several elements are one.
    if (last >= 0 && (p_.mode == PadMode::kConstant || geometry.in[last] == geometry.out.dims[last])) {
      unit = unitOf({geometry.in[last] * bytes, geometry.begin[last] * bytes, geometry.out.dims[last] * bytes,
                     address(x), address(out[0].data)});
      for (int64_t* extent : {&geometry.in[last], &geometry.begin[last], &geometry.out.dims[last]})
        *extent = *extent * bytes / unit;
    }
    byUnit(unit,
           [&]<typename T>(T) { start(queue, geometry, reinterpret_cast<const T*>(x), out[0].as<T>()); });
  }
  const char* algorithm() const override { return "runs"; }

 private:
  Geometry collapsed(const Dims& in, const Dims& out) const {
    Geometry g;
    int& rank = g.out.rank;
    bool wasPadded = false;
    for (int i = 0; i < in.rank(); ++i) {
      const bool padded = p_.begin[i] != 0 || p_.end[i] != 0;
      if (rank > 0 && !padded && (!wasPadded || p_.mode == PadMode::kConstant)) {
        for (int64_t* extent : {&g.in[rank - 1], &g.begin[rank - 1], &g.out.dims[rank - 1]}) *extent *= in[i];
        continue;
      }
      g.in[rank] = in[i], g.begin[rank] = p_.begin[i], g.out.dims[rank++] = out[i];
      wasPadded = padded;
    }
    return g;
  }

  template <typename T>
  void start(RunContext& queue, const Geometry& geometry, const T* x, T* y) const {
    PadItems<T> kernel{x, y, valueOf<T>(), p_.mode, geometry.out.rank, 0, 0, {}};
    eachBox(geometry.out, [&](const Box& part) {
      int64_t stride = 1;
      for (int i = kernel.rank - 1; i >= 0; --i) {
        kernel.axes[i] = {Divisor(part.dims[i]), geometry.in[i], geometry.begin[i] - part.from[i], stride};
        stride *= geometry.in[i];
      }
      kernel.y = y + part.first;
      kernel.count = static_cast<uint32_t>(part.count());
      kernel.items = scatteredItems(kernel.count);
      forEach(queue, kernel.items, kernel);
    });
  }

  /// As many of the constant as there are elements in a unit.
  template <typename T>
  T valueOf() const {
    T result{};
    const auto fill = [&](auto value) {
      for (size_t at = 0; at + sizeof value <= sizeof result; at += sizeof value)
        std::memcpy(reinterpret_cast<std::byte*>(&result) + at, &value, sizeof value);
    };
    if (dtype_ == DType::kBfloat16)
      fill(toBfloat16(static_cast<float>(p_.value)));
    else
      byType(dtype_, [&]<typename Element>(Element) { fill(static_cast<Element>(p_.value)); });
    return result;
  }

  PadParams p_;
  DType dtype_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> preparePad(const Op& op, const PrepareContext& context) {
  return std::make_unique<Pad>(op, context);
}

}  // namespace lw::cuda
