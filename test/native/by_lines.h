#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "ops/line_window.h"
#include "random_case.h"
#include "run_op.h"

namespace lw::test {

/// An op that makes some lines of a sample at a time, from and into rings that hold little more than a band
/// takes, in memory that ends at an unmapped page.
class ByLines {
 public:
  /// `given`: the inputs, with null data where they are known at prepare.
  ByLines(const Op& op, const LineOp& lines, std::vector<View> given, int64_t sample, Random& random)
      : op_(op), lines_(lines), views_(std::move(given)), sample_(sample) {
    const int64_t step = lines.lineStep();
    band_ = step * random.integer(1, 3);
    ring_ = ringOf(band_, step * random.integer(0, 2), op.out[0]);
    for (size_t i = 0; i < views_.size(); ++i) addInput(i, step, random);
  }

  /// Whether the lines have the bytes that `expected`, all samples of the output, has.
  bool matches(const Operand& expected) {
    const TensorDesc& image = op_.out[0];
    const Operand out = ringMemory(image, ring_);
    View view = out.view();
    view.dims = image.dims, view.dims[0] = 1;
    const size_t bytes = lineBytes(image);
    const std::byte* sample = expected.memory().data() + static_cast<size_t>(sample_ * image.dims[1]) * bytes;
    for (int64_t first = 0; first < image.dims[1]; first += band_) {
      const int64_t last = std::min(first + band_, image.dims[1]);
      for (Input& input : inputs_) fill(input, last);
      lines_.runLines(views_.data(), &view, {first, last, rings_.data(), ring_});
      for (int64_t line = first; line < last; ++line)
        if (std::memcmp(out.memory().data() + static_cast<size_t>(line % ring_) * bytes,
                        sample + static_cast<size_t>(line) * bytes, bytes) != 0)
          return false;
    }
    return out.memory().slackIntact();
  }

 private:
  struct Input {
    size_t index;
    LineWindow window;
    const std::byte* from;  ///< the sample
    Operand memory;
    int64_t filled = 0;
  };

  static size_t lineBytes(const TensorDesc& image) {
    return static_cast<size_t>(image.bytes() / image.dims[0] / image.dims[1]);
  }
  /// A multiple of the step that holds that many lines and some more; or the image.
  int64_t ringOf(int64_t lines, int64_t more, const TensorDesc& image) const {
    const int64_t step = lines_.lineStep(), ring = (lines + more + step - 1) / step * step;
    return ring < image.dims[1] ? ring : image.dims[1];
  }
  static Operand ringMemory(const TensorDesc& image, int64_t ring) {
    TensorDesc kept = image;
    kept.dims[0] = 1, kept.dims[1] = ring;
    return Operand(kept, Guarded::At::kEnd);
  }

  void addInput(size_t i, int64_t step, Random& random) {
    rings_.push_back(0);
    const std::optional<LineWindow> window = lineWindow(op_, i);
    if (!window || views_[i].data == nullptr) return;
    const TensorDesc& image = op_.in[i];
    const bool whole = i == 0 && !lines_.readsRing();
    const int64_t most = (band_ - 1) * window->stride + window->extent;
    rings_[i] = whole ? image.dims[1] : ringOf(most, step * random.integer(0, 2), image);
    const std::byte* from = static_cast<const std::byte*>(views_[i].data) +
                            static_cast<size_t>(sample_ * image.dims[1]) * lineBytes(image);
    inputs_.push_back({i, *window, from, ringMemory(image, rings_[i])});
    views_[i].data = inputs_.back().memory.memory().data();
    views_[i].dims[0] = 1;
  }

  /// Brings the lines that a band which ends at `last` reads; those before stay as they are.
  void fill(Input& input, int64_t last) {
    const TensorDesc& image = op_.in[input.index];
    const size_t bytes = lineBytes(image);
    const int64_t end = input.window.lastOf(last, image.dims[1]);
    for (; input.filled < end; ++input.filled)
      std::memcpy(
          input.memory.memory().data() + static_cast<size_t>(input.filled % rings_[input.index]) * bytes,
          input.from + static_cast<size_t>(input.filled) * bytes, bytes);
  }

  const Op& op_;
  const LineOp& lines_;
  std::vector<View> views_;
  int64_t sample_, band_ = 1, ring_ = 1;
  std::vector<int64_t> rings_;
  std::vector<Input> inputs_;
};

}  // namespace lw::test
