#include <limits>

#include "backend/cuda/conv.h"
#include "backend/cuda/matrix.h"
#include "backend/cuda/operand.h"
#include "backend/cuda/window.h"

// Convolution as a product whose rows are output pixels and whose depth is taps by channels of a group: the
// weights are such a matrix as they lie, and a window is read where it is.

namespace lw::cuda {
namespace {

/// Pieces of a sum are not shorter.
constexpr int64_t kShortest = 128;

template <typename T>
struct ConvProblem {
  using Element = T;
  using A = WindowLines<T>;
  using B = MatrixLines<T>;
  Window window;
  const T* x;
  MatrixLines<T> filters;
  int pixels;                 ///< of all samples
  int groupIn, columns, all;  ///< channels and filters of a group, filters
  bool wide;

  LW_HD int rows(int64_t) const { return pixels; }
  LW_HD int depth(int64_t) const { return window.depth; }
  LW_HD A a(int64_t z) const { return {x + z * groupIn, &window, pixels, wide}; }
  LW_HD B b(int64_t z) const {
    MatrixLines<T> result = filters;
    result.data += z * columns;
    return result;
  }
  LW_HD int64_t at(int64_t z, int m) const { return static_cast<int64_t>(m) * all + z * columns; }
  LW_HD int64_t bias(int64_t z) const { return z * columns; }
};

/// Element i of the output by itself: for sizes beyond 32 bits.
template <typename T>
struct ConvItems {
  ConvParams p;
  const T *x, *w;
  Epilogue<T> epilogue;

  LW_HD void operator()(int64_t i) const {
    int64_t out[3], o, n;
    place(i, out, &o, &n);
    const int64_t perGroup = p.inChannels / p.groups, group = o / (p.outChannels / p.groups);
    const int64_t taps = size(p.kernel, 0) * size(p.kernel, 1) * size(p.kernel, 2);
    Pack<T, 1> sum{};
    for (int64_t tap = 0; tap < taps; ++tap) {
      int64_t pixel = n, rest = tap, k[3];
      for (int axis = 2; axis >= 0; --axis) {
        k[axis] = rest % size(p.kernel, axis);
        rest /= size(p.kernel, axis);
      }
      bool inside = true;
      for (int axis = 0; axis < 3; ++axis) {
        const int64_t at =
            out[axis] * size(p.strides, axis) + k[axis] * size(p.dilations, axis) - size(p.padBegin, axis);
        inside = inside && at >= 0 && at < size(p.in, axis);
        pixel = pixel * size(p.in, axis) + at;
      }
      if (!inside) continue;
      const T* from = x + pixel * p.inChannels + group * perGroup;
      const T* filter = w + tap * perGroup * p.outChannels + o;
      for (int64_t c = 0; c < perGroup; ++c)
        sum.v[0] = multiplyAdd(from[c], filter[c * p.outChannels], sum.v[0]);
    }
    epilogue.template finish<1>(i, o, sum);
  }

 private:
  static LW_HD int64_t size(const Spatial& sizes, int axis) {
    return reinterpret_cast<const int64_t*>(&sizes)[axis];  // std::array's own access is not the device's
  }
  LW_HD void place(int64_t i, int64_t (&out)[3], int64_t* o, int64_t* n) const {
    *o = i % p.outChannels, i /= p.outChannels;
    for (int axis = 2; axis >= 0; --axis) out[axis] = i % size(p.out, axis), i /= size(p.out, axis);
    *n = i;
  }
};

Window windowOf(const ConvParams& p) {
  Window w{};
  int64_t pitch = p.inChannels, depth = p.inChannels / p.groups, pixels = 1;
  for (int i = 2; i >= 0; --i) {
    w.out[i] = Divisor(p.out[i]), w.taps[i] = Divisor(p.kernel[i]);
    w.in[i] = static_cast<int32_t>(p.in[i]), w.first[i] = static_cast<int32_t>(-p.padBegin[i]);
    w.stride[i] = static_cast<int32_t>(p.strides[i]), w.dilation[i] = static_cast<int32_t>(p.dilations[i]);
    w.pitch[i] = static_cast<uint32_t>(pitch);
    pitch *= p.in[i], depth *= p.kernel[i], pixels *= p.out[i];
  }
  w.channels = Divisor(p.inChannels / p.groups);
  w.sample = static_cast<uint32_t>(pitch);
  w.pixels = static_cast<int32_t>(pixels), w.depth = static_cast<int32_t>(depth);
  return w;
}

/// Whether every position and every offset within a sample is a number of 32 bits.
bool isOrdinary(const Op& op) {
  const ConvParams& p = op.as<ConvParams>();
  double sample = static_cast<double>(p.inChannels), pixels = 1;
  for (int i = 0; i < 3; ++i) {
    const auto reach = static_cast<double>(p.out[i]) * static_cast<double>(p.strides[i]) +
                       static_cast<double>(p.kernel[i]) * static_cast<double>(p.dilations[i]);
    if (reach >= kPositions || p.in[i] >= kPositions || p.padBegin[i] >= kPositions) return false;
    sample *= static_cast<double>(p.in[i]), pixels *= static_cast<double>(p.out[i]);
  }
  return sample < kPositions && pixels < kPositions && op.in[1].size() < kPositions;
}

bool isPointwise(const ConvParams& p) {
  for (int i = 0; i < 3; ++i)
    if (p.kernel[i] != 1 || p.strides[i] != 1 || p.padBegin[i] != 0 || p.out[i] != p.in[i]) return false;
  return true;
}

template <typename T>
class ConvGemm : public Prepared {
 public:
  ConvGemm(const Op& op, const PrepareContext& context)
      : p_(op.as<ConvParams>()),
        fn_(p_.activation),
        x_(context, 0),
        w_(context, 1),
        ordinary_(isOrdinary(op)) {
    if (p_.hasBias) bias_ = Operand(context, 2);
    if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
    if (!ordinary_ || op.out[0].size() == 0) return;
    window_ = windowOf(p_);
    const int64_t filters = p_.outChannels / p_.groups, pixels = window_.pixels;
    const int64_t tiles = pixels <= 8 ? ceilDiv(filters, 128) : ceilDiv(pixels, 64) * ceilDiv(filters, 64);
    piece_ = pieceOf(window_.depth, p_.groups * tiles, kShortest);
  }

  void run(RunContext& queue, const View* in, const View* out) const override {
    const int64_t N = in[0].dims[0], pixels = p_.out[0] * p_.out[1] * p_.out[2];
    if (N == 0 || pixels == 0) return;
    const T *x = x_.template get<T>(in), *w = w_.template get<T>(in);
    Epilogue<T> epilogue{out[0].as<T>(), p_.hasBias ? bias_.template get<T>(in) : nullptr,
                         p_.hasResidual ? residual_.template get<T>(in) : nullptr, fn_, false};
    if (!ordinary_) return forEach(queue, N * pixels * p_.outChannels, ConvItems<T>{p_, x, w, epilogue});
    epilogue.wide = packed(16, epilogue.y, epilogue.residual) && p_.outChannels / p_.groups % kPack == 0;
    // So many samples at a time that offsets stay numbers of 31 bits.
    const int64_t sample = window_.sample;
    const int64_t most = (int64_t{1} << 31) / std::max({sample, pixels, int64_t{1}}) - 1;
    for (int64_t n = 0; n < N; n += most) {
      runSamples(queue, x + n * sample, w, std::min(most, N - n), epilogue);
      epilogue.y += most * pixels * p_.outChannels;
      if (epilogue.residual != nullptr) epilogue.residual += most * pixels * p_.outChannels;
    }
  }
  bool writesOverResidual() const override { return true; }
  const char* algorithm() const override { return isPointwise(p_) ? "gemm" : "implicit gemm"; }

 private:
  static constexpr int kPack = 16 / sizeof(T);

  void runSamples(RunContext& queue, const T* x, const T* w, int64_t N, const Epilogue<T>& epilogue) const {
    const int C = static_cast<int>(p_.inChannels), O = static_cast<int>(p_.outChannels);
    const int groups = static_cast<int>(p_.groups), groupIn = C / groups, groupOut = O / groups;
    const int pixels = static_cast<int>(N) * window_.pixels;
    const Extents extents{groups, pixels, groupOut, window_.depth, O, piece_, true};
    const MatrixLines<T> filters{w, groupOut, O, false, readsWide(w, groupOut, O)};
    const bool wide = readsWide(x, groupIn, C);
    if (!isPointwise(p_)) {
      const ConvProblem<T> problem{window_, x, filters, pixels, groupIn, groupOut, O, wide};
      return multiplyTiles(queue, problem, epilogue, extents);
    }
    MatrixProblem<T> problem;
    problem.left = {x, pixels, C, true, wide};
    problem.right = filters;
    problem.batch.push({groups, groupIn, groupOut});
    problem.columns = groupOut, problem.inner = groupIn;
    problem.pitch = O, problem.apart = problem.biasApart = groupOut;
    multiplyMatrices(queue, problem, epilogue, extents);
  }

  ConvParams p_;
  ActivationOf<T> fn_;
  Operand x_, w_, bias_, residual_;
  bool ordinary_;
  Window window_{};
  int piece_ = 0;
};

}  // namespace

std::unique_ptr<Prepared> prepareConvGemm(const Op& op, const PrepareContext& context) {
  return byFloat(op.in[0].dtype, [&]<typename T>(T) -> std::unique_ptr<Prepared> {
    return std::make_unique<ConvGemm<T>>(op, context);
  });
}

}  // namespace lw::cuda
