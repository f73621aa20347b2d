#include "backend/cuda/axes.h"
#include "backend/cuda/conv.h"
#include "backend/cuda/epilogue.h"
#include "backend/cuda/operand.h"

namespace lw::cuda {
namespace {

/// X: how x is stored, what is computed in T.
template <typename X>
struct DepthwiseOperands {
  using T = NumberOf<X>;
  const X* x;
  const T *w, *bias;         ///< bias: or null
  ResultsOf<T> residual, y;  ///< residual: or null
  ActivationOf<T> fn;

  /// sums[i] become the kWidth channels from `o` on of the outputs at + i * step, for i < count.
  template <int kPixels, int kWidth>
  LW_HD void finish(Pack<T, kWidth> (&sums)[kPixels], int64_t at, int64_t step, int64_t o, int count) const {
    Pack<T, kPixels * kWidth> all{};
    Pack<T, kWidth> more{};
    if (bias != nullptr) more = load<kWidth>(bias + o);
    LW_UNROLL_LOOP for (int i = 0; i < kPixels; ++i) {
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) all.v[i * kWidth + k] = sums[i].v[k] + more.v[k];
    }
    if (residual != nullptr) {
      LW_UNROLL_LOOP for (int i = 0; i < kPixels; ++i) {
        if (i < count) more = loadAt<kWidth>(residual, at + i * step);
        LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) all.v[i * kWidth + k] += more.v[k];
      }
    }
    activatePack(fn, all);
    LW_UNROLL_LOOP for (int i = 0; i < kPixels; ++i) {
      LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) sums[i].v[k] = all.v[i * kWidth + k];
      if (i < count) storeAt(y, at + i * step, sums[i]);
    }
  }
};

/// A window of kSize x kSize neighbours, one filter for each channel: a thread has kLines lines of kPixels
/// outputs of a pack of channels, so that what it loads of x serves several of them.
template <typename X, int kWidth, int kSize, int kStride, int kLines>
struct SmallDepthwise {
  static constexpr int kPixels = 4, kColumns = (kPixels - 1) * kStride + kSize;
  DepthwiseOperands<X> operands;
  int inH, inW, outH, outW, channels, padH, padW;
  Division packs, strips, lines;  ///< of an image

  using Columns = Pack<float, kWidth>;

  LW_HD static bool isInside(int position, int extent) {
    return static_cast<unsigned>(position) < static_cast<unsigned>(extent);
  }
  LW_HD void addRow(const Columns (&x)[kColumns], const float* w, Columns (&sums)[kPixels]) const {
    LW_UNROLL_LOOP for (int kw = 0; kw < kSize; ++kw) {
      const Columns tap = load<kWidth>(w + kw * channels);
      LW_UNROLL_LOOP for (int i = 0; i < kPixels; ++i) {
        LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
          sums[i].v[k] = multiplyAdd(x[i * kStride + kw].v[k], tap.v[k], sums[i].v[k]);
        }
      }
    }
  }

  LW_HD void operator()(int64_t item) const {
    const int c = static_cast<int>(packs.rest(item)) * kWidth;
    const int ow = static_cast<int>(strips.rest(item)) * kPixels,
              oh = static_cast<int>(lines.rest(item)) * kLines;
    const int top = oh * kStride - padH, left = ow * kStride - padW;
    const X* from = operands.x + ((item * inH + top) * inW + left) * channels + c;
    const float* w = operands.w + c;
    Columns sums[kLines][kPixels] = {};
    const auto row = [&](int r) {
      const bool inside = isInside(top + r, inH);
      Columns x[kColumns];
      LW_UNROLL_LOOP for (int i = 0; i < kColumns; ++i) {
        x[i] = Columns{};
        if (inside && isInside(left + i, inW)) x[i] = loadNumbers<kWidth>(from + (r * inW + i) * channels);
      }
      LW_UNROLL_LOOP for (int line = 0; line < kLines; ++line) {
        const int kh = r - line * kStride;
        if (kh >= 0 && kh < kSize) addRow(x, w + kh * kSize * channels, sums[line]);
      }
    };
    constexpr int kRows = (kLines - 1) * kStride + kSize;
    if constexpr (kSize <= 3) {
      LW_UNROLL_LOOP for (int r = 0; r < kRows; ++r) row(r);
    } else {
      LW_ROLLED_LOOP for (int r = 0; r < kRows; ++r) row(r);
    }
    LW_UNROLL_LOOP for (int line = 0; line < kLines; ++line) {
      if (oh + line < outH)
        operands.finish(sums[line], ((item * outH + oh + line) * outW + ow) * channels + c, channels, c,
                        outW - ow < kPixels ? outW - ow : kPixels);
    }
  }
};

/// How the filters of a pack find their channels.
enum class Channels { kOwn, kOne, kAny };

/// Any geometry: a thread has one pack of filters of one output.
template <typename X, int kWidth, Channels kChannels>
struct Depthwise {
  using T = NumberOf<X>;
  DepthwiseOperands<X> operands;
  int64_t in[3], kernel[3], strides[3], pads[3], dilations[3], channels, filters;
  Division packs, out[3], multiplier;

  LW_HD void operator()(int64_t item) const {
    const int64_t at = item * kWidth, o = packs.rest(item) * kWidth;
    int64_t start[3];
    for (int i = 2; i >= 0; --i) start[i] = out[i].rest(item) * strides[i] - pads[i];
    int64_t c[kWidth];
    LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
      c[k] =
          kChannels == Channels::kOwn ? o + k : multiplier.quotient(kChannels == Channels::kOne ? o : o + k);
    }
    Pack<T, kWidth> sums[1] = {};
    const T* w = operands.w + o;
    for (int64_t kd = 0; kd < kernel[0]; ++kd) {
      const int64_t d = start[0] + kd * dilations[0];
      for (int64_t kh = 0; kh < kernel[1]; ++kh, w += kernel[2] * filters) {
        const int64_t h = start[1] + kh * dilations[1];
        if (d < 0 || d >= in[0] || h < 0 || h >= in[1]) continue;
        const X* line = operands.x + ((item * in[0] + d) * in[1] + h) * in[2] * channels;
        for (int64_t kw = 0; kw < kernel[2]; ++kw) {
          const int64_t column = start[2] + kw * dilations[2];
          if (column < 0 || column >= in[2]) continue;
          const Pack<T, kWidth> x = get(line + column * channels, c), tap = load<kWidth>(w + kw * filters);
          LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
            sums[0].v[k] = multiplyAdd(x.v[k], tap.v[k], sums[0].v[k]);
          }
        }
      }
    }
    operands.finish(sums, at, 0, o, 1);
  }

  LW_HD static Pack<T, kWidth> get(const X* pixel, const int64_t (&c)[kWidth]) {
    if constexpr (kChannels == Channels::kOwn) return loadNumbers<kWidth>(pixel + c[0]);
    Pack<T, kWidth> pack;
    const T first = loadNumbers<1>(pixel + c[0]).v[0];
    LW_UNROLL_LOOP for (int k = 0; k < kWidth; ++k) {
      pack.v[k] = kChannels == Channels::kOne ? first : loadNumbers<1>(pixel + c[k]).v[0];
    }
    return pack;
  }
};

/// Packs of outputs from which there are threads enough for every multiprocessor with two lines to each.
constexpr int64_t kMany = 1 << 20;

template <typename X>
class ConvDepthwise : public Prepared {
 public:
  ConvDepthwise(const Op& op, const PrepareContext& context)
      : p_(op.as<ConvParams>()),
        multiplier_(p_.outChannels / p_.groups),
        x_(context, 0),
        w_(context, 1),
        bias_(context, 2),
        residual_(context, op.in.size() - 1) {}

  void run(RunContext& queue, const View* in, const View* out) const override {
    using Memory = ResultsOf<T>;
    const Operands operands{x_.get<X>(in),
                            w_.get<T>(in),
                            p_.hasBias ? bias_.get<T>(in) : nullptr,
                            p_.hasResidual ? residual_.memory<Memory>(in) : Memory{},
                            memoryOf<Memory>(out[0]),
                            ActivationOf<T>(p_.activation)};
    if (out[0].size() == 0) return;
    const bool wide = packed(16, operands.w, operands.bias) && takesPacks<kWide>(operands.x) &&
                      takesPacks<kWide>(operands.residual) && takesPacks<kWide>(operands.y) &&
                      p_.outChannels % kWide == 0;
    start(queue, operands, in[0].dims[0], wide);
  }
  bool writesOverResidual() const override { return true; }
  const char* algorithm() const override { return "depthwise"; }

 private:
  using T = NumberOf<X>;
  using Operands = DepthwiseOperands<X>;
  static constexpr int kWide = 16 / sizeof(T);

  void start(RunContext& queue, const Operands& operands, int64_t batch, bool wide) const
    requires std::is_same_v<X, Bfloat16>
  {
    // Few kernels, for what nets have; what else there is goes by slower ones, with the same bits.
    if (!wide) return any<1, Channels::kOne>(queue, operands, batch);
    if (isSmall()) return small<kWide>(queue, operands, batch);
    if (multiplier_ != 1) return any<kWide, Channels::kAny>(queue, operands, batch);
    any<kWide, Channels::kOwn>(queue, operands, batch);
  }
  void start(RunContext& queue, const Operands& operands, int64_t batch, bool wide) const {
    if constexpr (std::is_same_v<X, float>)
      if (isSmall()) return wide ? small<kWide>(queue, operands, batch) : small<1>(queue, operands, batch);
    if (multiplier_ == 1)
      return wide ? any<kWide, Channels::kOwn>(queue, operands, batch)
                  : any<1, Channels::kOwn>(queue, operands, batch);
    if (!wide) return any<1, Channels::kOne>(queue, operands, batch);
    if (multiplier_ % kWide == 0) return any<kWide, Channels::kOne>(queue, operands, batch);
    any<kWide, Channels::kAny>(queue, operands, batch);
  }

  bool isSmall() const {
    const int64_t size = p_.kernel[2], stride = p_.strides[2];
    // What a thread reads of an image, or of the filters, is apart by a number of 32 bits.
    const double line =
        static_cast<double>(p_.in[2] + 2 * p_.padBegin[2]) * static_cast<double>(p_.inChannels);
    const int64_t high = std::max(p_.in[1], p_.out[1]) + 2 * p_.padBegin[1];
    return line < 0x1p27 && p_.inChannels < int64_t{1} << 25 && static_cast<double>(p_.out[2]) < 0x1p27 &&
           high < int64_t{1} << 29 && multiplier_ == 1 && p_.kernel[0] == 1 && p_.in[0] == 1 &&
           p_.out[0] == 1 && p_.padBegin[0] == 0 && p_.kernel[1] == size && p_.strides[1] == stride &&
           p_.dilations[1] == 1 && p_.dilations[2] == 1 &&
           (size == 3 || size == 5 || (size == 7 && stride == 1)) && (stride == 1 || stride == 2);
  }

  template <int kWidth>
  void small(RunContext& queue, const Operands& operands, int64_t batch) const {
    const int64_t size = p_.kernel[2];
    const bool single = p_.strides[2] == 1;
    // Two lines share what they load; one leaves more threads where there are few.
    const int64_t outputs = batch * p_.out[1] * p_.out[2] * p_.outChannels / kWidth;
    if (size == 3 && single && outputs >= kMany) return lines<kWidth, 3, 1, 2>(queue, operands, batch);
    if (size == 3)
      return single ? lines<kWidth, 3, 1, 1>(queue, operands, batch)
                    : lines<kWidth, 3, 2, 1>(queue, operands, batch);
    if (size == 5)
      return single ? lines<kWidth, 5, 1, 1>(queue, operands, batch)
                    : lines<kWidth, 5, 2, 1>(queue, operands, batch);
    lines<kWidth, 7, 1, 1>(queue, operands, batch);
  }
  static int narrow(int64_t n) { return static_cast<int>(n); }
  template <int kWidth, int kSize, int kStride, int kLines>
  void lines(RunContext& queue, const Operands& operands, int64_t batch) const {
    using Kernel = SmallDepthwise<X, kWidth, kSize, kStride, kLines>;
    const int64_t packs = p_.outChannels / kWidth,
                  strips = (p_.out[2] + Kernel::kPixels - 1) / Kernel::kPixels,
                  rows = (p_.out[1] + kLines - 1) / kLines, items = batch * rows * strips * packs;
    forEach(queue, items,
            Kernel{operands, narrow(p_.in[1]), narrow(p_.in[2]), narrow(p_.out[1]), narrow(p_.out[2]),
                   narrow(p_.outChannels), narrow(p_.padBegin[1]), narrow(p_.padBegin[2]),
                   Division(packs, items), Division(strips, items), Division(rows, items)});
  }
  template <int kWidth, Channels kChannels>
  void any(RunContext& queue, const Operands& operands, int64_t batch) const {
    const int64_t packs = p_.outChannels / kWidth, items = batch * p_.out[0] * p_.out[1] * p_.out[2] * packs;
    Depthwise<X, kWidth, kChannels> kernel{};
    kernel.operands = operands;
    for (int i = 0; i < 3; ++i) {
      kernel.in[i] = p_.in[i], kernel.kernel[i] = p_.kernel[i], kernel.strides[i] = p_.strides[i];
      kernel.pads[i] = p_.padBegin[i], kernel.dilations[i] = p_.dilations[i],
      kernel.out[i] = Division(p_.out[i], items);
    }
    kernel.channels = p_.inChannels, kernel.filters = p_.outChannels;
    kernel.packs = Division(packs, items), kernel.multiplier = Division(multiplier_, p_.outChannels);
    forEach(queue, items, kernel);
  }

  ConvParams p_;
  int64_t multiplier_;
  Operand x_, w_, bias_, residual_;
};

}  // namespace

bool isDepthwise(const Op& op) {
  const auto& p = op.as<ConvParams>();
  return p.inChannels == p.groups;
}

std::unique_ptr<Prepared> prepareConvDepthwise(const Op& op, const PrepareContext& context) {
  if (op.in[0].dtype == DType::kBfloat16) return std::make_unique<ConvDepthwise<Bfloat16>>(op, context);
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<ConvDepthwise<T>>(op, context);
  });
}

}  // namespace lw::cuda
