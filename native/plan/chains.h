#pragma once

#include <cstdint>
#include <vector>

#include "plan/graph.h"
#include "plan/schedule.h"

namespace lw {

/// Decides how the segments that are split by sample go through the caches: how many samples a task takes
/// (`microBatch`), and which runs of their nodes make bands of lines instead of whole images (`chains` and
/// `rings`). `ops`: per node, how it makes lines, or null; `cache`: the bytes to stay within.
void addChains(const Graph& graph, const Target& target, const std::vector<const LineOp*>& ops, int64_t cache,
               int threads, Schedule& schedule);

}  // namespace lw
