#pragma once

#include <cstdint>
#include <vector>

#include "ops/line_window.h"
#include "plan/graph.h"
#include "plan/schedule.h"

namespace lw {

/// A chain of nodes as it is tried out: who reads whose lines, and what follows from a number of lines per
/// turn. Each node of [first, last) makes lines, of what the ones before it have made.
class Bands {
 public:
  Bands(const Graph& graph, const std::vector<const LineOp*>& ops, int first, int last);

  /// Lines of the last node's output.
  int64_t lastLines() const { return members_.back().H; }
  /// Makes so many of them a turn.
  void run(int64_t lines);

  /// After `run`: what the turns go through, rings and lines of whole images, and which of it comes from
  /// beyond the cache or leaves it, in bytes of a sample; the turns; how many lines are kept of each output.
  int64_t bytes() const;
  int64_t bytesOutside() const;
  const std::vector<BandStep>& steps() const { return steps_; }
  std::vector<int64_t> rings() const;  ///< per node; 0: its output is there as a whole

 private:
  struct Reader {
    size_t member, input;
    LineWindow window;
  };
  struct Member {
    const LineOp* op;
    int out;
    int64_t H, bytes;  ///< lines of the image, bytes of a line
    int64_t step;      ///< of this node and its readers
    std::vector<Reader> readers{};
    bool leaves = false;  ///< something outside of the chain reads it
    bool ring = false;    ///< it may be one
    int64_t done = 0, need = 0;
    int64_t kept = 0, most = 0;  ///< the most lines that are there, and that are made in a turn
  };
  /// An image from outside that the chain reads.
  struct Outside {
    int value;
    int64_t H, bytes;
    std::vector<Reader> readers{};
    int64_t most = 0;
  };

  void addMember(int node, const LineOp& op);
  Outside& outside(int value);
  bool isRing(const Member& member) const { return member.ring && ringOf(member) < member.H; }
  int64_t ringOf(const Member& member) const;
  int64_t firstUnread(const std::vector<Reader>& readers, int64_t H) const;
  int64_t lastNeeded(const std::vector<Reader>& readers, int64_t H) const;
  void takeTurn(int64_t turn, int64_t turns);

  const Graph& graph_;
  int first_;
  std::vector<Member> members_;
  std::vector<Outside> outside_;
  std::vector<BandStep> steps_;
};

/// Whether a node makes lines of images that are kept apart by sample.
bool makesLines(const Graph& graph, const Schedule& schedule, const LineOp* op, const Node& node);

/// Whether every other node of the chain has read a line of `value`, which lies there as a whole, before
/// `node`, the last one to read it, writes that line of its output.
bool readBefore(const Graph& graph, const Chain& chain, int value, int node);

}  // namespace lw
