#include "backend/cuda/conv.h"
#include "backend/cuda/mma_launch.h"
#include "backend/cuda/mma_pack.h"

// Convolution as an implicit product: M output pixels of all samples, N filters of a group, K = taps x C /
// groups. Nothing is gathered in memory; the threads that copy A find each value's place in x.

namespace lw::cuda {
namespace {

constexpr int64_t kLargest = (int64_t{1} << 31) - 1;  ///< elements that 32 bits count
constexpr int64_t kExtent = int64_t{1} << 28;         ///< of a padded axis

int64_t volume(const Spatial& s) { return s[0] * s[1] * s[2]; }

struct Axis3 {
  int d, h, w;
  Axis3() = default;
  explicit Axis3(const Spatial& s)
      : d(static_cast<int>(s[0])), h(static_cast<int>(s[1])), w(static_cast<int>(s[2])) {}
};

/// Offsets wrap, and are right where the position is inside.
template <typename T>
struct ConvRows {
  using Type = T;
  struct alignas(16) Row {
    uint32_t offset;
    int d, h, w;  ///< of the window's first tap
  };
  struct Column {
    uint32_t offset;
    int d, h, w;  ///< from the first tap
  };
  static constexpr int kOutside = 1 << 29;

  const T* x;
  Axis3 in, strides, dilations, pads;
  int M, K, channels, channelsOfGroup, filtersOfGroup;
  uint32_t ldB;
  Divisor oD, oH, oW, kH, kW, perGroup;

  template <class Place>
  LW_HD void start(Place& place, uint32_t group) const {
    place.a = x + static_cast<int64_t>(group) * channelsOfGroup;
    place.b += static_cast<int64_t>(group) * filtersOfGroup * ldB;
    place.bias = static_cast<int>(group) * filtersOfGroup;
    place.y = place.bias;
  }
  LW_HD Row row(int m) const {
    if (m >= M) return {0, kOutside, 0, 0};
    const uint32_t pixel = static_cast<uint32_t>(m), line = oW.quotient(pixel), plane = oH.quotient(line);
    const uint32_t n = oD.quotient(plane);
    const int d = static_cast<int>(oD.rest(plane, n)) * strides.d - pads.d;
    const int h = static_cast<int>(oH.rest(line, plane)) * strides.h - pads.h;
    const int w = static_cast<int>(oW.rest(pixel, line)) * strides.w - pads.w;
    const uint32_t at =
        ((n * static_cast<uint32_t>(in.d) + static_cast<uint32_t>(d)) * static_cast<uint32_t>(in.h) +
         static_cast<uint32_t>(h)) *
            static_cast<uint32_t>(in.w) +
        static_cast<uint32_t>(w);
    return {at * static_cast<uint32_t>(channels), d, h, w};
  }
  LW_HD Column column(int k) const {
    if (k >= K) return {0, kOutside, 0, 0};
    const uint32_t at = static_cast<uint32_t>(k), tap = perGroup.quotient(at), c = perGroup.rest(at, tap);
    const uint32_t line = kW.quotient(tap), plane = kH.quotient(line);
    const int d = static_cast<int>(plane) * dilations.d;
    const int h = static_cast<int>(kH.rest(line, plane)) * dilations.h;
    const int w = static_cast<int>(kW.rest(tap, line)) * dilations.w;
    const uint32_t pixel =
        (static_cast<uint32_t>(d) * static_cast<uint32_t>(in.h) + static_cast<uint32_t>(h)) *
            static_cast<uint32_t>(in.w) +
        static_cast<uint32_t>(w);
    return {pixel * static_cast<uint32_t>(channels) + c, d, h, w};
  }
  LW_HD const T* find(const T* a, const Row& row, const Column& column) const {
    const bool inside = (static_cast<unsigned>(row.d + column.d) < static_cast<unsigned>(in.d)) &
                        (static_cast<unsigned>(row.h + column.h) < static_cast<unsigned>(in.h)) &
                        (static_cast<unsigned>(row.w + column.w) < static_cast<unsigned>(in.w));
    return inside ? a + (row.offset + column.offset) : nullptr;
  }
};

/// X: how x is stored.
template <Precision kPrecision, typename X = float>
class ConvMma : public Prepared {
 public:
  ConvMma(const Op& op, const PrepareContext& context)
      : p_(op.as<ConvParams>()),
        x_(context, 0),
        bias_(context, 2),
        residual_(context, p_.hasBias ? 3 : 2),
        K_(volume(p_.kernel) * (p_.inChannels / p_.groups)),
        weights_{1, K_, p_.outChannels, false},
        w_(context, 1, weights_),
        perSplit_(stepsOfSplit(volume(p_.out), p_.outChannels / p_.groups, p_.groups, K_)) {}

  void run(RunContext& queue, const View* in, const View* out) const override {
    const int64_t batch = in[0].dims[0], xSize = volume(p_.in) * p_.inChannels;
    const int64_t ySize = volume(p_.out) * p_.outChannels;
    if (batch * ySize == 0) return;
    // Samples that 32 bits count the elements of.
    const int64_t most = std::max<int64_t>(1, kLargest / std::max(xSize, ySize));
    Task task = taskOf(in, out);
    const size_t packed = alignedBytes(w_.bytes(weights_));
    const auto partial = [&](int64_t samples) {
      return partialBytes(MmaCut(samples * volume(p_.out), task.N, p_.groups, splits()), samples * ySize);
    };
    const size_t sums = std::max(partial(std::min(batch, most)), partial((batch - 1) % most + 1));
    std::byte* there = queueOf(queue).workspace(packed + sums);
    task.b = w_.get(queue, in, weights_, there);
    for (int64_t first = 0; first < batch; first += most) {
      const int64_t count = std::min(most, batch - first);
      Task part = task;
      part.M = part.rows.M = static_cast<int>(count * volume(p_.out));
      part.rows.x += first * xSize;
      part.epilogue.y += first * ySize;
      if (p_.hasResidual) part.epilogue.residual += first * ySize;
      launchMma<kPrecision>(queue, part, p_.groups, count * ySize, reinterpret_cast<float*>(there + packed));
    }
  }
  bool writesOverResidual() const override { return p_.hasResidual; }
  const char* algorithm() const override { return mmaAlgorithm(kPrecision, true); }

 private:
  using Task = MmaTaskOf<ConvRows<X>, kPrecision>;
  using Finish = typename Task::Finish;

  ConvRows<X> rowsOf(const X* x) const {
    ConvRows<X> rows{};
    rows.x = x;
    rows.in = Axis3(p_.in), rows.strides = Axis3(p_.strides), rows.dilations = Axis3(p_.dilations);
    rows.pads = Axis3(p_.padBegin);
    rows.K = static_cast<int>(K_);
    rows.channels = static_cast<int>(p_.inChannels);
    rows.channelsOfGroup = static_cast<int>(p_.inChannels / p_.groups);
    rows.filtersOfGroup = static_cast<int>(p_.outChannels / p_.groups);
    rows.ldB = static_cast<uint32_t>(weights_.padded());
    rows.oD = Divisor(p_.out[0]), rows.oH = Divisor(p_.out[1]), rows.oW = Divisor(p_.out[2]);
    rows.kH = Divisor(p_.kernel[1]), rows.kW = Divisor(p_.kernel[2]);
    rows.perGroup = Divisor(p_.inChannels / p_.groups);
    return rows;
  }

  int64_t splits() const { return ceilDiv(ceilDiv(K_, kMmaDepth), perSplit_); }

  Task taskOf(const View* in, const View* out) const {
    const int64_t N = p_.outChannels / p_.groups;
    const X* x = x_.get<X>(in);
    Finish epilogue{};
    epilogue.bias = p_.hasBias ? bias_.get<float>(in) : nullptr;
    if (p_.hasResidual) epilogue.residual = residual_.memory<decltype(epilogue.residual)>(in);
    epilogue.y = memoryOf<decltype(epilogue.y)>(out[0]);
    epilogue.fn = ActivationOf<float>(p_.activation);
    epilogue.wide = N % 4 == 0 && packed(16, epilogue.bias) && takesPacks<4>(epilogue.residual) &&
                    takesPacks<4>(epilogue.y);
    Task task{};
    task.rows = rowsOf(x);
    task.epilogue = epilogue;
    task.N = static_cast<int>(N);
    task.ldB = task.rows.ldB, task.ldY = p_.outChannels;
    task.steps = static_cast<int>(ceilDiv(K_, kMmaDepth)), task.perSplit = static_cast<int>(perSplit_);
    task.width = widthOfRows<X, typename InputOf<kPrecision>::Type>(x, p_.inChannels / p_.groups);
    return task;
  }

  ConvParams p_;
  Operand x_, bias_, residual_;
  int64_t K_;
  MatrixShape weights_;
  PackedOperand<kPrecision> w_;
  int64_t perSplit_;
};

bool fitsExtents(const ConvParams& p) {
  for (int i = 0; i < 3; ++i) {
    const int64_t reach = (p.out[i] - 1) * p.strides[i] + (p.kernel[i] - 1) * p.dilations[i] + 1;
    if (std::max({p.in[i] + p.padBegin[i] + p.padEnd[i], reach, p.strides[i], p.dilations[i]}) >= kExtent)
      return false;
  }
  return true;
}

}  // namespace

bool fitsConvMma(const Op& op, const PrepareContext& context) {
  const ConvParams& p = op.as<ConvParams>();
  if (!isSingle(op.in[0].dtype)) return false;
  // Three products round differently from one.
  if (context.precision == Precision::kFloat32 && p.algorithm == ConvAlgorithm::kDirect) return false;
  const int64_t C = p.inChannels / p.groups, N = p.outChannels / p.groups, K = volume(p.kernel) * C;
  const bool fills = K >= 16 && N >= 8 && (p.groups == 1 || (C >= 8 && N >= 16));
  return fills && fitsExtents(p) && volume(p.in) * p.inChannels <= kLargest &&
         volume(p.out) * p.outChannels <= kLargest && (K + kMmaDepth) * p.outChannels <= kLargest;
}

std::unique_ptr<Prepared> prepareConvMma(const Op& op, const PrepareContext& context) {
  if (op.in[0].dtype == DType::kBfloat16)
    return std::make_unique<ConvMma<Precision::kBfloat16, Bfloat16>>(op, context);
  return byPrecision(context.precision, [&](auto precision) -> std::unique_ptr<Prepared> {
    return std::make_unique<ConvMma<decltype(precision)::value>>(op, context);
  });
}

}  // namespace lw::cuda
