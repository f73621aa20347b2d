#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "base/view.h"

namespace lw {

/// Lines of the image of one sample, [1, H, W, C], and where an op finds and puts them: line h of a value
/// lies (h % its ring) lines behind its data. The ring of an image that is there as a whole is at least H.
struct Band {
  int64_t first, last;  ///< of the output
  const int64_t* in;    ///< the rings of the inputs
  int64_t out;          ///< the ring of the output
};

/// An op that can make some lines of its output at a time, with the bits that it makes all of them with. It
/// reads and writes rings that are multiples of `lineStep`.
class LineOp {
 public:
  virtual ~LineOp() = default;
  /// The fewest lines it likes to make: a power of two. Bands begin at multiples of it and end at one, or at
  /// H.
  virtual int64_t lineStep() const { return 1; }
  /// Whether in[0] may be a ring that holds less than the image.
  virtual bool readsRing() const { return true; }
  /// As Prepared::run, on this thread, for one sample.
  virtual void runLines(const View* in, const View* out, const Band& band) const = 0;
};

/// Calls body(line, count) for the pieces of [first, last) within which none of the rings begins again.
template <typename Body>
void eachPiece(int64_t first, int64_t last, std::initializer_list<int64_t> rings, Body&& body) {
  for (int64_t line = first, end; line < last; line = end) {
    end = last;
    for (const int64_t ring : rings) end = std::min(end, line + ring - line % ring);
    body(line, end - line);
  }
}

}  // namespace lw
