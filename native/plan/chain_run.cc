#include "plan/run.h"
#include "plan/step.h"

namespace lw {
namespace {

/// What a node reads and writes of one micro-batch, and of the sample that it is at.
struct Member {
  View in[kChainInputs], out;
  int64_t sampleIn[kChainInputs], sampleOut;  ///< bytes to the next sample; 0: it has none
  int64_t rings[kChainInputs], ring;
  Clock::duration spent{};
};

void nextSample(View& view, int64_t bytes) { view.data = static_cast<std::byte*>(view.data) + bytes; }

}  // namespace

/// The samples one after the other. What the turns took is told as if each node had run by itself.
void Plan::runChain(const Chain& chain, const Run& run, int64_t first, int64_t count,
                    std::byte* local) const {
  Member members[kLongestChain];
  const auto operand = [&](int value, View& view, int64_t& sample, int64_t& ring) {
    const size_t id = static_cast<size_t>(value);
    view = this->view(value, run, first, count, local);
    sample = 0, ring = schedule_.rings[id];
    if (!schedule_.batched[id]) return;
    view.dims[0] = 1;
    if (ring > 0) return;
    sample = view.size() * static_cast<int64_t>(sizeOf(view.dtype)), ring = view.dims[1];
  };
  const auto stepOf = [&](int node) -> const Step& { return *steps_[static_cast<size_t>(node)]; };
  for (int node = chain.first; node < chain.last; ++node) {
    Member& m = members[node - chain.first];
    const Step& step = stepOf(node);
    for (size_t i = 0; i < step.in.size(); ++i) operand(step.in[i], m.in[i], m.sampleIn[i], m.rings[i]);
    operand(step.out[0], m.out, m.sampleOut, m.ring);
  }
  const Clock::time_point begin = run.watch != nullptr ? Clock::now() : Clock::time_point();
  for (int64_t sample = 0; sample < count; ++sample) {
    run.check();
    Clock::time_point before = run.watch != nullptr ? Clock::now() : Clock::time_point();
    for (const BandStep& turn : chain.steps) {
      Member& m = members[turn.node - chain.first];
      stepOf(turn.node).prepared->byLines()->runLines(m.in, &m.out, {turn.first, turn.last, m.rings, m.ring});
      if (run.watch == nullptr) continue;
      const Clock::time_point now = Clock::now();
      m.spent += now - before;
      before = now;
    }
    for (int node = chain.first; node < chain.last; ++node) {
      Member& m = members[node - chain.first];
      for (size_t i = 0; i < stepOf(node).in.size(); ++i) nextSample(m.in[i], m.sampleIn[i]);
      nextSample(m.out, m.sampleOut);
    }
  }
  if (run.watch == nullptr) return;
  Clock::time_point at = begin;
  for (int node = chain.first; node < chain.last; ++node) {
    const Clock::duration spent = members[node - chain.first].spent;
    run.watch->node(node, count, at, at + spent);
    at += spent;
  }
}

}  // namespace lw
