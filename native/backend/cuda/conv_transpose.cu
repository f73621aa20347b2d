#include <numeric>

#include "backend/cuda/doors.h"
#include "backend/cuda/operand.h"
#include "backend/cuda/window.h"

// Transposed convolution as convolutions: outputs o whose o % stride is the same along every axis are reached
// through the same taps, from inputs that are neighbours as they are. Each such phase is a product as a
// convolution is, whose taps go backwards through x.

namespace lw::cuda {
namespace {

/// More phases than this have few outputs each.
constexpr int64_t kMostPhases = 1 << 12;

/// Outputs r, r + stride, ... of an axis.
struct Phase {
  int64_t outputs = 0, taps = 0;
  int64_t tap = 0, tapStep = 1;     ///< of the kernel
  int64_t first = 0, dilation = 0;  ///< as in Window; dilation is not positive
};

Phase phaseOf(const ConvTransposeParams& p, int axis, int64_t r) {
  const int64_t stride = p.strides[axis], dilation = p.dilations[axis], kernel = p.kernel[axis];
  Phase phase;
  phase.outputs = (p.out[axis] - r + stride - 1) / stride;
  phase.tapStep = stride / std::gcd(stride, dilation);
  const int64_t last = std::min(phase.tapStep, kernel);
  while (phase.tap < last && (r + p.padBegin[axis] - phase.tap * dilation) % stride != 0) ++phase.tap;
  if (phase.tap == last) return phase;  // no tap reaches these outputs
  phase.taps = (kernel - 1 - phase.tap) / phase.tapStep + 1;
  phase.first = (r + p.padBegin[axis] - phase.tap * dilation) / stride;
  phase.dilation = -(phase.tapStep * dilation / stride);
  return phase;
}

struct PhaseProduct {
  Window window;
  TapPitches taps;
  int64_t y, yPitch[3];  ///< elements of y: the phase's first in a sample, and between its outputs
};

template <typename T>
struct TransposeProblem {
  using Element = T;
  using A = WindowLines<T>;
  using B = TapLines<T>;
  const PhaseProduct* phases;
  const T *x, *w;
  int64_t ySample;
  int samples, groups, groupIn, channels, columns;
  bool wide;

  LW_HD const PhaseProduct& phase(int64_t z) const { return phases[z / groups]; }
  LW_HD int group(int64_t z) const { return static_cast<int>(z % groups); }
  LW_HD int rows(int64_t z) const { return samples * phase(z).window.pixels; }
  LW_HD int depth(int64_t z) const { return phase(z).window.depth; }
  LW_HD A a(int64_t z) const { return {x + group(z) * groupIn, &phase(z).window, rows(z), wide}; }
  LW_HD B b(int64_t z) const {
    return {w + group(z) * groupIn, &phase(z).window, &phase(z).taps, columns, channels, wide};
  }
  LW_HD int64_t at(int64_t z, int m) const {
    const PhaseProduct& p = phase(z);
    uint32_t sample = static_cast<uint32_t>(m), o[3];
    A::split(p.window.out, &sample, o);
    return p.y + sample * ySample + o[0] * p.yPitch[0] + o[1] * p.yPitch[1] + o[2] * p.yPitch[2] + bias(z);
  }
  LW_HD int64_t bias(int64_t z) const { return static_cast<int64_t>(group(z)) * columns; }
};

struct Axis {
  int64_t in, out, kernel, stride, dilation, pad;
};

/// Element i of the output by itself: for sizes beyond 32 bits, and strides that share no taps.
template <typename T>
struct TransposeItems {
  Axis axes[3];
  int64_t groupIn, groupOut, groups;
  const T *x, *w;
  Epilogue<T> epilogue;

  LW_HD void operator()(int64_t i) const {
    const int64_t filters = groups * groupOut, channels = groups * groupIn;
    const int64_t o = i % filters, first = o / groupOut * groupIn;
    int64_t out[3], n = i / filters;
    for (int a = 2; a >= 0; --a) out[a] = n % axes[a].out, n /= axes[a].out;
    Pack<T, 1> sum{};
    for (int64_t kd = 0; kd < axes[0].kernel; ++kd) {
      const int64_t d = source(0, out[0], kd);
      if (d < 0) continue;
      for (int64_t kh = 0; kh < axes[1].kernel; ++kh) {
        const int64_t h = source(1, out[1], kh);
        if (h < 0) continue;
        for (int64_t kw = 0; kw < axes[2].kernel; ++kw) {
          const int64_t column = source(2, out[2], kw);
          if (column < 0) continue;
          const int64_t pixel = ((n * axes[0].in + d) * axes[1].in + h) * axes[2].in + column;
          const int64_t tap = (kd * axes[1].kernel + kh) * axes[2].kernel + kw;
          const T* from = x + pixel * channels + first;
          const T* filter = w + (tap * groupOut + o % groupOut) * channels + first;
          for (int64_t c = 0; c < groupIn; ++c) sum.v[0] = multiplyAdd(from[c], filter[c], sum.v[0]);
        }
      }
    }
    epilogue.template finish<1>(i, o, sum);
  }

 private:
  /// The input that reaches output o through tap k, or -1.
  LW_HD int64_t source(int a, int64_t o, int64_t k) const {
    const int64_t scaled = o + axes[a].pad - k * axes[a].dilation;
    if (scaled < 0 || scaled % axes[a].stride != 0) return -1;
    return scaled / axes[a].stride < axes[a].in ? scaled / axes[a].stride : -1;
  }
};

/// Whether every position and every offset within a sample is a number of 32 bits, and phases are few.
bool isOrdinary(const Op& op) {
  const ConvTransposeParams& p = op.as<ConvTransposeParams>();
  double in = static_cast<double>(p.inChannels), out = 1, phases = 1;
  for (int i = 0; i < 3; ++i) {
    const double reach = static_cast<double>(p.out[i]) + static_cast<double>(p.padBegin[i]) +
                         static_cast<double>(p.kernel[i]) * static_cast<double>(p.dilations[i]);
    if (reach >= kPositions || p.in[i] >= kPositions || p.strides[i] >= kPositions) return false;
    in *= static_cast<double>(p.in[i]), out *= static_cast<double>(p.out[i]);
    phases *= static_cast<double>(std::min(p.strides[i], p.out[i]));
  }
  return in < kPositions && out < kPositions && phases <= kMostPhases && op.in[1].size() < kPositions;
}

PhaseProduct productOf(const ConvTransposeParams& p, const Spatial& r) {
  PhaseProduct result{};
  Window& w = result.window;
  int64_t depth = p.inChannels / p.groups, pixels = 1, xPitch = p.inChannels, yPitch = p.outChannels;
  int64_t wPitch = p.outChannels / p.groups * p.inChannels;
  for (int i = 2; i >= 0; --i) {
    const Phase phase = phaseOf(p, i, r[i]);
    w.out[i] = Divisor(phase.outputs), w.taps[i] = Divisor(std::max<int64_t>(1, phase.taps));
    w.in[i] = static_cast<int32_t>(p.in[i]), w.first[i] = static_cast<int32_t>(phase.first);
    w.stride[i] = 1, w.dilation[i] = static_cast<int32_t>(phase.dilation);
    w.pitch[i] = static_cast<uint32_t>(xPitch);
    result.taps.first += static_cast<uint32_t>(phase.tap * wPitch);
    result.taps.pitch[i] = static_cast<uint32_t>(phase.tapStep * wPitch);
    result.y += r[i] * yPitch;
    result.yPitch[i] = p.strides[i] * yPitch;
    depth *= phase.taps, pixels *= phase.outputs;
    xPitch *= p.in[i], wPitch *= p.kernel[i], yPitch *= p.out[i];
  }
  w.channels = Divisor(p.inChannels / p.groups);
  w.sample = static_cast<uint32_t>(xPitch);
  w.pixels = static_cast<int32_t>(pixels), w.depth = static_cast<int32_t>(depth);
  return result;
}

template <typename T>
class ConvTranspose : public Prepared {
 public:
  ConvTranspose(const Op& op, const PrepareContext& context)
      : p_(op.as<ConvTransposeParams>()),
        fn_(p_.activation),
        x_(context, 0),
        w_(context, 1),
        ordinary_(isOrdinary(op)) {
    if (p_.hasBias) bias_ = Operand(context, 2);
    if (!ordinary_ || op.out[0].size() == 0) return;
    std::vector<PhaseProduct> phases;
    const auto count = [&](int axis) { return std::min(p_.strides[axis], p_.out[axis]); };
    for (int64_t d = 0; d < count(0); ++d)
      for (int64_t h = 0; h < count(1); ++h)
        for (int64_t w = 0; w < count(2); ++w) phases.push_back(productOf(p_, {d, h, w}));
    count_ = static_cast<int64_t>(phases.size());
    for (const PhaseProduct& phase : phases) {
      pixels_ = std::max<int64_t>(pixels_, phase.window.pixels);
      depth_ = std::max<int64_t>(depth_, phase.window.depth);
    }
    const size_t bytes = phases.size() * sizeof(PhaseProduct);
    phases_ = device().allocate(bytes);
    device().write(phases_.data(), phases.data(), bytes);
  }

  void run(RunContext& queue, const View* in, const View* out) const override {
    const int64_t N = out[0].dims[0], pixels = p_.out[0] * p_.out[1] * p_.out[2];
    if (N == 0 || pixels == 0) return;
    const T *x = x_.template get<T>(in), *w = w_.template get<T>(in);
    Epilogue<T> epilogue{out[0].as<T>(), p_.hasBias ? bias_.template get<T>(in) : nullptr, nullptr, fn_,
                         false};
    if (!ordinary_) return runItems(queue, N * pixels * p_.outChannels, x, w, epilogue);
    epilogue.wide = packed(16, epilogue.y) && p_.outChannels / p_.groups % kPack == 0;
    // So many samples at a time that offsets stay numbers of 31 bits.
    const int64_t sample = p_.in[0] * p_.in[1] * p_.in[2] * p_.inChannels;
    const int64_t most = (int64_t{1} << 31) / std::max({sample, pixels, int64_t{1}}) - 1;
    for (int64_t n = 0; n < N; n += most) {
      runSamples(queue, x + n * sample, w, std::min(most, N - n), epilogue);
      epilogue.y += most * pixels * p_.outChannels;
    }
  }
  const char* algorithm() const override { return "implicit gemm"; }

 private:
  static constexpr int kPack = 16 / sizeof(T);

  void runItems(RunContext& queue, int64_t count, const T* x, const T* w, const Epilogue<T>& epilogue) const {
    TransposeItems<T> items{{},      p_.inChannels / p_.groups, p_.outChannels / p_.groups, p_.groups, x, w,
                            epilogue};
    for (size_t i = 0; i < 3; ++i)
      items.axes[i] = {p_.in[i], p_.out[i], p_.kernel[i], p_.strides[i], p_.dilations[i], p_.padBegin[i]};
    forEach(queue, count, items);
  }

  void runSamples(RunContext& queue, const T* x, const T* w, int64_t N, const Epilogue<T>& epilogue) const {
    const int64_t groupIn = p_.inChannels / p_.groups, groupOut = p_.outChannels / p_.groups;
    TransposeProblem<T> problem;
    problem.phases = phases_.template as<PhaseProduct>();
    problem.x = x, problem.w = w;
    problem.ySample = p_.out[0] * p_.out[1] * p_.out[2] * p_.outChannels;
    problem.samples = static_cast<int>(N), problem.groups = static_cast<int>(p_.groups);
    problem.groupIn = static_cast<int>(groupIn), problem.channels = static_cast<int>(p_.inChannels);
    problem.columns = static_cast<int>(groupOut);
    problem.wide = packed(16, x, w) && groupIn % kPack == 0;
    const int piece =
        static_cast<int>(std::max<int64_t>(kDepthUnit, ceilDiv(depth_, kDepthUnit) * kDepthUnit));
    multiplyTiles(queue, problem, epilogue,
                  {count_ * p_.groups, N * pixels_, groupOut, depth_, p_.outChannels, piece, false});
  }

  ConvTransposeParams p_;
  ActivationOf<T> fn_;
  Operand x_, w_, bias_;
  bool ordinary_;
  Buffer phases_;                               ///< PhaseProduct, on the device
  int64_t count_ = 0, pixels_ = 0, depth_ = 0;  ///< phases; the most that one has
};

}  // namespace

std::unique_ptr<Prepared> prepareConvTranspose(const Op& op, const PrepareContext& context) {
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<ConvTranspose<T>>(op, context);
  });
}

}  // namespace lw::cuda
