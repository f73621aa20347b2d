#include "plan/chains.h"

#include <algorithm>

#include "plan/bands.h"

namespace lw {
namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Calling a node's kernel for some lines takes as long as moving so many bytes.
constexpr int64_t kCallBytes = 16 << 10;
/// So does, for each sample, waiting for all threads where the number of samples per task changes, and what
/// lies there between.
constexpr int64_t kChangeBytes = 256 << 10;
/// Several samples of images per task may take so many times the cache.
constexpr int64_t kMostImages = 4;

/// A way to run nodes [first, last): as a chain, or one by itself, which has no steps.
struct Choice {
  Chain chain;
  std::vector<int64_t> rings;  ///< per node of the chain
  int64_t images = 0;          ///< bytes of a sample that are there as a whole
  int64_t weights = 0;         ///< bytes
};

/// Choices one after the other that take as many samples per task.
struct Stretch {
  std::vector<const Choice*> choices;
  int64_t samples = 1;
};

class Chooser {
 public:
  Chooser(const Graph& graph, const Target& target, const std::vector<const LineOp*>& ops, int64_t cache,
          const Schedule& schedule, const Segment& segment)
      : graph_(graph), target_(target), ops_(ops), cache_(cache), schedule_(schedule), segment_(segment) {
    for (int node = segment.first; node < segment.last; ++node) {
      std::vector<Choice>& here = choices_.emplace_back();
      here.push_back(alone(node));
      addChainsFrom(node, here);
    }
  }

  /// The cheapest way through the segment, when a task may take any of those numbers of samples. Backwards:
  /// what the nodes from some one on cost is known when a choice that ends before it is tried.
  std::vector<Stretch> choose(const std::vector<int64_t>& samples) const {
    struct Best {
      const Choice* choice = nullptr;
      int64_t bytes = 0;
      size_t samples = 0;  ///< of what follows: an index
    };
    const size_t count = choices_.size();
    std::vector<std::vector<Best>> best(count + 1, std::vector<Best>(samples.size()));
    for (size_t i = count; i-- > 0;)
      for (size_t m = 0; m < samples.size(); ++m)
        for (const Choice& choice : choices_[i]) {
          if (samples[m] > 1 && samples[m] * choice.images > kMostImages * cache_) continue;
          const std::vector<Best>& after = best[i + lengthOf(choice)];
          for (size_t n = 0; n < samples.size(); ++n) {
            if (i + lengthOf(choice) < count && after[n].choice == nullptr) continue;
            const int64_t bytes = bytesOf(choice, samples[m]) + after[n].bytes + (n == m ? 0 : kChangeBytes);
            if (best[i][m].choice == nullptr || bytes < best[i][m].bytes) best[i][m] = {&choice, bytes, n};
          }
        }
    size_t m = 0;
    for (size_t n = 1; n < samples.size(); ++n)
      if (best[0][n].choice != nullptr && best[0][n].bytes < best[0][m].bytes) m = n;
    std::vector<Stretch> result;
    for (size_t i = 0; i < count;) {
      const Best& here = best[i][m];
      if (result.empty() || result.back().samples != samples[m]) result.push_back({{}, samples[m]});
      result.back().choices.push_back(here.choice);
      i += lengthOf(*here.choice), m = here.samples;
    }
    return result;
  }

 private:
  static size_t lengthOf(const Choice& choice) {
    return static_cast<size_t>(choice.chain.last - choice.chain.first);
  }

  /// A chain takes one sample after the other, and finds its weights in the cache from the second one on. A
  /// node by itself takes all of them, and leaves its output in the cache when that is large enough.
  int64_t bytesOf(const Choice& choice, int64_t samples) const {
    const int64_t weights = choice.weights / samples;
    if (!choice.chain.steps.empty())
      return choice.images + weights + kCallBytes * static_cast<int64_t>(choice.chain.steps.size());
    const bool stays = samples * choice.images + choice.weights <= cache_;
    return (stays ? 0 : choice.images) + weights + kCallBytes / samples;
  }

  int64_t perSample(int value) const {
    return schedule_.batched[value] ? graph_.values[value].desc.bytes() / schedule_.batch : 0;
  }

  Choice alone(int node) const {
    const Node& n = graph_.nodes[node];
    Choice choice{{node, node + 1, {}}, {}, 0, weightBytes(graph_, target_, n)};
    for (const int id : n.in) choice.images += perSample(id);
    for (const int id : n.out) choice.images += perSample(id);
    return choice;
  }

  /// The chains that begin with a node, each with as many lines a turn as stay in the cache.
  void addChainsFrom(int first, std::vector<Choice>& to) const {
    int64_t weights = 0;
    const int end = std::min(segment_.last, first + kLongestChain);
    for (int last = first; last < end && joins(first, last); ++last) {
      weights += weightBytes(graph_, target_, graph_.nodes[last]);
      if (weights > cache_) return;
      if (last == first) continue;
      Bands bands(graph_, ops_, first, last + 1);
      for (int64_t lines = bands.lastLines(); lines > 0; lines /= 2) {
        bands.run(lines);
        if (bands.bytes() + weights > cache_) continue;
        to.push_back({{first, last + 1, bands.steps()}, bands.rings(), bands.bytesOutside(), weights});
        break;
      }
    }
  }

  /// Whether node `last` makes lines, and of what the chain from `first` on has made unless it is the first.
  bool joins(int first, int last) const {
    const Node& node = graph_.nodes[last];
    if (!makesLines(graph_, schedule_, ops_[static_cast<size_t>(last)], node)) return false;
    return first == last || std::any_of(node.in.begin(), node.in.end(),
                                        [&](int id) { return graph_.values[id].producer >= first; });
  }

  const Graph& graph_;
  const Target& target_;
  const std::vector<const LineOp*>& ops_;
  int64_t cache_;
  const Schedule& schedule_;
  const Segment& segment_;
  std::vector<std::vector<Choice>> choices_;  ///< by first node
};

}  // namespace

void addChains(const Graph& graph, const Target& target, const std::vector<const LineOp*>& ops, int64_t cache,
               int threads, Schedule& schedule) {
  // From one sample per task to one task per thread, where all tasks are equal.
  const int64_t share = ceilDiv(schedule.part, threads);
  std::vector<int64_t> samples;
  for (int64_t tasks = share; tasks > 0; tasks = std::min(tasks - 1, tasks * 2 / 3))
    if (share % tasks == 0) samples.push_back(share / tasks);
  std::vector<Segment> segments;
  for (const Segment& segment : schedule.segments) {
    if (!segment.bySample) {
      segments.push_back(segment);
      continue;
    }
    const Chooser chooser(graph, target, ops, cache, schedule, segment);
    int first = segment.first;
    for (const Stretch& stretch : chooser.choose(samples)) {
      for (const Choice* choice : stretch.choices) {
        const Chain& chain = choice->chain;
        if (chain.steps.empty()) continue;
        schedule.chains.push_back(chain);
        for (int node = chain.first; node < chain.last; ++node)
          schedule.rings[graph.nodes[node].out[0]] = choice->rings[static_cast<size_t>(node - chain.first)];
      }
      const int last = stretch.choices.back()->chain.last;
      segments.push_back({first, last, true, stretch.samples});
      first = last;
    }
  }
  schedule.segments = std::move(segments);
}

}  // namespace lw
