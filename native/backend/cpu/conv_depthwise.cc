#include <algorithm>
#include <cstring>

#include "backend/cpu/conv.h"
#include "backend/cpu/epilogue.h"
#include "backend/cpu/kernels/depthwise.h"
#include "backend/cpu/pack.h"

// One output channel sees one input channel: there is nothing to reduce over, so the vectors run over
// channels and x is read in place. A task is a block of output lines of one sample. Along a line the windows
// that stay inside the input are one call of the kernel; at the borders each pixel has its own list of taps.
// With several outputs per channel the input lines are first repeated into scratch, channel by channel, and
// the rest is the same.

namespace lw::cpu {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Window positions [first, last) of an output position that lie inside an axis of the input.
struct Reach {
  int64_t first, last;
  Reach(const ConvParams& p, int axis, int64_t out) {
    const int64_t start = out * p.strides[axis] - p.padBegin[axis], d = p.dilations[axis];
    first = start >= 0 ? 0 : std::min(p.kernel[axis], ceilDiv(-start, d));
    const int64_t end = p.in[axis] > start ? ceilDiv(p.in[axis] - start, d) : 0;
    last = std::max(first, std::min(p.kernel[axis], end));
  }
  bool whole(const ConvParams& p, int axis) const { return first == 0 && last == p.kernel[axis]; }
};

class ConvDepthwise : public Prepared {
 public:
  ConvDepthwise(const Op& op, const PrepareContext& context)
      : p_(op.as<ConvParams>()), multiplier_(p_.outChannels / p_.inChannels), x_(context, 0) {
    const int64_t packet = depthwiseKernels().packet, O = p_.outChannels;
    padded_ = ceilDiv(O, packet) * packet;
    if (context.constants[1])
      packed_ = context.pack(1, "depthwise" + std::to_string(padded_), [&](const View& w) {
        Buffer buffer(static_cast<size_t>(windowSize() * padded_) * sizeof(float));
        packWeights(w.as<float>(), buffer.as<float>());
        return buffer;
      });
    bias_ = PaddedRow<float>(context, p_.hasBias ? 2 : -1, O, padded_);
    if (p_.hasResidual) residual_ = Operand(context, op.in.size() - 1);
    while (left_ < p_.out[2] && !Reach(p_, 2, left_).whole(p_, 2)) ++left_;
    right_ = p_.out[2];
    while (right_ > left_ && !Reach(p_, 2, right_ - 1).whole(p_, 2)) --right_;
  }

  void run(RunContext& context, const View* in, const View* out) const override {
    Run run{x_.get<float>(in),
            nullptr,
            bias_.get(in),
            nullptr,
            out[0].as<float>(),
            0,
            Epilogue<float>(p_.activation)};
    if (p_.hasResidual) run.residual = residual_.get<float>(in);
    if (packed_) {
      run.w = packed_->as<float>();
    } else {
      float* w = scratchOf<float>(kSlotWeights, windowSize() * padded_);
      packWeights(in[1].as<float>(), w);
      run.w = w;
    }
    // Some 128 KB of output per task, or less when there would be too few tasks.
    const int64_t N = in[0].dims[0],
                  lineBytes = p_.out[2] * p_.outChannels * static_cast<int64_t>(sizeof(float));
    const int64_t grain =
        std::clamp<int64_t>(N * p_.out[1] * lineBytes / (8 * context.concurrency()), 8 << 10, 128 << 10);
    run.lines = std::clamp<int64_t>(grain / std::max<int64_t>(1, lineBytes), 1, p_.out[1]);
    const int64_t blocks = ceilDiv(p_.out[1], run.lines);
    context.parallelFor(N * p_.out[0] * blocks, [&](int64_t task) {
      const int64_t plane = task / blocks, h0 = task % blocks * run.lines;
      runLines(run, plane / p_.out[0], plane % p_.out[0], h0);
    });
  }
  const char* algorithm() const override { return "depthwise"; }

 private:
  struct Run {
    const float *x, *w, *bias, *residual;
    float* out;
    int64_t lines;
    Epilogue<float> epilogue;
  };

  int64_t windowSize() const { return p_.kernel[0] * p_.kernel[1] * p_.kernel[2]; }
  void packWeights(const float* w, float* to) const {
    for (int64_t t = 0; t < windowSize(); ++t, to += padded_) {
      std::copy_n(w + t * p_.outChannels, p_.outChannels, to);
      std::fill(to + p_.outChannels, to + padded_, 0.0f);
    }
  }

  /// Taps of the output pixel (od, oh, ow), with x offsets from the first pixel of input line (d, h) = (0,
  /// 0).
  int64_t makeTaps(const Spatial& at, const Spatial& in, int64_t* xOffset, int64_t* wOffset) const {
    const Reach rd(p_, 0, at[0]), rh(p_, 1, at[1]), rw(p_, 2, at[2]);
    int64_t taps = 0;
    for (int64_t kd = rd.first; kd < rd.last; ++kd)
      for (int64_t kh = rh.first; kh < rh.last; ++kh)
        for (int64_t kw = rw.first; kw < rw.last; ++kw, ++taps) {
          const int64_t d = at[0] * p_.strides[0] - p_.padBegin[0] + kd * p_.dilations[0] - in[0];
          const int64_t h = at[1] * p_.strides[1] - p_.padBegin[1] + kh * p_.dilations[1] - in[1];
          const int64_t w = at[2] * p_.strides[2] - p_.padBegin[2] + kw * p_.dilations[2];
          xOffset[taps] = ((d * in[2] + h) * p_.in[2] + w) * p_.outChannels;
          wOffset[taps] = ((kd * p_.kernel[1] + kh) * p_.kernel[2] + kw) * padded_;
        }
    return taps;
  }

  /// Input lines that output lines [h0, h1) of depth od read, each channel repeated: [d][h][W][O]. Sets `in`
  /// to the first d and h, and to the number of h.
  const float* repeat(const float* x, int64_t od, std::array<int64_t, 2> h, Spatial& in) const {
    const auto clampTo = [&](int axis, int64_t out, int64_t tap) {
      const int64_t at = out * p_.strides[axis] - p_.padBegin[axis] + tap * p_.dilations[axis];
      return std::clamp<int64_t>(at, 0, p_.in[axis] - 1);
    };
    const int64_t d0 = clampTo(0, od, 0), d1 = clampTo(0, od, p_.kernel[0] - 1) + 1;
    const int64_t i0 = clampTo(1, h[0], 0), i1 = clampTo(1, h[1] - 1, p_.kernel[1] - 1) + 1;
    in = {d0, i0, i1 - i0};
    float* copy = scratchOf<float>(kSlotRows, (d1 - d0) * (i1 - i0) * p_.in[2] * p_.outChannels);
    float* to = copy;
    for (int64_t d = d0; d < d1; ++d) {
      const float* from = x + (d * p_.in[1] + i0) * p_.in[2] * p_.inChannels;
      for (int64_t i = 0; i < (i1 - i0) * p_.in[2] * p_.inChannels; ++i)
        for (int64_t m = 0; m < multiplier_; ++m) *to++ = from[i];
    }
    return copy;
  }

  void runLines(const Run& run, int64_t n, int64_t od, int64_t h0) const {
    const int64_t h1 = std::min(h0 + run.lines, p_.out[1]), oW = p_.out[2], O = p_.outChannels;
    const float* x = run.x + n * p_.in[0] * p_.in[1] * p_.in[2] * p_.inChannels;
    Spatial in{0, 0, p_.in[1]};
    if (multiplier_ > 1) x = repeat(x, od, {h0, h1}, in);

    int64_t* xOffset = scratchOf<int64_t>(kSlotOffsets, 2 * windowSize());
    int64_t* wOffset = xOffset + windowSize();
    DepthwiseLine l{};
    l.x = x, l.step = p_.strides[2] * O, l.channels = O;
    l.xOffset = xOffset, l.wOffset = wOffset;
    l.w = run.w, l.bias = run.bias;
    l.lo = run.epilogue.lo, l.hi = run.epilogue.hi;
    const int64_t line0 = (n * p_.out[0] + od) * p_.out[1];
    for (int64_t oh = h0; oh < h1; ++oh) {
      const auto pixels = [&](int64_t ow, int64_t count) {
        const int64_t at = ((line0 + oh) * oW + ow) * O;
        l.taps = makeTaps({od, oh, ow}, in, xOffset, wOffset);
        l.pixels = count;
        l.out = run.out + at;
        l.residual = run.residual ? run.residual + at : nullptr;
        depthwiseKernels().line(l);
      };
      for (int64_t ow = 0; ow < left_; ++ow) pixels(ow, 1);
      if (right_ > left_) pixels(left_, right_ - left_);
      for (int64_t ow = right_; ow < oW; ++ow) pixels(ow, 1);
    }
    applyLate(run.epilogue.late, Block<float>{run.out + (line0 + h0) * oW * O, (h1 - h0) * oW, O, O});
  }

  ConvParams p_;
  int64_t multiplier_, padded_ = 0;
  int64_t left_ = 0, right_ = 0;  ///< output columns [left, right) whose windows stay inside along W
  std::shared_ptr<const Buffer> packed_;
  PaddedRow<float> bias_;
  Operand x_, residual_;
};

}  // namespace

std::unique_ptr<Prepared> prepareConvDepthwise(const Op& op, const PrepareContext& context) {
  return std::make_unique<ConvDepthwise>(op, context);
}

}  // namespace lw::cpu
