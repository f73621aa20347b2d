#include <algorithm>
#include <array>
#include <vector>

#include "backend/cpu/conv.h"
#include "backend/cpu/gemm.h"
#include "backend/cpu/kernels/winograd.h"

// Winograd's F(m x m, r x r): tiles of inputs are transformed into n * n points (kernels/winograd.h), each
// point is a product over channels of [tiles, C] by [C, O] (for each group), and the products are transformed
// into outputs. The work goes through in blocks of tiles. A block is small when the weights' points stay in
// the cache anyway: then its points do too, and threads take whole blocks. Else it is large, so that the
// weights are read few times, and the threads share each of its three steps.

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }
constexpr int64_t kFloat = sizeof(float);

/// The transform of weights, G, from its points: row i is [1, x, x^2, ...] / product of (x - other points).
class WeightTransform {
 public:
  WeightTransform(int pairs, int64_t r) : n_(2 * pairs + 2), r_(r) {
    const double* q = kWinogradPoints[pairs - 1];
    std::vector<double> points{0};
    for (int i = 0; i < pairs; ++i) points.push_back(q[i]), points.push_back(-q[i]);
    for (size_t i = 0; i < points.size(); ++i) {
      double value = 1;
      for (size_t j = 0; j < points.size(); ++j)
        if (j != i) value /= points[i] - points[j];
      for (int64_t k = 0; k < r; ++k, value *= points[i]) g_.push_back(value);
    }
    g_.resize(static_cast<size_t>(n_ * r));
    g_.back() = 1;
  }

  /// U of point p for the input channel: to[o] for o < O, from w [r, r, C, O]; `sum` is room for O.
  void row(const View& w, int64_t p, int64_t c, double* sum, float* to) const {
    const int64_t C = w.dims[w.dims.rank() - 2], O = w.dims.back();
    const double *gi = &g_[static_cast<size_t>(p / n_ * r_)], *gj = &g_[static_cast<size_t>(p % n_ * r_)];
    const float* from = w.as<float>() + c * O;
    std::fill_n(sum, O, 0.0);
    for (int64_t i = 0; i < r_; ++i)
      for (int64_t j = 0; j < r_; ++j) {
        const double factor = gi[i] * gj[j];
        const float* tap = from + (r_ * i + j) * C * O;
        for (int64_t o = 0; o < O; ++o) sum[o] += factor * static_cast<double>(tap[o]);
      }
    for (int64_t o = 0; o < O; ++o) to[o] = static_cast<float>(sum[o]);
  }

 private:
  int64_t n_, r_;
  std::vector<double> g_;  ///< [n][r]
};

class ConvWinograd : public Prepared {
 public:
  ConvWinograd(const Op& op, const PrepareContext& context, int64_t m);
  void run(RunContext& context, const View* in, const View* out) const override;
  const char* algorithm() const override { return m_ == 2 ? "winograd 2x2" : "winograd 4x4"; }
  bool writesOverResidual() const override { return true; }

 private:
  struct Run {
    const float *x, *w, *bias, *residual;
    float* out;
    Epilogue<float> epilogue;
    int64_t tiles, block;  ///< of all samples; of a block
    int64_t chunk;         ///< panels whose products lie in memory at a time, before they become outputs
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
  void transformOut(const Run& run, const Tiles& tiles, int64_t tile, std::array<int64_t, 2> units) const;
  /// Floats of a tile's point among the products of a chunk.
  int64_t rowOf(const Run& run) const { return run.shared ? mRow_ : run.chunk * panels_.nr; }
  /// The first filter of a unit, which is one panel of one group; or their number.
  int64_t filterOf(int64_t unit) const {
    return unit / panels_.count() * groupOut_ + unit % panels_.count() * panels_.nr;
  }
  int64_t units() const { return p_.groups * panels_.count(); }

  ConvParams p_;
  int64_t m_, n_, points_;
  int pairs_;
  int64_t groupIn_, groupOut_;
  int64_t tilesH_, tilesW_, perSample_;
  int64_t vRow_, mRow_;    ///< floats of a tile's point: all channels, all filters
  int64_t pointSize_ = 0;  ///< of the weights of a point: [group][panel][C / groups][nr]
  Panels<float> panels_;   ///< of one group
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<float> bias_;
  Buffer zeros_;  ///< the pixels of padding
  Operand x_, residual_;
};

ConvWinograd::ConvWinograd(const Op& op, const PrepareContext& context, int64_t m)
    : p_(op.as<ConvParams>()),
      m_(m),
      n_(m + p_.kernel[1] - 1),
      points_(n_ * n_),
      pairs_(static_cast<int>(n_ / 2 - 1)),
      groupIn_(p_.inChannels / p_.groups),
      groupOut_(p_.outChannels / p_.groups),
      tilesH_(ceilDiv(p_.out[1], m_)),
      tilesW_(ceilDiv(p_.out[2], m_)),
      perSample_(p_.out[0] * tilesH_ * tilesW_),
      panels_(Panels<float>::of(groupIn_, groupOut_)),
      zeros_(static_cast<size_t>(p_.inChannels * kFloat)),
      x_(context, 0) {
  const int64_t packet = winogradKernels().packet;
  vRow_ = roundUp(p_.inChannels, packet);
  if (aliases<float>(vRow_)) vRow_ += packet;
  mRow_ = roundUp((p_.groups - 1) * groupOut_ + panels_.padded(), packet);
  pointSize_ = p_.groups * panels_.size();
  std::fill_n(zeros_.as<float>(), p_.inChannels, 0.0f);
  if (context.constants[1])
    packed_ = context.pack(1, std::string(algorithm()) + std::to_string(p_.groups) + panels_.tag(),
                           [&](const View& w) {
                             Buffer buffer(static_cast<size_t>(points_ * pointSize_ * kFloat));
                             SerialContext here;
                             packWeights(here, w, buffer.as<float>());
                             return buffer;
                           });
  bias_ = PaddedRow<float>(context, p_.hasBias ? 2 : -1, p_.outChannels, roundUp(p_.outChannels, packet));
  if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
}

/// [point][group][panel][C / groups][nr].
void ConvWinograd::packWeights(RunContext& context, const View& w, float* to) const {
  const WeightTransform transform(pairs_, p_.kernel[1]);
  context.parallelFor(points_, [&](int64_t point) {
    float* u = scratchOf<float>(kSlotRows, groupIn_ * p_.outChannels);
    double* sum = scratchOf<double>(kSlotPanels, p_.outChannels);
    for (int64_t c = 0; c < groupIn_; ++c) transform.row(w, point, c, sum, u + c * p_.outChannels);
    for (int64_t g = 0; g < p_.groups; ++g)
      packAll(MatrixB<float>{u + g * groupOut_, p_.outChannels, 1}, panels_,
              to + point * pointSize_ + g * panels_.size());
  });
}

/// Counts the bytes that leave L2: small blocks read the weights once each, large ones write and read their
/// points.
void ConvWinograd::chooseBlocks(Run& run, int concurrency) const {
  const int64_t l2 = cpuInfo().l2, mr = panels_.table->mr, weightBytes = points_ * pointSize_ * kFloat;
  const int64_t share = ceilDiv(run.tiles, concurrency);
  run.chunk = std::min<int64_t>(units(), 2);
  const int64_t smallTile = points_ * (vRow_ + run.chunk * panels_.nr) * kFloat;
  const bool stay = weightBytes <= l2 / 2;  // the weights, in L2
  const int64_t fits = std::max(mr, (l2 * 5 / 8 - (stay ? weightBytes : l2 / 8)) / smallTile / mr * mr);
  const int64_t small = std::min(fits, share), smallBlocks = ceilDiv(run.tiles, small);
  constexpr int64_t kLargest = 48 << 20;  // bytes of points
  const int64_t largeTile = points_ * (vRow_ + mRow_) * kFloat;
  const int64_t large = std::min(run.tiles, std::max(fits, kLargest / largeTile));
  const int64_t smallBytes = stay ? 0 : smallBlocks * weightBytes;
  const int64_t largeBytes = ceilDiv(run.tiles, large) * weightBytes + 2 * run.tiles * largeTile;
  run.shared = smallBlocks < concurrency || largeBytes < smallBytes;
  if (run.shared) run.chunk = units();
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
          0,
          false};
  if (run.tiles == 0) return;
  if (p_.hasResidual) run.residual = residual_.get<float>(in);
  if (packed_) {
    run.w = packed_->as<float>();
  } else {
    float* w = scratchOf<float>(kSlotWeights, points_ * pointSize_);
    packWeights(context, in[1], w);
    run.w = w;
  }
  chooseBlocks(run, context.concurrency());
  const int64_t blocks = ceilDiv(run.tiles, run.block);
  // Planes that are not a multiple of a page apart, or the points of a tile push each other out of L1.
  const int64_t vPlane = run.block * vRow_ + 16, mPlane = run.block * rowOf(run) + 16;
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
  for (int64_t unit = 0; unit < units(); unit += run.chunk) {
    const std::array<int64_t, 2> chunk{unit, std::min(unit + run.chunk, units())};
    const int64_t cuts = threads > 1 ? std::min(chunk[1] - unit, ceilDiv(4 * threads, points_)) : 1;
    const int64_t width = ceilDiv(chunk[1] - unit, cuts);
    context.parallelFor(points_ * cuts, [&](int64_t task) {
      const int64_t first = unit + task % cuts * width;
      multiply(run, tiles, task / cuts, {first, std::min(first + width, chunk[1])});
    });
    eachTile([&](int64_t tile) { transformOut(run, tiles, tile, chunk); });
  }
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
                            std::array<int64_t, 2> units) const {
  const int64_t zero = 0, row = rowOf(run), start = filterOf(units[0] / run.chunk * run.chunk);
  GemmPanel<float> p{};
  p.rowStride = vRow_, p.rows = tiles.count;
  p.tapOffset = &zero, p.taps = 1, p.run = groupIn_;
  p.ldc = row;
  p.prefetchC = cpuInfo().shortStoreQueue;
  for (int64_t unit = units[0]; unit < units[1]; ++unit) {
    const int64_t g = unit / panels_.count(), j = unit % panels_.count();
    p.a = tiles.v + point * tiles.vPlane + g * groupIn_;
    p.ldb = panels_.width(j);
    // Beyond the columns of the last group there is room for a whole panel; beyond another's lies the next.
    p.columns = g + 1 == p_.groups ? p.ldb : panels_.columns(j);
    p.b = run.w + point * pointSize_ + g * panels_.size() + panels_.offset(j);
    // Few rows run as fast as the weights arrive.
    constexpr int64_t kFewTiles = 48;
    p.next = tiles.count <= kFewTiles ? p.b + panels_.offset(1) : nullptr;
    p.c = tiles.m + point * tiles.mPlane + filterOf(unit) - start;
    (p.ldb == panels_.nr ? panels_.table->wide : panels_.table->narrow)(p);
  }
}

void ConvWinograd::transformOut(const Run& run, const Tiles& tiles, int64_t tile,
                                std::array<int64_t, 2> units) const {
  const int64_t index = tiles.first + tile, plane = index / (tilesH_ * tilesW_), O = p_.outChannels;
  const int64_t h = index / tilesW_ % tilesH_ * m_, w = index % tilesW_ * m_;
  const int64_t filter = filterOf(units[0]);
  const int64_t at = ((plane * p_.out[1] + h) * p_.out[2] + w) * O + filter;
  WinogradOutput t{};
  t.from = tiles.m + tile * rowOf(run), t.plane = tiles.mPlane;
  t.channels = std::min(O, filterOf(units[1])) - filter;
  t.out = run.out + at;
  t.residual = run.residual ? run.residual + at : nullptr;
  t.line = p_.out[2] * O, t.pixel = O;
  t.rows = static_cast<int>(std::min(m_, p_.out[1] - h));
  t.columns = static_cast<int>(std::min(m_, p_.out[2] - w));
  t.bias = run.bias + filter;
  t.lo = run.epilogue.lo, t.hi = run.epilogue.hi;
  winogradKernels().output[pairs_ - 1][m_ / 2 - 1](t);
  for (int i = 0; i < t.rows; ++i)
    applyLate(run.epilogue.late, Block<float>{t.out + i * t.line, t.columns, t.channels, O});
}

}  // namespace

std::unique_ptr<Prepared> prepareConvWinograd(const Op& op, const PrepareContext& context, int tile) {
  return std::make_unique<ConvWinograd>(op, context, tile);
}

}  // namespace lw::cpu
