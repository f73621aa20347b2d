#include <algorithm>
#include <array>
#include <vector>

#include "backend/cpu/conv.h"
#include "backend/cpu/gemm.h"
#include "backend/cpu/kernels/winograd.h"

// Winograd's F(m x m, 3 x 3): tiles of inputs are transformed into n * n points (kernels/winograd.h), each
// point is a product over channels of [tiles, C] by [C, O], and the products are transformed into outputs.
// The work goes through in blocks of tiles. A block is small when the weights' points stay in the cache
// anyway: then its points do too, and threads take whole blocks. Else it is large, so that the weights are
// read few times, and the threads share each of its three steps.

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }
constexpr int64_t kFloat = sizeof(float);

/// The transform of weights, G, from its points: row i is [1, x, x^2] / product of (x - other points).
class WeightTransform {
 public:
  explicit WeightTransform(int pairs) : n_(2 * pairs + 2) {
    const double* q = kWinogradPoints[pairs - 1];
    std::vector<double> points{0};
    for (int i = 0; i < pairs; ++i) points.push_back(q[i]), points.push_back(-q[i]);
    for (size_t i = 0; i < points.size(); ++i) {
      double product = 1;
      for (size_t j = 0; j < points.size(); ++j)
        if (j != i) product *= points[i] - points[j];
      g_.push_back({1 / product, points[i] / product, points[i] * points[i] / product});
    }
    g_.push_back({0, 0, 1});
  }

  /// U of point p for the input channel: to[o] for o < O, from w [3, 3, C, O].
  void row(const View& w, int64_t p, int64_t c, float* to) const {
    const int64_t C = w.dims[w.dims.rank() - 2], O = w.dims.back();
    const std::array<double, 3>&gi = g_[p / n_], &gj = g_[p % n_];
    const float* from = w.as<float>() + c * O;
    for (int64_t o = 0; o < O; ++o) {
      double sum = 0;
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) sum += gi[i] * gj[j] * static_cast<double>(from[(3 * i + j) * C * O + o]);
      to[o] = static_cast<float>(sum);
    }
  }

 private:
  int n_;
  std::vector<std::array<double, 3>> g_;
};

class ConvWinograd : public Prepared {
 public:
  ConvWinograd(const Op& op, const PrepareContext& context, int pairs);
  void run(RunContext& context, const View* in, const View* out) const override;
  const char* algorithm() const override {
    static const char* const names[] = {"winograd 2x2", "winograd 4x4", "winograd 6x6"};
    return names[pairs_ - 1];
  }

 private:
  struct Run {
    const float *x, *w, *bias, *residual;
    float* out;
    Epilogue<float> epilogue;
    int64_t tiles, block;  ///< of all samples; of a block
    bool shared;           ///< the threads share each block
  };
  /// Tiles [first, first + count) and where their points lie.
  struct Tiles {
    int64_t first, count;
    float *v, *m;
    int64_t vPlane, mPlane;
  };

  void packWeights(RunContext& context, const View& w, float* to) const;
  void chooseBlocks(Run& run, int concurrency) const;
  void runBlock(const Run& run, RunContext& context, const Tiles& tiles) const;
  void transformIn(const Run& run, const Tiles& tiles, int64_t tile) const;
  void multiply(const Run& run, const Tiles& tiles, int64_t point, std::array<int64_t, 2> panels) const;
  void transformOut(const Run& run, const Tiles& tiles, int64_t tile) const;

  ConvParams p_;
  int pairs_;
  int64_t m_, n_, points_;
  int64_t tilesH_, tilesW_, perSample_;
  int64_t vRow_, mRow_;  ///< floats of a tile's point: all channels, all filters
  Panels<float> panels_;
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<float> bias_;
  Buffer zeros_;  ///< the pixels of padding
  Operand x_, residual_;
};

ConvWinograd::ConvWinograd(const Op& op, const PrepareContext& context, int pairs)
    : p_(op.as<ConvParams>()),
      pairs_(pairs),
      m_(2 * pairs),
      n_(m_ + 2),
      points_(n_ * n_),
      tilesH_(ceilDiv(p_.out[1], m_)),
      tilesW_(ceilDiv(p_.out[2], m_)),
      perSample_(p_.out[0] * tilesH_ * tilesW_),
      panels_(Panels<float>::of(p_.inChannels, p_.outChannels)),
      zeros_(static_cast<size_t>(p_.inChannels * kFloat)),
      x_(context, 0) {
  const int64_t packet = winogradKernels().packet;
  vRow_ = roundUp(p_.inChannels, packet);
  if (aliases<float>(vRow_)) vRow_ += packet;
  mRow_ = roundUp(panels_.padded(), packet);
  std::fill_n(zeros_.as<float>(), p_.inChannels, 0.0f);
  if (context.constants[1])
    packed_ = context.pack(1, std::string(algorithm()) + panels_.tag(), [&](const View& w) {
      Buffer buffer(static_cast<size_t>(points_ * panels_.size() * kFloat));
      SerialContext here;
      packWeights(here, w, buffer.as<float>());
      return buffer;
    });
  bias_ = PaddedRow<float>(context, p_.hasBias ? 2 : -1, p_.outChannels, roundUp(p_.outChannels, packet));
  if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
}

/// [point][panel][C][nr].
void ConvWinograd::packWeights(RunContext& context, const View& w, float* to) const {
  const WeightTransform transform(pairs_);
  context.parallelFor(points_, [&](int64_t point) {
    float* u = scratchOf<float>(kSlotRows, panels_.K * panels_.N);
    for (int64_t c = 0; c < panels_.K; ++c) transform.row(w, point, c, u + c * panels_.N);
    packAll(MatrixB<float>{u, panels_.N, 1}, panels_, to + point * panels_.size());
  });
}

/// Counts the bytes that leave L2: small blocks read the weights once each, large ones write and read their
/// points.
void ConvWinograd::chooseBlocks(Run& run, int concurrency) const {
  const int64_t l2 = cpuInfo().l2, mr = panels_.table->mr;
  const int64_t tileBytes = points_ * (vRow_ + mRow_) * kFloat,
                weightBytes = points_ * panels_.size() * kFloat;
  const int64_t share = ceilDiv(run.tiles, concurrency);
  const int64_t fits = std::max(mr, (l2 * 5 / 8 - std::min(weightBytes, l2 / 4)) / tileBytes / mr * mr);
  const int64_t small = std::min(fits, share), smallBlocks = ceilDiv(run.tiles, small);
  constexpr int64_t kLargest = 48 << 20;  // bytes of points
  const int64_t large = std::min(run.tiles, std::max(fits, kLargest / tileBytes));
  const int64_t smallBytes = weightBytes <= l2 / 4 ? 0 : smallBlocks * weightBytes;
  const int64_t largeBytes = ceilDiv(run.tiles, large) * weightBytes + 2 * run.tiles * tileBytes;
  run.shared = smallBlocks < concurrency || largeBytes < smallBytes;
  const int64_t block = run.shared ? large : small;
  run.block = ceilDiv(run.tiles, ceilDiv(run.tiles, block));
}

void ConvWinograd::run(RunContext& context, const View* in, const View* out) const {
  Run run{x_.get<float>(in),
          nullptr,
          bias_.get(in),
          nullptr,
          out[0].as<float>(),
          Epilogue<float>(p_.activation),
          in[0].dims[0] * perSample_,
          0,
          false};
  if (run.tiles == 0) return;
  if (p_.hasResidual) run.residual = residual_.get<float>(in);
  if (packed_) {
    run.w = packed_->as<float>();
  } else {
    float* w = scratchOf<float>(kSlotWeights, points_ * panels_.size());
    packWeights(context, in[1], w);
    run.w = w;
  }
  chooseBlocks(run, context.concurrency());
  const int64_t blocks = ceilDiv(run.tiles, run.block);
  // Planes that are not a multiple of a page apart, or the points of a tile push each other out of L1.
  const int64_t vPlane = run.block * vRow_ + 16, mPlane = run.block * mRow_ + 16;
  const auto tilesOf = [&](int64_t block, bool shared) {
    const int64_t first = block * run.block;
    return Tiles{first,
                 std::min(run.block, run.tiles - first),
                 scratchOf<float>(shared ? kSlotInput : kSlotRows, points_ * vPlane),
                 scratchOf<float>(shared ? kSlotTaps : kSlotPanels, points_ * mPlane),
                 vPlane,
                 mPlane};
  };
  if (run.shared) {
    for (int64_t block = 0; block < blocks; ++block) runBlock(run, context, tilesOf(block, true));
  } else {
    context.parallelFor(blocks, [&](int64_t block) {
      SerialContext here;
      runBlock(run, here, tilesOf(block, false));
    });
  }
}

void ConvWinograd::runBlock(const Run& run, RunContext& context, const Tiles& tiles) const {
  const int64_t threads = context.concurrency();
  // Pieces of some tiles, and of some panels: for the balance, not for the caches.
  const int64_t piece = threads > 1 ? std::max<int64_t>(1, tiles.count / (8 * threads)) : tiles.count;
  const auto eachTile = [&](auto transform) {
    context.parallelFor(ceilDiv(tiles.count, piece), [&](int64_t task) {
      const int64_t last = std::min((task + 1) * piece, tiles.count);
      for (int64_t tile = task * piece; tile < last; ++tile) transform(tile);
    });
  };
  eachTile([&](int64_t tile) { transformIn(run, tiles, tile); });
  const int64_t cuts = threads > 1 ? std::min<int64_t>(panels_.count(), ceilDiv(4 * threads, points_)) : 1;
  const int64_t width = ceilDiv(panels_.count(), cuts);
  context.parallelFor(points_ * cuts, [&](int64_t task) {
    const int64_t first = task % cuts * width;
    multiply(run, tiles, task / cuts, {first, std::min(first + width, panels_.count())});
  });
  eachTile([&](int64_t tile) { transformOut(run, tiles, tile); });
}

void ConvWinograd::transformIn(const Run& run, const Tiles& tiles, int64_t tile) const {
  const int64_t index = tiles.first + tile, plane = index / (tilesH_ * tilesW_);
  const int64_t h0 = index / tilesW_ % tilesH_ * m_ - p_.padBegin[1],
                w0 = index % tilesW_ * m_ - p_.padBegin[2];
  const float* x = run.x + plane * p_.in[1] * p_.in[2] * p_.inChannels;
  const float* pixels[64];
  for (int64_t i = 0; i < n_; ++i)
    for (int64_t j = 0; j < n_; ++j) {
      const int64_t h = h0 + i, w = w0 + j;
      const bool inside = h >= 0 && h < p_.in[1] && w >= 0 && w < p_.in[2];
      pixels[i * n_ + j] = inside ? x + (h * p_.in[2] + w) * p_.inChannels : zeros_.as<float>();
    }
  winogradKernels().input[pairs_ - 1](
      WinogradInput{pixels, p_.inChannels, tiles.v + tile * vRow_, tiles.vPlane});
}

void ConvWinograd::multiply(const Run& run, const Tiles& tiles, int64_t point,
                            std::array<int64_t, 2> panels) const {
  const int64_t K = panels_.K, zero = 0;
  int64_t* offsets = scratchOf<int64_t>(kSlotOffsets, tiles.count);
  for (int64_t i = 0; i < tiles.count; ++i) offsets[i] = i * vRow_;
  GemmPanel<float> p{};
  p.a = tiles.v + point * tiles.vPlane;
  p.rowOffset = offsets, p.rows = tiles.count;
  p.tapOffset = &zero, p.taps = 1, p.run = K;
  p.ldc = mRow_;
  p.prefetchC = cpuInfo().shortStoreQueue;
  for (int64_t j = panels[0]; j < panels[1]; ++j) {
    p.columns = p.ldb = panels_.width(j);
    p.b = run.w + point * panels_.size() + panels_.offset(j);
    p.c = tiles.m + point * tiles.mPlane + j * panels_.nr;
    (p.ldb == panels_.nr ? panels_.table->wide : panels_.table->narrow)(p);
  }
}

void ConvWinograd::transformOut(const Run& run, const Tiles& tiles, int64_t tile) const {
  const int64_t index = tiles.first + tile, plane = index / (tilesH_ * tilesW_), O = p_.outChannels;
  const int64_t h = index / tilesW_ % tilesH_ * m_, w = index % tilesW_ * m_;
  const int64_t at = ((plane * p_.out[1] + h) * p_.out[2] + w) * O;
  WinogradOutput t{};
  t.from = tiles.m + tile * mRow_, t.plane = tiles.mPlane;
  t.channels = O;
  t.out = run.out + at;
  t.residual = run.residual ? run.residual + at : nullptr;
  t.line = p_.out[2] * O, t.pixel = O;
  t.rows = static_cast<int>(std::min(m_, p_.out[1] - h));
  t.columns = static_cast<int>(std::min(m_, p_.out[2] - w));
  t.bias = run.bias;
  t.lo = run.epilogue.lo, t.hi = run.epilogue.hi;
  winogradKernels().output[pairs_ - 1](t);
  for (int i = 0; i < t.rows; ++i)
    applyLate(run.epilogue.late, Block<float>{t.out + i * t.line, t.columns, O, O});
}

}  // namespace

std::unique_ptr<Prepared> prepareConvWinograd(const Op& op, const PrepareContext& context, int tile) {
  return std::make_unique<ConvWinograd>(op, context, tile / 2);
}

}  // namespace lw::cpu
